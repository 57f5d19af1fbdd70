"""What was recorded, in the interface: a rule that is asked for, sessions, numbers, and proposals that wait."""

from copilot_tui.steps.recipe import REMEMBERING
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.gate import GRACE_SECONDS
from tests.tui.recorded_session import RecordedMemory, RecordedSession
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
