"""Writes down all that a request asks of the outside: prompts, files, context, names, and the calls themselves.

Invariant: what is written is enough to run the request again without the repository and without a network.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from typing import Any

from copilot_tui.autonomy.request import Request
from copilot_tui.checks.names import SymbolIndex
from copilot_tui.context.pack import ContextPack
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.models.recorded import RecordingModels
from copilot_tui.prompts import Prompt, Prompts
from copilot_tui.session.record_json import (
    Contents,
    Record,
    order_key,
    pack_to_json,
    request_to_json,
    snapshot_to_json,
)
from copilot_tui.session.sources import Sources
from copilot_tui.session.workplace import Workplace
from copilot_tui.steps.events import PlanStep
from copilot_tui.steps.recipe import Recipe
from copilot_tui.steps.workshop import Candidate, ContextOrder

Write = Callable[[Record], None]


class Recorder:
    """Hands records to `write`: for each request its wish, then what it asked and was answered, then how it ended."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._contents = Contents(write)
        self._prompts: set[str] = set()

    def begin(self, request: Request, remarks: str, recipe: Recipe, place: Workplace) -> Workplace:
        """A request begins; gives the workplace in which everything is written down."""
        settings = place.settings
        self._write(
            {
                "record": "request",
                "request": request_to_json(request),
                "remarks": remarks,
                "steps": [step.value for step in recipe.steps],
                "settings": {
                    "max_level": settings.max_level.value,
                    "repair_rounds": settings.repair_rounds,
                    "parallel_edits": settings.parallel_edits,
                    "best_of": settings.best_of,
                    "budgets": asdict(settings.budgets),
                },
            }
        )
        return self.watch(place)

    def watch(self, place: Workplace) -> Workplace:
        """The workplace with everything written down that is asked of it."""
        return replace(
            place,
            models=RecordingModels(place.models, self._write),
            prompts=_RecordingPrompts(place.prompts, self._write, self._prompts),
            sources=_RecordingSources(place.sources, self._write, self._contents),
        )

    def confirmed(self, steps: tuple[PlanStep, ...]) -> None:
        """The plan as the person wants it."""
        self._write({"record": "plan", "steps": [asdict(step) for step in steps]})

    def end(self, how: str, digest: str = "", sentence: str = "") -> None:
        """The request is over: with a proposal of this digest, or with a sentence."""
        self._write({"record": "end", "how": how, "digest": digest, "sentence": sentence})


class _RecordingPrompts:
    """Prompts, each written down with its text when it is first used."""

    def __init__(self, prompts: Prompts, write: Write, written: set[str]) -> None:
        self._prompts = prompts
        self._write = write
        self._written = written

    def load(self, name: str) -> Prompt:
        """As the prompts say."""
        prompt = self._prompts.load(name)
        if name not in self._written:
            self._written.add(name)
            self._write({"record": "prompt", "name": name, "prompt": prompt_to_json(prompt)})
        return prompt


def prompt_to_json(prompt: Prompt) -> dict[str, Any]:
    """A prompt as JSON values."""
    return {**asdict(prompt), "variables": sorted(prompt.variables), "origin": str(prompt.origin)}


class _RecordingSources:
    """Sources, every answer of which is written down."""

    def __init__(self, sources: Sources, write: Write, contents: Contents) -> None:
        self._sources = sources
        self._write = write
        self._contents = contents

    async def load(self, paths: Iterable[str]) -> Snapshot:
        """As the sources say."""
        wanted = sorted(paths)
        snapshot = await self._sources.load(wanted)
        entry = snapshot_to_json(snapshot, self._contents)
        self._write({"record": "snapshot", "key": wanted, "snapshot": entry})
        return snapshot

    async def pack(self, order: ContextOrder) -> ContextPack:
        """As the sources say."""
        pack = await self._sources.pack(order)
        self._write({"record": "pack", "key": order_key(order), "pack": pack_to_json(pack)})
        return pack

    async def candidates(self, request: Request, limit: int) -> tuple[Candidate, ...]:
        """As the sources say."""
        found = await self._sources.candidates(request, limit)
        self._write({"record": "candidates", "found": [[one.path, list(one.names)] for one in found]})
        return found

    def symbols(self) -> SymbolIndex:
        """As the sources say."""
        return _RecordingSymbols(self._sources.symbols(), self._write)


class _RecordingSymbols:
    """A symbol index, every answer of which is written down."""

    def __init__(self, symbols: SymbolIndex, write: Write) -> None:
        self._symbols = symbols
        self._write = write

    def has_module(self, dotted: str) -> bool:
        """As the index says."""
        answer = self._symbols.has_module(dotted)
        self._write({"record": "module", "name": dotted, "exists": answer})
        return answer

    def module_names(self, dotted: str) -> frozenset[str] | None:
        """As the index says."""
        answer = self._symbols.module_names(dotted)
        self._write({"record": "names", "name": dotted, "names": None if answer is None else sorted(answer)})
        return answer
