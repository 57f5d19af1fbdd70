"""Secrets that were kept back from a model are told of on the screen, once each, with where they stand."""

from textual.widgets._toast import Toast

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


async def test_all_that_was_not_sent_is_told_of_in_one_short_notice() -> None:
    many = CallKeptBack(
        1,
        tuple(f"a password in an address (mark {number})" for number in range(4)),
        tuple(map(str, range(4))),
        ("tests/a.py", "tests/a.py", "b.rst", "c.py:3", "d.py:4", "e.py"),
    )
    cleaned = (TextCleaned("AGENTS.md", "3 U+200B"), TextCleaned("HISTORY.md", "1 U+202E"))
    session = RecordedSession(events=(*cleaned, many, STARTED), ends=False)
    async with CopilotApp(session, blinks=False, clock=lambda: 0.0).run_test(
        notifications=True, size=(120, 30)
    ) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", *"go", "enter")
        await until(pilot, lambda: "Not sent: 4 secrets in tests/a.py, b.rst, c.py:3 and 2 more." in text_of(pilot))
        await until(pilot, lambda: len(pilot.app.screen.query(Toast)) == 1)
        (notice,) = pilot.app.screen.query(Toast)
        assert "invisible characters, 3 U+200B in AGENTS.md, 1 U+202E in HISTORY.md." in str(notice.render())
        await pilot.press("escape")


async def test_of_two_sentences_said_at_once_the_newest_alone_is_shown() -> None:
    async with CopilotApp(RecordedSession(), blinks=False, clock=lambda: 0.0).run_test(
        notifications=True, size=(120, 30)
    ) as pilot:
        screen = await open_file(pilot, "cart.py")
        screen.tell("The first one.", "error")
        screen.tell("The second one.", "warning")
        await until(pilot, lambda: "The second one." in text_of(pilot))
        assert len(pilot.app.screen.query(Toast)) == 1
