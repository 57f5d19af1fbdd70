"""The bridge between the session and the screen: the one place that puts session events into Textual's message queue.

Invariant: the screen is never blocked: whatever the session does runs in a worker of its own, one request at a time, and an error of our
tree comes back as a message with its sentence. Once the person leaves, nothing comes back: the widgets that would show it are going.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message
from textual.worker import Worker

from copilot_tui.errors import CopilotTuiError

if TYPE_CHECKING:
    from textual.screen import Screen

    from copilot_tui.autonomy.request import Request
    from copilot_tui.session.asking import AskEvent
    from copilot_tui.session.events import Event
    from copilot_tui.steps.recipe import Recipe
    from copilot_tui.tui.awaited_sheets import AwaitedSheets
    from copilot_tui.tui.port import SessionPort

_Result = TypeVar("_Result")


@dataclass
class SessionEvent(Message):
    """Something happened in the session."""

    event: "Event | AskEvent"


@dataclass
class RequestEnded(Message):
    """The stream of a request's events is over; `cancelled` when the person ended it."""

    cancelled: bool


@dataclass
class Failed(Message):
    """What was asked of the session did not work: one sentence for the person."""

    sentence: str


class Bridge:
    """Runs the session's work beside the screen."""

    def __init__(self, screen: "Screen[Any]", session: "SessionPort", sheets: "AwaitedSheets") -> None:
        self._screen = screen
        self._session = session
        self._sheets = sheets
        self._request: Worker[None] | None = None
        self._is_closed = False

    def close(self) -> None:
        """End what is under way and start nothing more: the person leaves."""
        self._is_closed = True
        self._screen.workers.cancel_all()

    @property
    def is_closed(self) -> bool:
        """Whether the person leaves."""
        return self._is_closed

    @property
    def is_busy(self) -> bool:
        """Whether a request is on its way."""
        return self._request is not None and not self._request.is_finished

    def propose(self, request: "Request", recipe: "Recipe | None" = None) -> None:
        """Send a request; its events arrive as `SessionEvent`s and the last message is `RequestEnded`."""
        if not self.is_busy and not self._is_closed:
            self._request = self._screen.run_worker(self._pump(self._session.propose(request, recipe)), group="request")

    def ask(self, request: "Request") -> None:
        """Ask a question; its events arrive as those of a request do."""
        if not self.is_busy and not self._is_closed:
            self._request = self._screen.run_worker(self._pump(self._session.ask(request)), group="request")

    def cancel(self) -> None:
        """End the request that is on its way; its stream is closed."""
        if self._request is not None:
            self._request.cancel()

    async def _pump(self, stream: "AsyncGenerator[Event, None] | AsyncGenerator[AskEvent, None]") -> None:
        cancelled = False
        try:
            async with aclosing(stream) as events:
                async for event in events:
                    self._post(SessionEvent(event))
        except asyncio.CancelledError:
            cancelled = True
        except CopilotTuiError as error:
            self._post(Failed(str(error)))
        self._post(RequestEnded(cancelled))

    def _post(self, message: Message) -> None:
        if not self._is_closed:
            self._screen.post_message(message)

    def call(
        self,
        work: Coroutine[Any, Any, _Result],
        then: Callable[[_Result], None] | None = None,
        group: str = "session",
        *,
        opens_sheet: bool = False,
    ) -> None:
        """Run one verb of the session and give its result to `then`; a newer call of the same group ends an older one.

        `opens_sheet`: a key asked for the sheet that `then` opens, so what is typed behind it is meant for that.
        """
        if self._is_closed:
            work.close()
            return
        self._run(lambda: work, then, group, opens_sheet=opens_sheet)

    def _run(
        self,
        work: Callable[[], Coroutine[Any, Any, _Result]],
        then: Callable[[_Result], None] | None,
        group: str,
        *,
        opens_sheet: bool,
    ) -> Worker[None]:
        end = self._await_sheet() if opens_sheet else None

        # What begins is made by the worker itself: one that a newer call ends before it began leaves nothing behind.
        async def answer() -> None:
            try:
                await self._answer(work, then)
            finally:
                if end is not None:
                    end()

        return self._screen.run_worker(answer, group=group, exclusive=group != "session")

    def _await_sheet(self) -> Callable[[], None]:
        """Say that a sheet is being made ready; gives what says that it is there, or does not come."""
        app = self._screen.app
        token = self._sheets.begin(app.screen)
        return lambda: self._sheets.end(token, app.screen)

    async def _answer(
        self, work: Callable[[], Coroutine[Any, Any, _Result]], then: Callable[[_Result], None] | None
    ) -> None:
        try:
            result = await work()
        except CopilotTuiError as error:
            self._post(Failed(str(error)))
            return
        if then is not None and not self._is_closed:
            then(result)

    def in_thread(
        self,
        function: Callable[..., _Result],
        *arguments: object,
        then: Callable[[_Result], None],
        opens_sheet: bool = False,
    ) -> None:
        """Run a pure function in a thread and give its result to `then`; a newer call of the same function ends an older one.

        `opens_sheet` is that of `call`.
        """
        if not self._is_closed:
            self._run(lambda: asyncio.to_thread(function, *arguments), then, function.__name__, opens_sheet=opens_sheet)
