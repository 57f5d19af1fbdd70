"""What was recorded, in the interface: a rule that is asked for, sessions, numbers, and proposals that wait."""

from pathlib import Path

from copilot_tui.session.recorded_sessions import RecordedSession as Recorded
from copilot_tui.steps.recipe import REMEMBERING
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.gate import GRACE_SECONDS
from copilot_tui.tui.sessions_sheet import SessionsSheet
from tests.tui.recorded_session import RecordedMemory, RecordedSession, RecordedShelf
from tests.tui.review_samples import answered, shop_review
from tests.tui.test_tui_screen import open_file, screen_of, text_of, until

SIZE = (100, 30)


async def test_a_rule_is_asked_for_by_the_person_alone_and_keeps_what_they_typed() -> None:
    session = RecordedSession(events=answered(shop_review()))
    session.memory = RecordedMemory(is_enough=True)
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", *"half", "tab", "M")
        await until(pilot, lambda: screen_of(pilot).deciding.is_reviewing)
        (request,) = session.requests
        assert (request.target.path, session.recipes) == ("AGENTS.md", [REMEMBERING])
        assert "half" in text_of(pilot), "the half-typed request stays"


async def test_too_little_to_draw_a_rule_from_is_said() -> None:
    session = RecordedSession()
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", "slash", *"remember", "enter")
        await until(pilot, lambda: "a rule needs three" in text_of(pilot))
        assert not session.requests


async def test_after_a_landing_a_rule_is_offered_where_there_is_enough() -> None:
    session = RecordedSession(events=answered(shop_review()))
    session.memory = RecordedMemory(is_enough=True)
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("alt+equals_sign", "alt+equals_sign", "escape", *"go", "enter")
        await until(pilot, lambda: screen_of(pilot).deciding.is_reviewing and not screen_of(pilot).bridge.is_busy)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("y", "y", "q", "a")
        await until(pilot, lambda: "/remember" in text_of(pilot))


def sessions() -> RecordedShelf:
    return RecordedShelf(
        Recorded("20260102-1", Path("a"), "", "2026-01-02T10:00:00+00:00", "shop", ("Add the \x1b[31mtax.",), ()),
        Recorded("20260101-1", Path("b"), "old", "no date", "other", (), ("Why?", "How?")),
    )


async def test_sessions_are_listed_read_named_and_written_out() -> None:
    session = RecordedSession()
    session.shelf = shelf = sessions()
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("S")
        await until(pilot, lambda: isinstance(pilot.app.screen, SessionsSheet))
        assert "\x1b" not in text_of(pilot)
        assert "Add the ␛[31mtax." in text_of(pilot)
        assert "[old] Why?" in text_of(pilot)
        assert "2 questions" in text_of(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "## 1. Add the tax." in text_of(pilot))
        await pilot.press("escape", "x")
        await until(pilot, lambda: shelf.exported == ["20260102-1"])
        await pilot.press("n", *"taxes", "enter")
        await until(pilot, lambda: "[taxes] Add" in text_of(pilot))
        await pilot.press("down", "n", *["backspace"] * 3, *"taken", "enter")
        await until(pilot, lambda: "Another session is called taken" in text_of(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "No review of 20260101-1" in text_of(pilot))


async def test_without_sessions_it_says_so() -> None:
    async with CopilotApp(RecordedSession(), blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("S")
        await until(pilot, lambda: "no session is recorded yet" in text_of(pilot))
        await pilot.press("r", "n", "x", "enter", "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
