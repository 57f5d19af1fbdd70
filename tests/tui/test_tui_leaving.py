"""Leaving while something is under way: whatever comes of it afterwards, the program ends in good order."""

import asyncio
from collections.abc import Mapping

import pytest

from copilot_tui.steps.events import TextStreamed
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.bridge import Failed, RequestEnded, SessionEvent
from copilot_tui.tui.main_screen import MainScreen
from copilot_tui.tui.port import Overview
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import until


class LateSession(RecordedSession):
    """Answers a given number of turns of the event loop after the person began to leave."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self.turns = turns
        self.leaving = asyncio.Event()
        self.asked = 0

    async def _late(self) -> None:
        self.asked += 1
        try:
            await self.leaving.wait()
        finally:
            # A thread that runs does not hear of a cancellation before it is done either.
            for _ in range(self.turns):
                await asyncio.sleep(0)

    async def overview(self) -> Overview:
        await self._late()
        return await super().overview()

    async def list_files(self) -> Mapping[str, str]:
        if self.asked:
            await self._late()
        return await super().list_files()


@pytest.mark.parametrize("turns", range(0, 120, 5))
async def test_what_comes_while_the_screen_is_taken_down_is_let_go(turns: int) -> None:
    session = LateSession(turns)
    app = CopilotApp(session, blinks=False)
    async with app.run_test() as pilot:
        screen = app.screen
        assert isinstance(screen, MainScreen)
        screen.opening.renew()
        await pilot.pause()
        session.leaving.set()
        app.exit()
    assert not app.return_code


@pytest.mark.parametrize("turns", range(0, 120, 10))
async def test_request_that_ends_while_the_screen_is_taken_down_asks_nothing_more(turns: int) -> None:
    session = LateSession(turns)
    session.events, session.ends = (), False
    app = CopilotApp(session, blinks=False)
    async with app.run_test() as pilot:
        screen = app.screen
        assert isinstance(screen, MainScreen)
        await until(pilot, lambda: screen.sending.is_open)
        screen.open_file("shop/cart.py")
        await pilot.pause()
        screen.sending.send("add the tax")
        await pilot.pause()
        assert screen.bridge.is_busy
        session.leaving.set()
        app.exit()
    assert not app.return_code
    assert session.closed_streams == 1


@pytest.mark.parametrize("events", [1, 20, 200])
async def test_events_that_wait_to_be_shown_are_let_go(events: int) -> None:
    app = CopilotApp(RecordedSession(), blinks=False)
    async with app.run_test() as pilot:
        screen = app.screen
        assert isinstance(screen, MainScreen)
        screen.open_file("shop/cart.py")
        await pilot.pause()
        for _ in range(events):
            screen.post_message(SessionEvent(TextStreamed(1, "a word ")))
        screen.post_message(Failed("nothing came"))
        screen.post_message(RequestEnded(cancelled=False))
        app.exit()
    assert not app.return_code
