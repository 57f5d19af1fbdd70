"""Keys that come faster than the screen follows: each one goes where it would go if the person waited before it."""

from textual.widgets import Input, TextArea

from copilot_tui.tui.review.edit_sheet import EditSheet
from tests.tui.review_samples import shop_review
from tests.tui.test_tui_review_pane import reviewing, states
from tests.tui.test_tui_screen import type_blindly, until


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
