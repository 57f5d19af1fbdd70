"""The bottom line by mouse: what stands under it is done, at every size."""

from typing import Any

import pytest
from textual.pilot import Pilot

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.key_line import KeyLine
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import shop_review
from tests.tui.test_tui_review_pane import reviewing
from tests.tui.test_tui_screen import open_file, text_of, until


async def click_on(pilot: Pilot[Any], words: str) -> None:
    line = text_of(pilot).rstrip("\n").splitlines()[-1]
    await pilot.click(KeyLine, offset=(line.index(words), 0))


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_each_word_does_its_action_and_each_of_two_keys_its_own(size: tuple[int, int]) -> None:
    session = RecordedSession()
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=size) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"go")
        await click_on(pilot, "alt+=")
        await until(pilot, lambda: screen.aiming.aim.level is AutonomyLevel.FILE)
        await click_on(pilot, "alt+-")
        await until(pilot, lambda: screen.aiming.aim.level is AutonomyLevel.BLOCK)
        await click_on(pilot, "send")
        await until(pilot, lambda: [request.text for request in session.requests] == ["go"])
        await until(pilot, lambda: not screen.bridge.is_busy)
        await click_on(pilot, "help")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)


async def test_the_gap_between_two_words_does_nothing() -> None:
    session = RecordedSession()
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=(140, 40)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", *"go")
        line = text_of(pilot).rstrip("\n").splitlines()[-1]
        await pilot.click(KeyLine, offset=(line.index("send") + len("send") + 1, 0))
        await pilot.click(KeyLine, offset=(139, 0))
        await pilot.pause()
        assert not session.requests
        assert len(pilot.app.screen_stack) == 1


async def test_while_the_person_types_beside_a_review_the_line_says_how_to_get_to_it() -> None:
    async with reviewing(shop_review(), (120, 40)) as (pilot, pane):
        await pilot.press("a", *"and then")
        await until(pilot, lambda: "tab review 0/" in text_of(pilot))
        await pilot.press("tab")
        await until(pilot, lambda: pane.has_focus)
        await until(pilot, lambda: "tab review" not in text_of(pilot))
