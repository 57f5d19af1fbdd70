"""/models: opens the sheet of local models and does what the person chooses there.

Invariant: a model that is fetched or removed changes who answers only where the person chose it.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from copilot_tui.errors import CopilotTuiError
from copilot_tui.tui.models_sheet import ModelChoice, ModelsSheet
from copilot_tui.tui.setting_up import install

if TYPE_CHECKING:
    from copilot_tui.models.inventory import Inventory
    from copilot_tui.tui.main_screen import MainScreen


def open_models(screen: "MainScreen") -> None:
    """Show what there is."""
    setup, bridge = screen.session.setting_up, screen.bridge

    def show(found: "Inventory") -> None:
        screen.app.push_screen(ModelsSheet(found), chosen)

    def chosen(choice: ModelChoice | None) -> None:
        if choice is None:
            return
        match choice.verb:
            case "install":
                install(screen, choice.name, choice.title, lambda: _use(screen, choice))
            case "use":
                _use(screen, choice)
            case "remove":
                bridge.in_thread(
                    setup.remove, choice.name, then=lambda _: screen.tell(f"{choice.title} is removed.", "information")
                )
            case "test":
                _test(screen)

    bridge.call(setup.inventory(), show, group="setup", opens_sheet=True)


def _use(screen: "MainScreen", choice: ModelChoice) -> None:
    setup = screen.session.setting_up

    def choose() -> str:
        return setup.choose("local", "", local_model=choice.name)

    def done(said: str) -> None:
        screen.tell(f"{choice.title} answers from now on. {said}", "information")
        screen.opening.renew()

    screen.bridge.in_thread(choose, then=done)


def _test(screen: "MainScreen") -> None:
    """Measure what answers now, and show each number as it comes."""
    from copilot_tui.tui.trial_sheet import TrialSheet  # noqa: PLC0415

    sheet = TrialSheet()
    screen.app.push_screen(sheet)

    async def measure() -> None:
        from copilot_tui.trials.run import run_trials  # noqa: PLC0415

        setup = screen.session.setting_up
        try:
            async for line in setup.measure():
                sheet.add(line)
            right = count = 0
            async for row in run_trials(setup.environment, Path.home()):
                right, count = right + row.passed, count + 1
                sheet.add(row.sentence())
            sheet.add(f"{right} of {count} small requests came out right")
        except CopilotTuiError as error:
            sheet.add(f"✗ {error}.")

    screen.bridge.call(measure(), group="trial")
