"""What can be done before the repository is open, or where it never opens: nothing ends the program, and what is not possible is said."""

from pathlib import Path

from copilot_tui.bootstrap import open_session
from copilot_tui.tui.actions import all_actions
from copilot_tui.tui.app import CopilotApp
from tests.support.program import environment_for
from tests.tui.test_tui_screen import screen_of, text_of, until

ELSEWHERE = {"quit", "setup", "models"}  # they end the program, or look at the machine and not at the repository


async def test_no_action_ends_the_program_where_the_repository_is_not_open(
    tmp_path: Path, environment: dict[str, str], home: Path
) -> None:
    session = open_session(tmp_path, environment_for("http://127.0.0.1:9", environment), home)
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: "It does not work here yet" in text_of(pilot))
        said = {}
        for action in all_actions():
            if action.identifier in ELSEWHERE:
                continue
            pilot.app.clear_notifications()
            screen.acting.take_command(f"/{action.identifier}")
            await pilot.pause(0.02)
            said[action.identifier] = "not open yet" in text_of(pilot)
            await pilot.press("escape")
            await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        assert said["waiting"]
        assert said["history"]
        assert said["resume"]
        assert screen.is_running
