"""Canonical screens of the code and the review, in two sizes and more."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from copilot_tui.steps.events import PlanProposed, PlanStep, TextStreamed
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.gate import GRACE_SECONDS
from copilot_tui.tui.plain_overview import PlainOverview
from copilot_tui.tui.review.pane import ReviewPane
from tests.tui.golden_screens import SIZES, assert_is_as_it_was
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import answered, linked_review, shop_review
from tests.tui.test_tui_screen import FINISHED, STARTED, open_file, screen_of, text_of, until

STEPS = (PlanStep("shop/cart.py", "Give total a default."), PlanStep("tests/test_cart.py", "Test the default."))
NO_MODEL = PlainOverview("shop", "main", no_model="No model is installed and no key is set.")
LINKED = {"events": (*answered(linked_review()),)}
Play = Callable[[Pilot[Any]], Awaitable[None]]


async def show_welcome(pilot: Pilot[Any]) -> None:
    await until(pilot, lambda: bool(screen_of(pilot).marks))


async def show_code(pilot: Pilot[Any]) -> None:
    await open_file(pilot, "cart.py")
    await pilot.press(*["down"] * 12, "alt+up")


async def show_finder(pilot: Pilot[Any]) -> None:
    await show_welcome(pilot)
    await pilot.press("ctrl+f", *"car")


async def show_context(pilot: Pilot[Any]) -> None:
    await open_file(pilot, "cart.py")
    await pilot.press("ctrl+o")
    await until(pilot, lambda: "outline of the file" in text_of(pilot))


async def show_help(pilot: Pilot[Any]) -> None:
    await show_review(pilot)
    await pilot.press("f1")


async def show_plan(pilot: Pilot[Any]) -> None:
    await open_file(pilot, "cart.py")
    await pilot.press("alt+equals_sign", "alt+equals_sign", "escape", *"go", "enter")
    await until(pilot, lambda: len(pilot.app.screen_stack) > 1)


async def show_review(pilot: Pilot[Any]) -> None:
    await open_file(pilot, "cart.py")
    await pilot.press("alt+equals_sign", "alt+equals_sign", "escape", *"go", "enter")
    await until(pilot, lambda: isinstance(screen_of(pilot).focused, ReviewPane))
    await pilot.pause(GRACE_SECONDS + 0.1)


async def show_decided(pilot: Pilot[Any]) -> None:
    await show_review(pilot)
    await pilot.press("x", "y")


async def show_two_sides(pilot: Pilot[Any]) -> None:
    await show_review(pilot)
    await pilot.press("t", "v", "down")


async def show_edit(pilot: Pilot[Any]) -> None:
    await show_review(pilot)
    await pilot.press("e")
    await until(pilot, lambda: "accept as edited" in text_of(pilot))


async def show_finish(pilot: Pilot[Any]) -> None:
    await show_review(pilot)
    await pilot.press("y", "x", "q")


async def show_calls(pilot: Pilot[Any]) -> None:
    await show_review(pilot)
    await pilot.press("f3")


async def show_linked(pilot: Pilot[Any]) -> None:
    await show_review(pilot)
    pane = screen_of(pilot).deciding.pane
    assert pane is not None
    await until(pilot, lambda: bool(pane.knowing.facts.links and pane.knowing.facts.moves))


async def show_broken(pilot: Pilot[Any]) -> None:
    await show_linked(pilot)
    await pilot.press("y", "G", "x", "g", "n")


async def show_views(pilot: Pilot[Any]) -> None:
    await show_linked(pilot)
    await pilot.press("M", "w", "w", "W", "greater_than_sign")


SCREENS: dict[str, tuple[Play, dict[str, Any]]] = {
    "welcome": (show_welcome, {}),
    "no-model": (show_welcome, {"overview": NO_MODEL}),
    "code": (show_code, {}),
    "finder": (show_finder, {}),
    "context": (show_context, {}),
    "plan": (
        show_plan,
        {"events": (PlanProposed(STEPS, waits=False), PlanProposed(STEPS, waits=True, beyond=(STEPS[-1].path,)))},
    ),
    "review": (show_review, {}),
    "decided": (show_decided, {}),
    "two-sides": (show_two_sides, {}),
    "linked": (show_linked, LINKED),
    "broken-link": (show_broken, LINKED),
    "ways-to-look": (show_views, LINKED),
    "edit": (show_edit, {}),
    "finish": (show_finish, {}),
    "help": (show_help, {}),
    "calls": (show_calls, {}),
}


LARGE = (200, 60)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        pytest.param(name, size, id=f"{name}-{size[0]}x{size[1]}")
        for name in SCREENS
        for size in ([*SIZES, LARGE] if SCREENS[name][1] is LINKED else SIZES)
    ],
)
async def test_the_screen_is_as_it_was(name: str, size: tuple[int, int]) -> None:
    play, session = SCREENS[name]
    events = (STARTED, TextStreamed(1, "done"), FINISHED, *answered(shop_review()))
    app = CopilotApp(RecordedSession(**{"events": events, **session}), blinks=False, clock=lambda: 0.0)
    async with app.run_test(size=size) as pilot:
        await play(pilot)
        if name != "plan":  # there a request waits for its answer
            await app.workers.wait_for_complete()
        await assert_is_as_it_was(pilot, name, size)
