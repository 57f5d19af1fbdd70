"""Notices at the foot of the screen: none of information stands over the keys of a sheet that opens."""

from copilot_tui.session.preferences import Preferences
from copilot_tui.session.resuming import Resumed
from copilot_tui.tui.app import CopilotApp
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import shop_review
from tests.tui.test_tui_screen import app_over, open_file, screen_of, text_of, until


async def test_a_sheet_that_opens_takes_information_away_and_leaves_a_warning() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        for severity, stays in (("information", False), ("warning", True), ("error", True)):
            screen.tell("This is what was said just now.", severity)
            await until(pilot, lambda: "said just now" in text_of(pilot))
            await pilot.press("f1")
            await until(pilot, lambda: "Here: code" in text_of(pilot))
            await pilot.pause()
            assert ("said just now" in text_of(pilot)) == stays, severity
            assert ("enter do it" in text_of(pilot)) or stays
            await pilot.press("escape")
            await until(pilot, lambda: "Here: code" not in text_of(pilot))


async def test_what_a_landing_said_is_said_when_the_commit_box_that_followed_it_is_left() -> None:
    session = RecordedSession()
    session.preferences = Preferences(commit_after_landing=True)
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=(100, 30)) as pilot:
        await open_file(pilot, "cart.py")
        session.landings.add("a", 0.0, b"")
        screen_of(pilot).landing._landed(session.landings.list()[0])
        await until(pilot, lambda: "Make the tax optional" in text_of(pilot))
        assert "takes it back" not in text_of(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: "U takes it back" in text_of(pilot))


async def test_what_a_review_that_is_taken_up_leaves_out_is_few_named_and_a_number() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        gone = tuple(f"gone{number}.py is not there any more." for number in range(5))
        screen.deciding.take_up(Resumed(shop_review(), (), gone))
        await until(pilot, lambda: "And 2 more." in " ".join(text_of(pilot).replace("▌", " ").split()))
        assert "gone2.py" in text_of(pilot)
        assert "gone3.py" not in text_of(pilot)
