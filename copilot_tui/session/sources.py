"""Where a request's files, context and names come from.

Invariant: the driver and the steps reach the repository through these four verbs and through nothing else, so that a recorded
session can put its record in their place.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Protocol

from copilot_tui.autonomy.request import Request
from copilot_tui.checks.names import SymbolIndex
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.filling import Order
from copilot_tui.context.mentions import mentions_in
from copilot_tui.context.pack import ContextPack
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.session.cleaned_text import cleaned_files
from copilot_tui.session.embedding import Embedding
from copilot_tui.session.mentioning import Mentions
from copilot_tui.session.symbols import RepositorySymbols
from copilot_tui.session.wishes import Wishes
from copilot_tui.steps.workshop import Candidate, ContextOrder
from copilot_tui.workspace.repository import Repository


class Sources(Protocol):
    """A repository, or the record of one."""

    async def load(self, paths: Iterable[str]) -> Snapshot:
        """The files of these paths, those that there are."""
        ...

    async def pack(self, order: ContextOrder) -> ContextPack:
        """The context for one call."""
        ...

    async def candidates(self, request: Request, limit: int) -> tuple[Candidate, ...]:
        """The files that a request may be about, best first."""
        ...

    def symbols(self) -> SymbolIndex:
        """The modules and names that there are; asked beside the event loop, because it reads files."""
        ...


def like_before(pack: ContextPack, earlier: ContextPack | None) -> ContextPack:
    """The same pack beginning with the items that an earlier one began with, in its order.

    What a prompt has in common with an earlier one from its first byte on is served from the endpoint's prefix cache.
    """
    if earlier is None:
        return pack
    texts = {item.text for item in pack.items}
    common = tuple(takewhile(lambda item: item.text in texts, earlier.items))
    known = {item.text for item in common}
    now = {item.text: item for item in pack.items}
    items = (*(now[item.text] for item in common), *(item for item in pack.items if item.text not in known))
    return replace(pack, items=items, text="".join(item.text for item in items))


class RepositorySources:
    """The repository itself, with the person's `wishes` for the context."""

    def __init__(
        self,
        repository: Repository,
        context: ContextEngine,
        environment: Mapping[str, str],
        wishes: Wishes,
        embedding: Embedding,
    ) -> None:
        self._repository = repository
        self._context = context
        self._environment = environment
        self._mentions = Mentions(repository, context)
        self._last: dict[str, ContextPack] = {}
        self._wishes = wishes
        self._embedding = embedding

    async def load(self, paths: Iterable[str]) -> Snapshot:
        """The files as they are in the work tree now."""
        return await asyncio.to_thread(self._repository.snapshot, list(paths))

    async def pack(self, order: ContextOrder) -> ContextPack:
        """The context for one call, made beside the event loop."""
        pack = await self.picture(order)
        self._last[order.request.target.path] = pack
        return pack

    async def picture(self, order: ContextOrder) -> ContextPack:
        """The same pack, for no call: what is sent later does not begin like it."""
        target = order.request.target.path
        snapshot = await self.load([target] if target else [])
        mentioned = await asyncio.to_thread(self._mentions.of, order.request.text)
        wanted = replace(
            await self._wanted(order.request),
            budget=max(order.budget - order.reserved, order.budget // 2),
            snapshot=snapshot,
            focus=order.focus,
            mentioned=mentioned,
            count=order.count,
        )
        pack = await asyncio.to_thread(self._context.pack, wanted)
        self._embedding.begin()
        pack = like_before(pack, self._last.get(target))
        paths = [item.path for item in pack.items if item.lines]
        cleaned = await asyncio.to_thread(cleaned_files, self._repository, paths)
        notes = (*pack.notes, self._embedding.note) if self._embedding.note else pack.notes
        return replace(pack, cleaned=cleaned, notes=notes)

    async def candidates(self, request: Request, limit: int) -> tuple[Candidate, ...]:
        """The context engine's ranking."""
        ranked = await asyncio.to_thread(self._context.candidates, await self._wanted(request), limit)
        return tuple(Candidate(path, tuple(names)) for path, names in ranked)

    async def _wanted(self, request: Request) -> Order:
        wishes = self._wishes
        query = _without_mentions(request.text)
        return Order(
            request,
            query,
            0,
            pinned=frozenset(wishes.pinned),
            dropped=frozenset(wishes.dropped),
            opened=wishes.opened,
            edited=frozenset(wishes.edited),
            meaning=await self._embedding.of(query),
        )

    def symbols(self) -> SymbolIndex:
        """What the repository's files and the packages installed for it offer."""
        return RepositorySymbols(self._repository, self._environment)


def _without_mentions(text: str) -> str:
    """What the ranking looks for: a mention has its place in the context, its words say nothing of what else belongs there."""
    kept, at = [], 0
    for mention in mentions_in(text):
        kept.append(text[at : mention.start])
        at = mention.end
    rest = "".join([*kept, text[at:]])
    return rest if rest.strip() else text
