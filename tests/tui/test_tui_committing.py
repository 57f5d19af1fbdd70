"""The box of the commit: the proposed message is the person's to edit, and what they typed is not lost."""

import pytest
from textual.widgets import TextArea

from copilot_tui.errors import RepositoryError
from copilot_tui.tui.commit_sheet import CommitSheet
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import app_over, open_file, text_of, until


async def test_a_commit_takes_the_message_as_edited() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("C")
        await until(pilot, lambda: any(box.text for box in pilot.app.screen.query(TextArea)))
        await pilot.press("!", "ctrl+s")
        await until(pilot, lambda: bool(session.commits))
        assert session.commits == ["Make the tax optional!"]


async def test_a_message_that_was_typed_is_there_again_until_a_commit_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    session = RecordedSession()

    async def refuse(message: str) -> str:
        raise RepositoryError(f"git made no commit of {message}")

    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("C")
        await until(pilot, lambda: "Make the tax optional" in text_of(pilot))
        await pilot.press(*" now", "escape", "C")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommitSheet))
        assert pilot.app.screen.query_one(TextArea).text == "Make the tax optional now"
        with monkeypatch.context() as patched:
            patched.setattr(session, "commit", refuse)
            await pilot.press("ctrl+s")
            await until(pilot, lambda: "git made no commit of Make the tax optional now" in text_of(pilot))
        await pilot.press("C")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommitSheet))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: session.commits == ["Make the tax optional now"])
        await pilot.press("C")
        await until(pilot, lambda: any(box.text for box in pilot.app.screen.query(TextArea)))
        assert pilot.app.screen.query_one(TextArea).text == "Make the tax optional", "a new one for the next commit"


async def test_a_proposed_message_that_was_left_as_it_is_is_proposed_anew() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        for _ in range(2):
            await pilot.press("C")
            await until(pilot, lambda: any(box.text for box in pilot.app.screen.query(TextArea)))
            await pilot.press("escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert session.suggested == 2
