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

_PAUSE_SECONDS = 0.02


class LiveEdits:
    """Watches one answer; `async with LiveEdits(...) as live: await ask(..., live.watch)`.

    Reading and resolving go on beside the stream, for a third of the time at most, and take at once all that has come meanwhile: an
    answer that is slow to read (thousands of hunks in one block) delays its preview and nothing else.
    """

    def __init__(self, workshop: Workshop, snapshot: Snapshot, default_path: str | None) -> None:
        self._workshop = workshop
        self._snapshot = snapshot
        self._default_path = default_path
        self._parser = IncrementalParser()
        self._call = 0
        self._edits: list[Edit] = []
        self._text: list[str] = []
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
        self._text.append(text)
        self._wake.set()

    async def _resolve_as_they_come(self) -> None:
        clock = asyncio.get_running_loop().time
        while True:
            await self._wake.wait()
            self._wake.clear()
            began = clock()
            text, self._text = "".join(self._text), []
            finished = await asyncio.to_thread(self._parser.feed, text)
            if finished:
                await self._resolve(finished)
            await asyncio.sleep(max(_PAUSE_SECONDS, 2 * (clock() - began)))

    async def _resolve(self, finished: tuple[Edit, ...]) -> None:
        """Resolve the files of the edits that have just come anew, and tell of what that changes."""
        fresh = with_default_path(ParsedAnswer(finished), self._default_path).edits
        self._edits += fresh
        named = {edit.path for edit in fresh}
        concerned = ParsedAnswer(tuple(edit for edit in self._edits if edit.path in named))
        paths = mentioned_paths(concerned, self._snapshot.known_paths)
        self._snapshot = await with_files(self._workshop, self._snapshot, paths)
        resolution = await asyncio.to_thread(resolve, concerned, self._snapshot)
        before = dict(self._changes)
        self._changes |= {change.path: change for change in resolution.change_set}
        if self._changes != before:
            self._workshop.emit(EditsResolved(self._call, ChangeSet(tuple(self._changes.values()))))
