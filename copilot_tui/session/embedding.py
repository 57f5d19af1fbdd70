"""Embeddings by the embed role: the repository's files in the background, each query when it is asked.

Invariant: nothing is sent unless the settings name a model for the role embed, and the session's cap of dollars allows it; a failing
endpoint costs the signal and a note, never a request, and whoever closes the session ends what is under way.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable

from copilot_tui.context.embedded import Meaning
from copilot_tui.context.engine import ContextEngine
from copilot_tui.models.call import Models, Role
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.failures import CallError
from copilot_tui.models.memory_file import mark_of_place
from copilot_tui.models.transport import warm
from copilot_tui.session.ledger import CapReachedError, Ledger

_AT_ONCE = 16  # texts of one call
_QUERY_SECONDS = 3.0
_PAUSE_SECONDS = 60.0  # after a failure nothing is asked for so long
_SLOW_PAUSE_SECONDS = 5.0  # the same after an answer that did not come in time
_MOST_KEPT = 200  # queries
_MOST_QUERY = 4_000  # characters


class Embedding:
    """The embeddings of one session; `clock` gives seconds that only grow."""

    def __init__(
        self, models: Models, context: ContextEngine, ledger: Ledger, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._models = models
        self._ledger = ledger
        self._context = context
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._kept: OrderedDict[tuple[str, str], Meaning] = OrderedDict()
        self._pauses_until = 0.0
        self.note = ""

    async def of(self, query: str) -> Meaning | None:
        """The query as a vector, None where there are no embeddings."""
        endpoints = self._endpoints()
        if endpoints is None or not query.strip() or self._clock() < self._pauses_until:
            return None
        mark = _mark_of(endpoints)
        text = query[:_MOST_QUERY]
        kept = self._kept.get((mark, text))
        if kept is None:
            await asyncio.to_thread(warm)  # loading the client is no slowness of the endpoint
            try:
                self._ledger.authorize_texts([text], endpoints.price(Role.EMBED))
                async with asyncio.timeout(_QUERY_SECONDS):
                    (vector,) = await endpoints.embed([text])
            except (CallError, CapReachedError, TimeoutError) as error:
                self._failed(error)
                return None
            kept = self._kept[mark, text] = Meaning(mark, vector)
            self.note = ""
            if len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return kept

    def begin(self) -> None:
        """Embed the files that the index knows and that have no vector yet, in the background."""
        endpoints = self._endpoints()
        is_free = self._task is None or self._task.done()
        if endpoints is not None and is_free and self._clock() >= self._pauses_until:
            self._task = asyncio.create_task(self._embed_files(endpoints, _mark_of(endpoints)))

    async def close(self) -> None:
        """End what is under way; what has a vector keeps it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    def _endpoints(self) -> Endpoints | None:
        if not isinstance(self._models, Endpoints):
            return None  # a recording asks nobody
        own = self._models.settings.roles.get(Role.EMBED.value)
        return self._models if own is not None and (own.profile or own.model) else None

    async def _embed_files(self, endpoints: Endpoints, mark: str) -> None:
        context = self._context
        missing = await asyncio.to_thread(context.unembedded, mark)
        for start in range(0, len(missing), _AT_ONCE):
            some = missing[start : start + _AT_ONCE]
            texts = await asyncio.to_thread(context.texts_to_embed, [path for path, _ in some])
            wanted = [(blob, texts[path]) for path, blob in some if path in texts]
            if not wanted:
                continue
            try:
                self._ledger.authorize_texts([text for _, text in wanted], endpoints.price(Role.EMBED))
                vectors = await endpoints.embed([text for _, text in wanted])
            except (CallError, CapReachedError) as error:
                self._failed(error)
                return
            made = {blob: vector for (blob, _), vector in zip(wanted, vectors, strict=True)}
            await asyncio.to_thread(context.vectors.add, mark, made)
        self.note = ""

    def _failed(self, error: Exception) -> None:
        is_refused = not isinstance(error, TimeoutError)
        self._pauses_until = self._clock() + (_PAUSE_SECONDS if is_refused else _SLOW_PAUSE_SECONDS)
        said = str(error) if is_refused else "the endpoint did not answer in time"
        self.note = f"Ranked without embeddings: {said.rstrip('.')}."


def _mark_of(endpoints: Endpoints) -> str:
    own = endpoints.settings.roles[Role.EMBED.value]
    profile = own.profile or endpoints.settings.default_profile
    address = endpoints.settings.profiles[profile].base_url
    return mark_of_place(address, own.model or endpoints.settings.profiles[profile].model)
