"""The sheet of local models: size and memory beside this machine; install, use, remove, test."""

from copilot_tui.tui.models_sheet import ModelsSheet
from copilot_tui.tui.trial_sheet import TrialSheet
from tests.tui.recorded_setup import RecordedSetup
from tests.tui.test_tui_screen import text_of, until
from tests.tui.test_tui_setup import app_with, on_sheet


async def test_sizes_are_shown_beside_the_machine_and_one_is_installed_then_used() -> None:
    setup = RecordedSetup()
    async with app_with(setup).run_test(notifications=True, size=(100, 30)) as pilot:
        await pilot.press(*"/models", "enter")
        await on_sheet(pilot, ModelsSheet)
        text = " ".join(text_of(pilot).split())
        for words in (
            "16 GB of memory and 40 GB free",
            "1.1 GB, 1.7 GB RAM",
            "fits here",
            "too large here",
            "is here",
        ):
            assert words in text
        await pilot.press("down", "enter")
        await until(pilot, lambda: bool(setup.chosen))
        assert setup.installed == ["larger"]
        assert setup.chosen == [("local", "", "larger", False)]
        await until(pilot, lambda: "Larger 1.5B answers from now on" in text_of(pilot))


async def test_one_that_is_here_is_used_or_removed_and_one_that_is_not_is_not_removed() -> None:
    setup = RecordedSetup()
    async with app_with(setup).run_test(notifications=True) as pilot:
        await pilot.press(*"/models", "enter")
        await on_sheet(pilot, ModelsSheet)
        await pilot.press("down", "D")
        await until(pilot, lambda: "is not installed: there is nothing to remove." in " ".join(text_of(pilot).split()))
        assert setup.removed == []
        await pilot.press("up", "D")
        await until(pilot, lambda: setup.removed == ["smollm2"])
        await pilot.press(*"/models", "enter")
        await on_sheet(pilot, ModelsSheet)
        await pilot.press("enter")
        await until(pilot, lambda: setup.chosen == [("local", "", "smollm2", False)])
        assert setup.installed == []


async def test_a_test_shows_each_line_as_it_comes_and_a_fault_as_a_sentence() -> None:
    async with app_with(RecordedSetup()).run_test(notifications=True) as pilot:
        await pilot.press(*"/models", "enter")
        await on_sheet(pilot, ModelsSheet)
        await pilot.press("t")
        await on_sheet(pilot, TrialSheet)
        await until(pilot, lambda: "did not accept the key" in text_of(pilot))
        assert "answered 'OK'" in text_of(pilot)
        await pilot.press("escape")
        assert len(pilot.app.screen_stack) == 1
