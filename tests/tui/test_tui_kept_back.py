"""Secrets that were kept back from a model are told of on the screen, once each, with where they stand."""

from copilot_tui.steps.events import CallKeptBack, TextCleaned
from copilot_tui.tui.app import CopilotApp
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import FINISHED, STARTED, open_file, text_of, until

KEPT = CallKeptBack(1, ("a GitHub token (mark ab12)",), ("ab12",), ("shop/cart.py:11",))


async def test_a_notice_says_what_was_not_sent_and_the_list_of_calls_keeps_it() -> None:
    session = RecordedSession(events=(KEPT, STARTED, FINISHED))
    async with CopilotApp(session, blinks=False, clock=lambda: 0.0).run_test(
        notifications=True, size=(120, 30)
    ) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"go", "enter")
        await until(pilot, lambda: session.requests and not screen.bridge.is_busy)
        await until(pilot, lambda: "Not sent: a GitHub token (mark ab12) in shop/cart.py:11" in text_of(pilot))
        await pilot.press("f3")
        await until(pilot, lambda: "kept back: a GitHub token" in text_of(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: "[kept back, so not sent]" in text_of(pilot))
        assert "a GitHub token (mark ab12) in shop/cart.py:11" in text_of(pilot)
        await pilot.press("escape", "escape", "enter")
        await until(pilot, lambda: len(session.requests) == 2 and not screen.bridge.is_busy)
        await pilot.pause()
        assert "Not sent" not in text_of(pilot), "the same secret is told of once"


async def test_invisible_characters_that_are_not_sent_are_named_by_their_code_points() -> None:
    session = RecordedSession(events=(TextCleaned("AGENTS.md", "3 U+200B"), STARTED), ends=False)
    async with CopilotApp(session, blinks=False, clock=lambda: 0.0).run_test(
        notifications=True, size=(120, 30)
    ) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", *"go", "enter")
        await until(pilot, lambda: "AGENTS.md: invisible characters are not sent: 3 U+200B." in text_of(pilot))
        await pilot.press("escape")
