"""The bridge between the session and the screen: the one place that puts session events into Textual's message queue.

Invariant: the screen is never blocked: whatever the session does runs in a worker of its own, one request at a time, and an error of our
tree comes back as a message with its sentence.
"""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from textual.message import Message
from textual.worker import Worker

from copilot_tui.errors import CopilotTuiError

if TYPE_CHECKING:
    from textual.screen import Screen

    from copilot_tui.autonomy.request import Request
    from copilot_tui.session.events import Event
    from copilot_tui.tui.port import SessionPort

_Result = TypeVar("_Result")


@dataclass
class SessionEvent(Message):
    """Something happened in the session."""

    event: "Event"


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

    def __init__(self, screen: "Screen[Any]", session: "SessionPort") -> None:
        self._screen = screen
        self._session = session
        self._request: Worker[None] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a request is on its way."""
        return self._request is not None and not self._request.is_finished

    def propose(self, request: "Request") -> None:
        """Send a request; its events arrive as `SessionEvent`s and the last message is `RequestEnded`."""
        if not self.is_busy:
            self._request = self._screen.run_worker(self._pump(request), group="request")

    def cancel(self) -> None:
        """End the request that is on its way; its stream is closed."""
        if self._request is not None:
            self._request.cancel()

    async def _pump(self, request: "Request") -> None:
        cancelled = False
        try:
            async with aclosing(self._session.propose(request)) as events:
                async for event in events:
                    self._screen.post_message(SessionEvent(event))
        except asyncio.CancelledError:
            cancelled = True
        except CopilotTuiError as error:
            self._screen.post_message(Failed(str(error)))
        self._screen.post_message(RequestEnded(cancelled))

    def call(
        self, work: Coroutine[Any, Any, _Result], then: Callable[[_Result], None] | None = None, group: str = "session"
    ) -> None:
        """Run one verb of the session and give its result to `then`; a newer call of the same group ends an older one."""
        self._screen.run_worker(self._answer(work, then), group=group, exclusive=group != "session")

    async def _answer(self, work: Coroutine[Any, Any, _Result], then: Callable[[_Result], None] | None) -> None:
        try:
            result = await work
        except CopilotTuiError as error:
            self._screen.post_message(Failed(str(error)))
            return
        if then is not None:
            then(result)

    def in_thread(self, function: Callable[..., _Result], *arguments: object, then: Callable[[_Result], None]) -> None:
        """Run a pure function in a thread and give its result to `then`; a newer call of the same function ends an older one."""
        self.call(asyncio.to_thread(function, *arguments), then, group=function.__name__)
