"""`copilot-tui --plain`: requests, their plans and their hunks, and landing as lines of words, for a screen reader or any plain terminal.

Invariant: nothing is drawn, moved or said by colour alone; each line is read from its beginning to its end, and nothing lands but by
`apply`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.bootstrap import open_session
from copilot_tui.errors import CopilotTuiError, UsageError
from copilot_tui.headless.plain_deciding import Deciding
from copilot_tui.headless.plain_plan import agree_on
from copilot_tui.headless.plain_reading import read_line
from copilot_tui.headless.plain_words import place_words, said_of_place
from copilot_tui.headless.printing import say
from copilot_tui.headless.target import parse_level, parse_place
from copilot_tui.session.events import ProposalReady, RequestFailed
from copilot_tui.session.resuming import Resumed
from copilot_tui.session.session import Session
from copilot_tui.steps.asking import QuestionAnswered
from copilot_tui.steps.events import CallFailed, CallStarted, CallWaiting, ContextPacked, EditRefused, PlanProposed

BeginsWith = Callable[[], Awaitable[tuple[str, ...] | Resumed]]

_HELP = (
    "Type what should change, and press enter. Or one of these:",
    "at PATH, at PATH:LINE or at PATH:LINE-LINE: what the next request is about.",
    "level line, block, file, directory or repo: how much may change.",
    "? and a question: it is answered, and nothing changes.",
    "undo: put back what landed last. redo: land it again.",
    "fresh: the next request is told nothing of the earlier ones.",
    "review: go back to the proposal at hand. where: say what is aimed at. quit: end.",
    "A mention such as @cart.py, @Cart.total or @diff is sent with the request.",
)


def plain(folder: Path, environment: Mapping[str, str], home: Path) -> int:
    """Talk in lines until `quit` or the end of the input; gives the exit status."""
    return asyncio.run(_plain(open_session(folder.absolute(), environment, home), folder.absolute(), None))


def plain_review(session: Session, folder: Path, begin: BeginsWith) -> int:
    """Talk in lines, first about a review that `begin` opens; gives the exit status."""
    return asyncio.run(_plain(session, folder.absolute(), begin))


async def _plain(session: Session, here: Path, begin: BeginsWith | None) -> int:
    try:
        overview = await session.open()
        session.asks_about_plans = True
        for notice in overview.notices:
            say(notice)
        models = ", ".join(f"{role} by {model}" for role, model in overview.models)
        branch = f", branch {overview.branch}" if overview.branch else ""
        say(f"copilot-tui in plain mode. Repository {overview.name}{branch}. Models: {models or 'none'}.")
        if overview.no_model and begin is None:
            say(overview.no_model)
        say("Type help for what can be typed.")
        talk = Talk(session, here)
        if begin is not None:
            await _begin(session, begin)
        while (line := await read_line("request: ")) is not None:
            try:
                if not await talk.take(line.strip()):
                    break
            except CopilotTuiError as error:
                say(f"Not done: {error}")
    finally:
        await session.close()
    return 0


async def _begin(session: Session, begin: BeginsWith) -> None:
    """Open the review that the person asked for, and decide on it."""
    given = await begin()
    if isinstance(given, tuple):
        left_out = [f"Not reviewed: {sentence}" for sentence in given]
    else:
        session.take_up(given.review, given.viewed)
        left_out = [*given.notes, *(f"Not in it any more: {sentence}" for sentence in given.left_out)]
    review = session.review
    if review is not None and review.proposal.is_unchecked:
        session.replace_review(review.with_proposal(await session.checked(review)))
    for sentence in left_out:
        say(sentence)
    if session.review is None or not session.review.files:
        say("There is nothing to review: nothing differs.")
    else:
        await Deciding(session).run()


class Talk:
    """What the next request is about, and the proposal at hand."""

    def __init__(self, session: Session, here: Path) -> None:
        self._session = session
        self._here = here
        self._target = Target()
        self._level = AutonomyLevel.REPO
        self._alone: dict[str, Callable[[], Awaitable[None]]] = {
            "help": self._help,
            "where": self._where,
            "undo": self._undo,
            "redo": self._redo,
            "fresh": self._fresh,
            "review": self._review,
        }

    async def take(self, line: str) -> bool:
        """Do what a line asks for; false where it ends the talk. Raises `CopilotTuiError`."""
        word, _, rest = line.partition(" ")
        word, rest = word.lower(), rest.strip()
        alone = self._alone.get(word) if not rest else None
        if word in {"quit", "exit"} and not rest:
            return False
        if not line:
            say("Type what should change, or help.")
        elif alone is not None:
            await alone()
        elif word == "at" and self._is_place(rest):
            self._aim(rest)
        elif word == "level":
            self._set_level(rest)
        elif line.startswith("?"):
            await self._ask(line[1:].strip())
        else:
            await self._propose(line)
        return True

    async def _help(self) -> None:
        for sentence in _HELP:
            say(sentence)

    async def _where(self) -> None:
        self._say_where()

    async def _undo(self) -> None:
        receipt = await asyncio.to_thread(self._session.landings.take_back)
        say(f"Taken back: {', '.join(one.path for one in receipt.files)}.")

    async def _redo(self) -> None:
        receipt = await asyncio.to_thread(self._session.landings.land_again)
        say(f"Landed again: {', '.join(one.path for one in receipt.files)}.")

    async def _fresh(self) -> None:
        self._session.desk.conversation.start_fresh()
        say("The next request is told of none before it.")

    async def _review(self) -> None:
        await Deciding(self._session).run()

    def _is_place(self, words: str) -> bool:
        """Whether this names a place and is no sentence that begins with `at`."""
        return bool(words) and (" " not in words or (self._session.root / words.partition(":")[0]).exists())

    def _aim(self, place: str) -> None:
        target = parse_place(place, self._session.root, self._here)
        whole = self._session.root / target.path
        if not whole.exists():
            raise UsageError(f"There is no {target.path}: check the path.")
        self._target = target
        if target.lines is not None:
            self._level = AutonomyLevel.LINE if len(target.lines) == 1 else AutonomyLevel.BLOCK
        elif target.path:
            self._level = AutonomyLevel.DIRECTORY if whole.is_dir() else AutonomyLevel.FILE
        else:
            self._level = AutonomyLevel.REPO
        self._say_where()

    def _set_level(self, name: str) -> None:
        level = parse_level(name, self._level)
        if level.is_region and self._target.lines is None:
            raise UsageError(f"The level {level.value} needs lines: type at PATH:LINE-LINE first.")
        if level is AutonomyLevel.FILE and not self._target.path:
            raise UsageError("The level file needs a file: type at PATH first.")
        self._level = level
        self._say_where()

    def _say_where(self) -> None:
        say(f"Aimed at {place_words(self._target)}, level {self._level.value}.")

    def _request(self, text: str) -> Request:
        target = self._target
        if self._level is AutonomyLevel.DIRECTORY and not (self._session.root / target.path).is_dir():
            target = Target(target.path.rpartition("/")[0])
        elif self._level is AutonomyLevel.REPO:
            target = Target()
        elif not self._level.is_region:
            target = replace(target, lines=None)
        return Request(text, target, self._level)

    async def _propose(self, text: str) -> None:
        ready = False
        count = self._session.desk.conversation.count
        if count:
            say(f"This follows {count} earlier request{'s' if count > 1 else ''}; fresh would start anew.")
        async with aclosing(self._session.propose(self._request(text))) as events:
            async for event in events:
                _tell(event)
                if isinstance(event, PlanProposed) and event.waits:
                    self._session.answer_plan(await agree_on(event.steps, event.beyond))
                if isinstance(event, RequestFailed):
                    say(f"Nothing came: {event.sentence}")
                    return
                ready = ready or isinstance(event, ProposalReady)
        if ready:
            await Deciding(self._session).run()

    async def _ask(self, text: str) -> None:
        target = self._target
        async with aclosing(self._session.ask(Request(text, target, AutonomyLevel.REPO))) as events:
            async for event in events:
                _tell(event)
                if isinstance(event, QuestionAnswered):
                    say(event.answer.text.strip())
                    for one in event.citations:
                        say(said_of_place(one))


def _tell(event: object) -> None:
    """What happens on the way, in words."""
    match event:
        case CallStarted():
            say(f"Asking {event.model} to {event.role.value}.")
        case CallWaiting():
            say(f"Waiting {event.seconds:.0f} seconds: {event.reason}.")
        case CallFailed(optional=False):
            say(f"The call failed: {event.sentence}")
        case ContextPacked():
            for sentence in event.pack.unmet:
                say(sentence)
        case PlanProposed(waits=False):
            for number, step in enumerate(event.steps, start=1):
                say(f"Step {number}, {step.path}: {step.what}")
        case EditRefused():
            say(f"Not used: {event.refusal.path or 'an edit without a path'}: {event.refusal.reason}")
        case _:
            pass
