"""Keys that come faster than the screen follows: each one goes where it would go if the person waited before it."""

import asyncio
from time import monotonic

from textual.widgets import Input, TextArea

from copilot_tui.errors import RepositoryError
from copilot_tui.session.trusting import TrustState
from copilot_tui.steps.events import PlanProposed, PlanStep
from copilot_tui.tui.action import Place
from copilot_tui.tui.actions import possible
from copilot_tui.tui.finder import Finder
from copilot_tui.tui.finish_sheet import FinishSheet
from copilot_tui.tui.plan_sheet import PlanSheet
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.review.edit_sheet import EditSheet
from copilot_tui.tui.trust_sheet import TrustSheet
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import shop_review
from tests.tui.test_tui_review_pane import reviewing, states
from tests.tui.test_tui_screen import app_over, open_file, screen_of, text_of, type_blindly, until


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


async def test_a_key_behind_one_that_leaves_the_review_is_for_the_summary_that_it_opens() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        type_blindly(pilot, "escape", "y", "x")
        await until(pilot, lambda: isinstance(pilot.app.screen, FinishSheet))
        await pilot.pause(0.2)
        assert pane.review.counts.pending == 3


async def test_a_key_behind_one_whose_sheet_is_still_being_made_ready_decides_no_hunk() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        type_blindly(pilot, "f9", "n", "y", "x")
        await until(pilot, lambda: isinstance(pilot.app.screen, TrustSheet))
        await pilot.pause(0.2)
        assert (pane.review.counts.pending, pane.unit) == (3, pane.review.units[0])


async def test_whatever_a_key_opens_the_keys_behind_it_are_for_that() -> None:
    session = RecordedSession()
    app = app_over(session)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        opened, order = [], app._order

        def note(_: object) -> None:
            opened.append(type(pilot.app.screen).__name__)

        pilot.app.screen_change_signal.subscribe(screen, note)
        for action in possible(Place.CODE):
            if action.identifier in {"quit", "switch", "focus-prompt"}:
                continue
            screen.set_focus(screen.parts.code)
            await until(pilot, lambda: not app.gate.blocks("y", monotonic()))
            type_blindly(pilot, *action.keys[:1], "escape", "escape")
            await pilot.pause(0.05)  # long enough for the keys to come; what they do may take longer
            await until(pilot, lambda: not (order._waiting or order._is_acting) and len(app.screen_stack) == 1)
        assert {"SessionsSheet", "HistorySheet", "WaitingSheet", "CommitSheet", "TrustSheet"} <= set(opened)
        assert screen.query_one(Prompt).text == ""


async def test_a_key_behind_one_whose_sheet_does_not_come_decides_nothing() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        session = screen_of(pilot).session
        assert isinstance(session, RecordedSession)

        def fail() -> TrustState:
            raise RepositoryError("The index is locked.")

        session.trusting.state = fail  # type: ignore[method-assign]
        type_blindly(pilot, "f9", "y")
        await until(pilot, lambda: "index is locked" in text_of(pilot))
        await pilot.pause(0.1)
        assert pane.review.counts.pending == 3
        await pilot.press("y")
        assert pane.review.counts.pending == 2


async def test_keys_behind_one_that_leaves_a_sheet_are_for_what_is_below_it() -> None:
    review = shop_review()
    async with reviewing(review) as (pilot, pane):
        for opening, leaving in (("q", "escape"), ("q", "q"), ("f1", "escape"), ("f3", "escape"), ("ctrl+p", "escape")):
            await pilot.press("home")
            type_blindly(pilot, opening, leaving, "n")
            await until(pilot, lambda: pane.unit == review.units[1])
            assert len(pilot.app.screen_stack) == 1
        type_blindly(pilot, "c", *"why", "enter", "n", "x")
        await until(pilot, lambda: pane.review.counts.rejected == 1)
        assert pane.review.comments


async def test_letters_behind_the_key_that_edits_a_step_of_a_plan_are_typed_into_it() -> None:
    steps = (PlanStep("shop/cart.py", "Add the tax."), PlanStep("shop/tax.py", "Set the rate."))
    session = RecordedSession(events=(PlanProposed(steps, waits=True),))
    app = app_over(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", *"go", "enter")
        await until(pilot, lambda: isinstance(app.screen, PlanSheet))
        await until(pilot, lambda: not app.gate.blocks("e", monotonic()))
        type_blindly(pilot, "e", *" Now.", "enter", "down", "x", "g")
        await until(pilot, lambda: session.plans)
        assert [step.what for step in session.plans[0]] == ["Add the tax. Now."]


async def test_keys_behind_the_one_that_goes_into_the_context_are_for_that() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("f5")
        await until(pilot, lambda: "what the model will see" in text_of(pilot) and screen.picturing.parts)
        type_blindly(pilot, "f5", "down", "a")
        await until(pilot, lambda: isinstance(pilot.app.screen, Finder))
