"""The moment before the review that the program was started for is on the screen: no letter becomes a request, and none decides."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot

from copilot_tui.errors import UsageError
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.bridge import Failed
from copilot_tui.tui.port import Overview
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.review.pane import ReviewPane
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import shop_review
from tests.tui.test_tui_screen import screen_of, text_of, type_blindly, until


class _Source:
    """What is to be reviewed, given when the test says so."""

    def __init__(self, session: RecordedSession, error: str = "") -> None:
        self.may_come = asyncio.Event()
        self._session, self._error = session, error

    async def __call__(self) -> tuple[str, ...]:
        await self.may_come.wait()
        if self._error:
            raise UsageError(self._error)
        self._session.replace_review(shop_review(), {})
        return ()


@asynccontextmanager
async def awaiting(error: str = "") -> AsyncIterator[tuple[Pilot[Any], _Source, RecordedSession]]:
    session = RecordedSession()
    source = _Source(session, error)
    app = CopilotApp(session, begins_with=source, blinks=False)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await until(pilot, lambda: screen_of(pilot).sending.is_open)
        yield pilot, source, session


@pytest.mark.fault("O67")
async def test_what_is_typed_before_the_review_is_there_is_no_request_and_decides_nothing() -> None:
    async with awaiting() as (pilot, source, session):
        screen = screen_of(pilot)
        assert "Reading what is to be reviewed" in text_of(pilot)
        await pilot.press("y", "tab", "y", "f1", "escape", "q", "enter")
        assert screen.query_one(Prompt).text == ""
        source.may_come.set()
        type_blindly(pilot, "y", "Y", "enter")
        await until(pilot, lambda: isinstance(screen.focused, ReviewPane))
        await pilot.pause()
        pane = screen.deciding.pane
        assert pane is not None
        assert (pane.review.counts.pending, session.requests) == (3, [])
        await pilot.press("y")
        assert pane.review.counts.accepted == 1, "what is typed from now on counts"
        await pilot.press("a", *"go on")
        assert screen.query_one(Prompt).text == "go on"


async def test_the_foot_names_no_keys_before_the_review_is_there_and_then_those_of_the_review() -> None:
    async with awaiting() as (pilot, source, _):
        assert text_of(pilot).splitlines()[-1].strip() == ""
        source.may_come.set()
        await until(pilot, lambda: isinstance(screen_of(pilot).focused, ReviewPane))
        await until(pilot, lambda: "y accept" in text_of(pilot).splitlines()[-1])


async def test_where_no_review_comes_the_request_can_be_typed() -> None:
    async with awaiting("There is no commit abc: name one that there is.") as (pilot, source, _):
        screen = screen_of(pilot)
        source.may_come.set()
        await until(pilot, lambda: "There is no commit abc" in text_of(pilot))
        assert "Reading what is" not in text_of(pilot)
        await until(pilot, lambda: isinstance(screen.focused, Prompt))
        await pilot.press("o", "k")
        assert screen.query_one(Prompt).text == "ok"
        assert "enter send" in text_of(pilot).splitlines()[-1]


async def test_a_failure_beside_the_reading_of_the_review_lets_no_letter_into_the_request() -> None:
    async with awaiting() as (pilot, source, session):
        screen = screen_of(pilot)
        screen.post_message(Failed("The files cannot be listed."))
        await until(pilot, lambda: "cannot be listed" in text_of(pilot))
        await pilot.press("y", "e", "s", "enter")
        assert (screen.query_one(Prompt).text, session.requests) == ("", [])
        source.may_come.set()
        await until(pilot, lambda: isinstance(screen.focused, ReviewPane))


async def test_where_the_repository_cannot_be_opened_the_request_can_be_typed() -> None:
    session = RecordedSession()

    async def fail() -> Overview:
        raise UsageError("This is no repository.")

    session.open = fail  # type: ignore[method-assign]
    app = CopilotApp(session, begins_with=_Source(session), blinks=False)
    async with app.run_test(notifications=True, size=(80, 24)) as pilot:
        await until(pilot, lambda: "This is no repository" in text_of(pilot))
        await until(pilot, lambda: isinstance(screen_of(pilot).focused, Prompt))
