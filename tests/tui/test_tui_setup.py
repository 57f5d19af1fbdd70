"""The first run: three ways, each with what it costs and needs; a key is tested before it is kept."""

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.key_sheet import KeySheet
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.setup_sheet import SetupSheet
from tests.tui.recorded_session import RecordedSession
from tests.tui.recorded_setup import BUILT_IN, OPENAI, RecordedSetup
from tests.tui.test_tui_screen import screen_of, text_of, type_blindly, until


def app_with(setup: RecordedSetup) -> CopilotApp:
    session = RecordedSession()
    session.setting_up = setup
    return CopilotApp(session, blinks=False, clock=lambda: 0.0)


async def on_sheet(pilot: Pilot[Any], sheet: type) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, sheet) and pilot.app.screen.focused is not None)
    await pilot.pause(0.1)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=str)
async def test_a_first_run_shows_the_three_ways_with_price_and_need(size: tuple[int, int]) -> None:
    async with app_with(RecordedSetup(is_first_run=True)).run_test(size=size) as pilot:
        await on_sheet(pilot, SetupSheet)
        for words in ("1 in the program", "2 on this machine", "3 a provider", "free, 98 MB to fetch", "paid, a key"):
            assert words in text_of(pilot)
        assert "your code stays here" in " ".join(text_of(pilot).split())
        await pilot.press("down", "down")
        await until(pilot, lambda: "Ollama runs on this machine" in text_of(pilot))
        await pilot.press("down")
        await until(pilot, lambda: "$0.25 read" in text_of(pilot))


async def test_escape_puts_it_off_and_it_comes_again_by_its_name() -> None:
    setup = RecordedSetup(is_first_run=True)
    async with app_with(setup).run_test(notifications=True) as pilot:
        await on_sheet(pilot, SetupSheet)
        await pilot.press("escape")
        await until(pilot, lambda: setup.was_put_off)
        await pilot.press(*"/setup", "enter")
        await on_sheet(pilot, SetupSheet)


async def test_it_never_comes_to_who_has_settings_or_is_typing() -> None:
    async with app_with(RecordedSetup()).run_test(notifications=True) as pilot:
        await until(pilot, lambda: bool(screen_of(pilot).marks))
        await pilot.pause(0.2)
        assert len(pilot.app.screen_stack) == 1
    async with app_with(RecordedSetup(is_first_run=True)).run_test(notifications=True) as pilot:
        screen_of(pilot).query_one(Prompt).insert("already")
        await until(pilot, lambda: bool(screen_of(pilot).marks))
        await pilot.pause(0.2)
        assert len(pilot.app.screen_stack) == 1


async def test_a_wrong_key_is_one_sentence_and_stays_in_the_box_then_the_right_one_is_kept() -> None:
    setup = RecordedSetup(OPENAI, is_first_run=True)
    async with app_with(setup).run_test(notifications=True) as pilot:
        await on_sheet(pilot, SetupSheet)
        await pilot.press("down", "enter")
        await on_sheet(pilot, KeySheet)
        await pilot.press("enter")
        await until(pilot, lambda: "Type the key first" in text_of(pilot))
        await pilot.press(*"sk-bad", "enter")
        await until(pilot, lambda: "did not accept the key" in text_of(pilot))
        box = pilot.app.screen.query_one(Input)
        assert box.value == "sk-bad"
        assert "sk-bad" not in text_of(pilot)
        assert setup.kept == {}
        box.value = setup.good_key
        await pilot.press("enter")
        await until(pilot, lambda: bool(setup.chosen))
        assert setup.kept == {"openai": setup.good_key}
        assert setup.chosen == [("openai", "", "", True)]
        await until(pilot, lambda: "OpenAI answers from now on" in text_of(pilot))


async def test_without_a_keyring_a_key_that_works_is_used_until_the_end() -> None:
    setup = RecordedSetup(OPENAI, is_first_run=True, trouble="this system has no keyring")
    async with app_with(setup).run_test(notifications=True) as pilot:
        await on_sheet(pilot, SetupSheet)
        await pilot.press("down", "enter")
        await on_sheet(pilot, KeySheet)
        await until(pilot, lambda: "test and keep" in text_of(pilot))
        assert "OPENAI_API_KEY in the environment" in " ".join(text_of(pilot).split())
        await pilot.press(*setup.good_key, "enter")
        await until(pilot, lambda: bool(setup.used_here))
        assert setup.kept == {}
        assert setup.chosen == []


async def test_the_built_in_model_is_fetched_with_its_progress_then_chosen() -> None:
    setup = RecordedSetup(BUILT_IN, is_first_run=True)
    async with app_with(setup).run_test(notifications=True) as pilot:
        await on_sheet(pilot, SetupSheet)
        await pilot.press("enter")
        await until(pilot, lambda: bool(setup.chosen))
        assert setup.installed == ["smollm2"]
        assert setup.chosen == [("local", "", "smollm2", False)]
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


async def test_a_key_that_is_typed_behind_the_enter_that_asks_for_it_is_whole_and_nothing_behind_it_is_part_of_it() -> (
    None
):
    setup = RecordedSetup(OPENAI, is_first_run=True)
    async with app_with(setup).run_test(notifications=True) as pilot:
        await on_sheet(pilot, SetupSheet)
        type_blindly(pilot, "down", "enter", *setup.good_key, "enter", "n", "y")
        await until(pilot, lambda: bool(setup.chosen))
        assert setup.kept == {"openai": setup.good_key}
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert setup.tried == [setup.good_key]
        assert setup.good_key not in screen_of(pilot).query_one(Prompt).text


async def test_a_wrong_key_with_letters_behind_its_enter_is_tested_alone_and_never_shown() -> None:
    setup = RecordedSetup(OPENAI, is_first_run=True)
    async with app_with(setup).run_test(notifications=True) as pilot:
        await on_sheet(pilot, SetupSheet)
        type_blindly(pilot, "down", "enter", *"sk-bad", "enter", "enter")
        await until(pilot, lambda: "did not accept the key" in text_of(pilot))
        assert set(setup.tried) == {"sk-bad"}
        assert "sk-bad" not in text_of(pilot)
        assert pilot.app.screen.query_one(Input).value == "sk-bad"
        type_blindly(pilot, "escape", "escape")
        await until(pilot, lambda: setup.was_put_off)
        assert screen_of(pilot).query_one(Prompt).text == ""
        assert setup.kept == {}


async def test_escape_behind_the_enter_that_asks_for_a_key_goes_back_to_the_ways() -> None:
    setup = RecordedSetup(OPENAI, is_first_run=True)
    async with app_with(setup).run_test(notifications=True) as pilot:
        await on_sheet(pilot, SetupSheet)
        type_blindly(pilot, "down", "enter", "s", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, SetupSheet) and len(pilot.app.screen_stack) == 2)
        assert not setup.was_put_off
        assert screen_of(pilot).query_one(Prompt).text == ""
