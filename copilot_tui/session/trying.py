"""The accepted hunks tried with the project's own commands, as a stream of events for the faces.

Invariant: the interface never waits for a command; a generator that is closed ends its command at once, and nothing of the repository
changes. One thing is done at a time, and what a thread has begun is waited for, however often the one who waits is cancelled.
"""

import asyncio
import contextlib
import threading
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from functools import partial
from typing import Self, TypeVar

from copilot_tui.checks.finding import Finding
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.compose import compose
from copilot_tui.review.in_place import landing_change_set
from copilot_tui.review.review import Review
from copilot_tui.session.harvest import with_harvest
from copilot_tui.session.parts import Parts
from copilot_tui.workspace.project_commands import ProjectCommand
from copilot_tui.workspace.run_command import Watch
from copilot_tui.workspace.scratch import ScratchTree
from copilot_tui.workspace.trust import Trust
from copilot_tui.workspace.try_out import Culprits, Trial, TryOut, at_proposal

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class CommandPrinted:
    """A line that the running command printed, safe to show."""

    line: str


@dataclass(frozen=True, slots=True)
class CommandEnded:
    """The command is done: how it ended, and what it found, by the lines of the proposal's new text."""

    trial: Trial
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class PartTried:
    """The search goes on: `runs` were made, and now `hunks` of the accepted hunks are tried."""

    runs: int
    hunks: int


@dataclass(frozen=True, slots=True)
class CulpritsFound:
    """The search is done."""

    culprits: Culprits


TryEvent = CommandPrinted | CommandEnded | PartTried | CulpritsFound


class Trying:
    """The scratch tree of one review; enter it to make it, leave it to remove it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._scratch = ScratchTree(parts.repository, parts.folders.cache, parts.environment)
        self._try_out = TryOut(
            self._scratch, parts.repository, Trust(parts.folders.state, parts.repository), parts.environment
        )
        self._tried = ChangeSet()
        self._harvest = ChangeSet()
        self._is_left = asyncio.Event()
        self._is_left.set()

    async def __aenter__(self) -> Self:
        """Raises `RepositoryError` where no copy can be made."""
        self._is_left.clear()
        try:
            await _in_thread(self._scratch.__enter__)
        except BaseException:
            # A thread hears of no cancellation: what it made is removed again.
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await _in_thread(partial(self._scratch.__exit__, None, None, None))
        finally:
            self._is_left.set()

    async def wait_until_left(self, seconds: float) -> None:
        """Wait until the copy is removed, at most so long; at once where none was made."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_left.wait(), seconds)

    async def commands(self, review: Review) -> tuple[ProjectCommand, ...]:
        """The project's commands as the accepted hunks would leave it; raises `CopilotTuiError`."""
        configured = self._parts.settings.commands
        return await _in_thread(partial(self._try_out.commands, landing_change_set(review), configured))

    def is_allowed(self, command: ProjectCommand) -> bool:
        """Whether the person agreed to exactly this command, in this repository."""
        return self._try_out.is_allowed(command)

    def agreed_before(self, command: ProjectCommand) -> str | None:
        """What they agreed to under this name, to be shown beside what is asked for now."""
        return self._try_out.agreed_before(command)

    def allow(self, command: ProjectCommand) -> None:
        """The person's yes to exactly this command."""
        self._try_out.allow(command)

    def run(self, command: ProjectCommand, review: Review) -> AsyncGenerator[TryEvent, None]:
        """Run a command on the accepted hunks; yields `CommandPrinted` and at last `CommandEnded`; raises `RepositoryError`."""
        change_set = landing_change_set(review)

        def work(tell: Callable[[TryEvent], None], is_cancelled: Callable[[], bool]) -> None:
            watch = Watch(on_line=lambda line: tell(CommandPrinted(line)), is_cancelled=is_cancelled)
            trial = self._try_out.run(command, change_set, watch)
            self._keep(change_set, self._try_out.harvest())
            shown = ChangeSet(tuple(file.change for file in review.files))  # with what the person rewrote
            tell(CommandEnded(trial, at_proposal(trial.findings, change_set, shown)))

        return _events(work)

    def bisect(self, command: ProjectCommand, review: Review) -> AsyncGenerator[TryEvent, None]:
        """Find the accepted hunks that make a command fail; yields `PartTried` and at last `CulpritsFound`; raises `RepositoryError`."""

        def work(tell: Callable[[TryEvent], None], is_cancelled: Callable[[], bool]) -> None:
            watch = Watch(is_cancelled=is_cancelled)
            found = self._try_out.bisect(command, review, watch, lambda runs, hunks: tell(PartTried(runs, hunks)))
            tell(CulpritsFound(found))

        return _events(work)

    @property
    def harvested(self) -> ChangeSet:
        """What the commands changed in the tree since the accepted hunks were last others."""
        return self._harvest

    async def take_harvest(self, review: Review) -> tuple[Review, tuple[str, ...]]:
        """The review with what the commands changed as hunks of its own, and sentences on what is left out."""

        def taken() -> tuple[Review, tuple[str, ...]]:
            around = self._parts.repository.snapshot({change.path for change in self._harvest})
            return with_harvest(review, self._tried, self._harvest, around)

        return await _in_thread(taken)

    def _keep(self, tried: ChangeSet, changed: ChangeSet) -> None:
        """Each command runs on the accepted hunks alone: of two that change one file, the first one's work is kept."""
        earlier = self._harvest if tried.digest == self._tried.digest else ChangeSet()
        paths = {change.path for change in earlier}
        self._tried = tried
        self._harvest = compose(earlier, ChangeSet(tuple(change for change in changed if change.path not in paths)))


async def _events(
    work: Callable[[Callable[[TryEvent], None], Callable[[], bool]], None],
) -> AsyncGenerator[TryEvent, None]:
    """What `work` tells from a thread of its own; closing the generator cancels it and waits until it has ended."""
    loop, queue, is_cancelled = asyncio.get_running_loop(), asyncio.Queue[TryEvent | None](), threading.Event()

    def tell(event: TryEvent | None) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, event)

    def run() -> None:
        try:
            work(tell, is_cancelled.is_set)
        finally:
            tell(None)

    task = asyncio.ensure_future(asyncio.to_thread(run))
    try:
        while (event := await queue.get()) is not None:
            yield event
        await task
    finally:
        is_cancelled.set()
        await _ended(task)


async def _in_thread(function: Callable[[], _Result]) -> _Result:
    """What the function gives, from a thread; a cancellation waits until it is done."""
    task = asyncio.ensure_future(asyncio.to_thread(function))
    await _ended(task)
    return task.result()


async def _ended(task: "asyncio.Future[_Result]") -> None:
    """Wait for a task that is never cancelled; a cancellation of the one who waits is passed on when it is done."""
    is_cancelled = False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            is_cancelled = True
    if is_cancelled:
        task.exception()  # it is known to the one who was cancelled: nobody asks for it any more
        raise asyncio.CancelledError
