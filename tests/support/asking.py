"""Requests made in this process: the real session over a real repository, with a scripted endpoint as its model."""

import os
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.bootstrap import open_session
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review
from copilot_tui.session.events import Event, ProposalReady, RequestFailed
from copilot_tui.session.session import Session
from tests.support.program import environment_for

Kind = TypeVar("Kind")


def request_of(
    text: str, path: str = "", lines: tuple[int, int] | None = None, level: AutonomyLevel | None = None
) -> Request:
    """A request; the level that fits the target is taken where none is named."""
    fitting = AutonomyLevel.REPO if not path else AutonomyLevel.FILE if lines is None else AutonomyLevel.BLOCK
    return Request(text, Target(path, LineRange(*lines) if lines else None), level or fitting)


@dataclass
class Ran:
    """Every event of one request."""

    events: list[Event] = field(default_factory=list)

    def of(self, kind: type[Kind]) -> list[Kind]:
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def review(self) -> Review:
        (ready,) = self.of(ProposalReady)
        assert self.events[-1] is ready, "nothing comes after the proposal"
        return ready.review

    @property
    def proposal(self) -> Proposal:
        return self.review.proposal

    @property
    def failure(self) -> RequestFailed:
        (failed,) = self.of(RequestFailed)
        assert self.events[-1] is failed, "nothing comes after the end"
        return failed

    def after(self, path: str) -> str:
        """The proposed text of a file."""
        (text,) = [change.after for change in self.proposal.change_set if change.path == path]
        assert text is not None
        return text.decode()


class Asking(AbstractAsyncContextManager["Asking"]):
    """An open session; `async with Asking(repository, server.base_url, home) as asking: await asking.run(request)`."""

    def __init__(
        self, repository: Path, base_url: str, home: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        made = environment_for(base_url, os.environ if environment is None else environment)
        self.session: Session = open_session(repository, made, home)

    async def __aenter__(self) -> Self:
        await self.session.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.session.close()

    async def run(self, request: Request) -> Ran:
        """Send the request and gather its events to the end."""
        ran = Ran()
        async with aclosing(self.session.propose(request)) as events:
            async for event in events:
                ran.events.append(event)
        return ran
