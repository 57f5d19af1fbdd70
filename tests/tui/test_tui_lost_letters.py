"""A letter that stands for nothing in the code or the tree of files: the person is told the way to the request, once."""

from copilot_tui.tui.key_table import KeyTable
from copilot_tui.tui.prompt import Prompt
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import app_over, open_file, text_of, until

WAY = "nothing here: esc goes to the request"


async def test_a_letter_typed_into_the_code_says_once_where_it_can_be_typed() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("j", "k", "G", "g")
        await pilot.pause()
        assert "nothing here" not in text_of(pilot), "these move"
        await pilot.press("w")
        await until(pilot, lambda: f"w means {WAY}" in text_of(pilot))
        pilot.app.clear_notifications()
        await pilot.press("r")
        await pilot.pause()
        assert "nothing here" not in text_of(pilot), "said once"
        await pilot.press("escape", "w")
        assert screen.query_one(Prompt).text == "w", "and there a letter is typed"
        await pilot.press("backspace", "tab", "tab", "space")
        await until(pilot, lambda: f"The space bar means {WAY}" in text_of(pilot))
        assert screen.parts.is_files(screen.focused)


async def test_the_way_is_named_by_the_persons_own_key() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        screen.key_table = KeyTable({"focus-prompt": ("ctrl+e",)})
        await pilot.press("w")
        await until(pilot, lambda: "ctrl+e goes to the request" in text_of(pilot))
