"""The widgets that the first paint does without come when it is over, or at once when a key wants one."""

import pytest

from copilot_tui.tui.actions import Place
from copilot_tui.tui.code_view import CodeView
from copilot_tui.tui.completion_list import CompletionList
from copilot_tui.tui.files_pane import FilesPane
from copilot_tui.tui.prompt import Prompt
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import app_over, screen_of, text_of, type_blindly, until


@pytest.mark.parametrize("size", [(80, 24), (140, 40)])
async def test_a_key_before_the_rest_is_there_gets_what_it_wants(size: tuple[int, int]) -> None:
    async with app_over(RecordedSession()).run_test(size=size) as pilot:
        screen = screen_of(pilot)
        type_blindly(pilot, "f2")
        await until(pilot, lambda: size[0] > 96 or screen.place is Place.FILES)
        assert screen.parts.is_complete
        await until(pilot, lambda: bool(screen.marks))
        assert len(screen.query(FilesPane)) == len(screen.query(CodeView)) == len(screen.query(CompletionList)) == 1
        assert screen.parts.files.display is (size[0] < 96)  # shown over the code, or folded away


async def test_what_is_typed_blindly_at_the_start_stands_in_the_box_and_wants_nothing() -> None:
    async with app_over(RecordedSession()).run_test(size=(140, 40)) as pilot:
        screen = screen_of(pilot)
        type_blindly(pilot, *"round it")
        await until(pilot, lambda: screen.query_one(Prompt).text == "round it")
        await until(pilot, lambda: bool(screen.marks))
        assert screen.focused is screen.query_one(Prompt)
        assert "reading the files" not in text_of(pilot)  # the room for the files went when they came
        assert screen.parts.files.display
        assert not screen.query("#files-room")


async def test_the_first_layout_of_a_narrow_terminal_has_the_slider_over_the_sentence() -> None:
    async with app_over(RecordedSession()).run_test(size=(80, 24)) as pilot:
        lines = text_of(pilot).splitlines()
        slider = next(number for number, line in enumerate(lines) if " dir ─ " in line)
        assert "open a file first" in lines[slider + 1]
