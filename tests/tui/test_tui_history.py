"""The history of what landed and the question of trust, played over a recorded session."""

import pytest

from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.history_sheet import HistorySheet, patch_rows
from copilot_tui.tui.trust_sheet import TrustSheet
from copilot_tui.workspace.receipt import ReceiptFile
from tests.tui.recorded_session import RecordedSession, RecordedTrust
from tests.tui.test_tui_screen import open_file, screen_of, text_of, until

PATCH = b"diff --git a/shop/tax.py b/shop/tax.py\n--- a/shop/tax.py\n+++ b/shop/tax.py\n@@ -1 +1 @@\n-RATE = 0.2\n+RATE = 0.1\n"


def session_with_landings() -> RecordedSession:
    session = RecordedSession()
    session.landings.add("lower the rate", 0.0, PATCH, ReceiptFile("shop/tax.py", "edit", 1, 1))
    session.landings.add(
        "name \x1b]0;evil\x07 it", 60.0, PATCH.replace(b"0.1", b"0.3"), ReceiptFile("a\n.py", "edit", 2, 0)
    )
    return session


async def test_each_landing_shows_its_diff_and_is_taken_back_and_landed_again() -> None:
    session = session_with_landings()
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=(100, 30)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("H")
        await until(pilot, lambda: "RATE = 0.3" in text_of(pilot))
        assert isinstance(pilot.app.screen, HistorySheet)
        assert "\x1b" not in text_of(pilot)
        await pilot.press("down")
        await until(pilot, lambda: "RATE = 0.1" in text_of(pilot))
        await pilot.press("u")
        await until(pilot, lambda: "undone" in text_of(pilot))
        assert [receipt.undone for receipt in session.landings.receipts] == [True, False]
        await pilot.press("r")
        await until(pilot, lambda: "undone" not in text_of(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_file_that_the_undo_takes_away_closes_and_what_was_done_stays_to_be_read(size: tuple[int, int]) -> None:
    session = session_with_landings()
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=size) as pilot:
        screen = await open_file(pilot, "tax.py")
        del session.files["shop/tax.py"]
        await pilot.press("U")
        await until(pilot, lambda: not screen.aiming.aim.path)
        await pilot.pause(0.1)
        shown = text_of(pilot)
        assert "Taken back: 1 file as before." in shown
        assert "shop/tax.py is not there any more." in shown
        assert "RATE" not in shown
        assert not screen.parts.code.display
        await pilot.press("ctrl+f", *"cart.py", "enter")
        await until(pilot, lambda: screen.aiming.aim.path == "shop/cart.py")
        assert "not there any more" not in text_of(pilot)
        assert "def total" in text_of(pilot)


async def test_what_stands_in_the_way_of_an_undo_is_said() -> None:
    session = session_with_landings()
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=(100, 30)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("H")
        await until(pilot, lambda: "RATE = 0.3" in text_of(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "no undone landing" in text_of(pilot))


async def test_a_repository_where_nothing_landed_says_so() -> None:
    async with CopilotApp(RecordedSession(), blinks=False).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("H")
        await until(pilot, lambda: "nothing has landed" in text_of(pilot))
        await pilot.press("u", "r", "escape")
        await until(pilot, lambda: "no undone landing" in text_of(pilot))


async def test_an_action_that_is_a_letter_elsewhere_is_reached_by_its_name_from_the_request() -> None:
    async with CopilotApp(session_with_landings(), blinks=False).run_test(notifications=True, size=(100, 30)) as pilot:
        await until(pilot, lambda: bool(screen_of(pilot).marks))
        await pilot.press("slash", *"history", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistorySheet))
        await pilot.press("escape", "slash", *"cancel", "enter")
        await until(pilot, lambda: "/cancel is not possible now" in text_of(pilot))


@pytest.mark.parametrize(
    ("key", "trusted", "commits"), [("y", True, True), ("n", False, True), ("enter", False, False)]
)
async def test_hooks_are_asked_about_before_the_first_commit(key: str, trusted: bool, commits: bool) -> None:
    session = RecordedSession()
    session.trusting = RecordedTrust("the hook /shop/.git/hooks/pre-commit")
    async with CopilotApp(session, blinks=False, clock=lambda: 0.0).run_test(
        notifications=True, size=(100, 30)
    ) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("C")
        await until(pilot, lambda: isinstance(pilot.app.screen, TrustSheet))
        assert "hooks/pre-commit" in text_of(pilot)
        await pilot.press(key)
        if commits:
            await until(pilot, lambda: "Make the tax optional" in text_of(pilot))
        else:
            await pilot.press("escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert session.trusting.trusted is trusted


async def test_trust_is_given_and_taken_back_at_any_time() -> None:
    session = RecordedSession()
    session.trusting = RecordedTrust("the filter lfs")
    async with CopilotApp(session, blinks=False, clock=lambda: 0.0).run_test(
        notifications=True, size=(100, 30)
    ) as pilot:
        await open_file(pilot, "cart.py")
        for key, said in (("y", "hooks and filters run when you commit"), ("n", "Nothing of this repository runs")):
            await pilot.press("f9")
            await until(pilot, lambda: isinstance(pilot.app.screen, TrustSheet))
            await pilot.press(key)
            await until(pilot, lambda said=said: said in text_of(pilot))
            assert session.trusting.trusted is (key == "y")


def test_rows_of_a_patch_know_headers_from_lines_that_look_like_them() -> None:
    rows = patch_rows(b"diff --git a/x b/x\nindex 1..2\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- old\n+++ new\n")
    assert [row.parts[0][1] for row in rows[:7]] == ["strong"] * 4 + ["marked", "bad", "good"]


def test_a_patch_without_end_is_cut_with_a_word() -> None:
    rows = patch_rows(b"+x\n" * 30_000)
    assert len(rows) == 20_001
    assert "10001 more lines" in rows[-1].parts[0][0]
