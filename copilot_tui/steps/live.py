"""Edits resolved while their answer still streams, so that a finished hunk can be shown at once.

Invariant: what is told here is a preview; nothing of it goes into the draft, which is settled from the whole answers.
"""

import asyncio
from types import TracebackType
from typing import Self

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.edits.edit import Edit, ParsedAnswer
from copilot_tui.edits.resolve import mentioned_paths, resolve
from copilot_tui.edits.stream import IncrementalParser
from copilot_tui.steps.events import EditsResolved
from copilot_tui.steps.settling import with_default_path, with_files
from copilot_tui.steps.workshop import Workshop


class LiveEdits:
    """Watches one answer; `async with LiveEdits(...) as live: await ask(..., live.watch)`.

    The blocks are resolved beside the stream, and several that finish meanwhile at once, so that reading is never held up.
    """

    def __init__(self, workshop: Workshop, snapshot: Snapshot, default_path: str | None) -> None:
        self._workshop = workshop
        self._snapshot = snapshot
        self._default_path = default_path
        self._parser = IncrementalParser()
        self._call = 0
        self._edits: list[Edit] = []
        self._fresh: list[Edit] = []
        self._changes: dict[str, FileChange] = {}
        self._wake = asyncio.Event()
        self._work: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._work = asyncio.create_task(self._resolve_as_they_come())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._work is not None  # noqa: S101  (set on entry)
        self._work.cancel()
        await asyncio.gather(self._work, return_exceptions=True)

    def watch(self, call: int, text: str) -> None:
        """Take a piece of the answer."""
        self._call = call
        finished = self._parser.feed(text)
        if finished:
            self._fresh += finished
            self._wake.set()

    async def _resolve_as_they_come(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            fresh, self._fresh = self._fresh, []
            self._edits += with_default_path(ParsedAnswer(tuple(fresh)), self._default_path).edits
            named = {edit.path for edit in self._edits[-len(fresh) :]}
            concerned = ParsedAnswer(tuple(edit for edit in self._edits if edit.path in named))
            paths = mentioned_paths(concerned, self._snapshot.known_paths)
            self._snapshot = await with_files(self._workshop, self._snapshot, paths)
            resolution = await asyncio.to_thread(resolve, concerned, self._snapshot)
            before = dict(self._changes)
            self._changes |= {change.path: change for change in resolution.change_set}
            if self._changes != before:
                self._workshop.emit(EditsResolved(self._call, ChangeSet(tuple(self._changes.values()))))
