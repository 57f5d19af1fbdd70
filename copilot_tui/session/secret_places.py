"""Where a secret stands that was kept back from a model: among the texts that the requests of a session have looked at.

Invariant: a place is a path with a line, or the words "your request"; nothing of a secret is kept or repeated here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from copilot_tui.autonomy.request import Request
from copilot_tui.checks.names import SymbolIndex
from copilot_tui.checks.secret_forms import find_secrets
from copilot_tui.context.pack import ContextPack
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.models.outgoing import mark_of
from copilot_tui.session.sources import Sources
from copilot_tui.steps.events import CallKeptBack, StepEvent
from copilot_tui.steps.workshop import Candidate, ContextOrder

_REQUEST = "your request"


@dataclass(slots=True)
class SecretPlaces:
    """The texts that one request has looked at, by the name of their place."""

    _texts: dict[str, str | bytes] = field(default_factory=dict)

    def forget(self) -> None:
        """Another request begins."""
        self._texts.clear()

    def take(self, texts: Mapping[str, str | bytes]) -> None:
        """Remember texts, whole files rather than parts of them."""
        for name, text in texts.items():
            if not isinstance(self._texts.get(name), bytes):
                self._texts[name] = text

    def located(self, event: StepEvent) -> StepEvent:
        """The event with the places of what it says was kept back; any other event as it is."""
        if not isinstance(event, CallKeptBack):
            return event
        return replace(event, places=tuple(dict.fromkeys(self._find(frozenset(event.marks)))))

    def _find(self, marks: frozenset[str]) -> Iterable[str]:
        for name, kept in self._texts.items():
            text = kept.decode("utf-8", "surrogateescape") if isinstance(kept, bytes) else kept
            for found in find_secrets(text):
                if mark_of(text[found.start : found.end]) in marks:
                    yield f"{name}:{text.count(chr(10), 0, found.start) + 1}" if isinstance(kept, bytes) else name


class WatchedSources:
    """Sources, every text of which is remembered in `places`."""

    def __init__(self, sources: Sources, places: SecretPlaces) -> None:
        self._sources = sources
        self._places = places

    async def load(self, paths: Iterable[str]) -> Snapshot:
        """As the sources say."""
        snapshot = await self._sources.load(paths)
        self._places.take({path: file.content for path, file in snapshot.files.items()})
        return snapshot

    async def pack(self, order: ContextOrder) -> ContextPack:
        """As the sources say."""
        pack = await self._sources.pack(order)
        self._places.take({_REQUEST: order.request.text})
        self._places.take({item.path: item.text for item in pack.items})
        return pack

    async def candidates(self, request: Request, limit: int) -> tuple[Candidate, ...]:
        """As the sources say."""
        return await self._sources.candidates(request, limit)

    def symbols(self) -> SymbolIndex:
        """As the sources say."""
        return self._sources.symbols()
