"""Keys that come faster than the screen follows: each one goes where it would go if the person waited before it."""

import asyncio

from textual.widgets import Input, TextArea

from copilot_tui.tui.finish_sheet import FinishSheet
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.review.edit_sheet import EditSheet
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import shop_review
from tests.tui.test_tui_review_pane import reviewing, states
from tests.tui.test_tui_screen import app_over, open_file, type_blindly, until


async def test_an_edit_that_is_typed_and_saved_without_a_pause_is_taken() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        type_blindly(pilot, "e", "Q", "Z", "ctrl+s", "n")
        await until(pilot, lambda: pane.review.counts.edited == 1)
        assert b"QZ" in (pane.review.files[0].change.after or b"")
        assert states(pane)["shop/cart.py:0"] == "accepted"
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def test_an_edit_that_is_saved_as_soon_as_letters_are_on_their_way_to_its_box_holds_them() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.focused, TextArea))
        type_blindly(pilot, *"QQQQ", "ctrl+s")
        await until(pilot, lambda: pane.review.counts.edited == 1)
        assert b"QQQQ" in (pane.review.files[0].change.after or b"")


async def test_an_edit_that_is_typed_and_left_without_a_pause_changes_nothing() -> None:
    review = shop_review()
    async with reviewing(review) as (pilot, pane):
        type_blindly(pilot, "e", "Q", "escape", "n")
        await until(pilot, lambda: pane.unit == review.units[1])
        assert not isinstance(pilot.app.screen, EditSheet)
        assert pane.review is review


async def test_a_remark_that_is_typed_without_a_pause_is_whole() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        type_blindly(pilot, "c", *"why", "enter")
        await until(pilot, lambda: bool(pane.review.comments))
        assert [text for _, text in pane.review.comments] == ["why"]
        assert not pilot.app.screen.query(Input)


async def test_letters_behind_the_enter_of_a_remark_are_no_part_of_it() -> None:
    review = shop_review()
    async with reviewing(review) as (pilot, pane):
        type_blindly(pilot, "c", "x", "enter", "n", "x")
        await until(pilot, lambda: states(pane)["shop/web/checkout.py:0"] == "rejected")
        assert [text for _, text in pane.review.comments] == ["x"]
        assert states(pane)["shop/cart.py:0"] == "pending"


async def test_a_letter_behind_the_enter_of_the_palette_decides_nothing_and_comes_after_it() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        type_blindly(pilot, "ctrl+p", *"accept", "enter")
        await until(pilot, lambda: pane.review.counts.accepted)
        alone, at = states(pane), pane.review.units.index(pane.unit) if pane.unit else -1
        type_blindly(pilot, "u")
        await until(pilot, lambda: pane.review.counts.accepted == 0)
        await pilot.press("home")
        type_blindly(pilot, "ctrl+p", *"accept", "enter", "n")
        await until(pilot, lambda: pane.unit == pane.review.units[at + 1])
        assert states(pane) == alone


async def test_letters_behind_the_enter_of_a_request_are_for_the_next_one() -> None:
    session = RecordedSession()
    session.held = asyncio.Event()
    async with app_over(session).run_test(size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"do it")
        type_blindly(pilot, "enter", "n", "y")
        await until(pilot, lambda: session.requests)
        await until(pilot, lambda: screen.query_one(Prompt).text == "ny")
        assert [request.text for request in session.requests] == ["do it"]


async def test_keys_behind_the_one_that_finishes_are_for_its_sheet() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        for leaving in ("q", "escape"):
            type_blindly(pilot, "q", leaving)
            await pilot.pause(0.3)
            assert len(pilot.app.screen_stack) == 1, "the sheet came, and was left"
        type_blindly(pilot, "q", "y", "x", "n")
        await until(pilot, lambda: isinstance(pilot.app.screen, FinishSheet))
        await pilot.pause(0.2)
        assert len(pilot.app.screen_stack) == 2
        assert pane.review.counts.pending == 3
