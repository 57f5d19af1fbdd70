"""Letters picked by the mouse in widgets that draw their own lines, and where what is copied goes."""

import base64
import re
from pathlib import Path

import pytest
from rich.segment import Segment
from textual.strip import Strip

from copilot_tui.tui.clipboard import clipboard_command
from copilot_tui.tui.code_view import CodeView
from copilot_tui.tui.gate import GRACE_SECONDS
from copilot_tui.tui.picking import Picked, word_at
from copilot_tui.tui.reading_pane import ReadingPane
from copilot_tui.tui.review.pane import ReviewPane
from tests.support.program import make_repository
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import many_hunks, shop_review
from tests.tui.screen_text import lines_of
from tests.tui.test_tui_review_pane import reviewing
from tests.tui.test_tui_screen import app_over, until
from tests.tui.test_tui_screen import open_file as show_file
from tests.tui.test_tui_talking import asking_session
from tests.tui.test_tui_terminal import open_file, program


def strip(text: str) -> Strip:
    return Strip([Segment(text[:3]), Segment(text[3:])])


@pytest.mark.parametrize(
    ("text", "cell", "word"),
    [
        ("total = price_of(x)", 8, "price_of"),
        ("total = price_of(x)", 15, "price_of"),
        ("total = price_of(x)", 6, None),
        ("名前 = größe", 2, "名前"),
        ("名前 = größe", 8, "größe"),
        ("", 0, None),
    ],
)
def test_a_word_is_found_by_its_cells(text: str, cell: int, word: str | None) -> None:
    found = word_at(strip(text), 0, cell)
    assert (found.text(lambda _: strip(text)) if found else None) == word


def test_what_is_picked_over_rows_is_their_text_from_place_to_place_in_either_direction() -> None:
    rows = ["first line   ", "second", "third line"]
    for places in (((0, 6), (2, 4)), ((2, 4), (0, 6))):
        assert Picked(*places).text(lambda row: strip(rows[row])) == "line\nsecond\nthird"


async def test_a_drag_within_a_line_of_code_picks_letters_and_ctrl_c_copies_just_them() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await show_file(pilot, "cart.py")
        code = screen.query_one(CodeView)
        line = next(n for n in range(1, code.document.line_count + 1) if "def total" in code.document.shown(n).text)
        at = code.gutter_width + code.document.shown(line).text.index("total")
        await pilot.click(CodeView, offset=(at + 1, line - 1), times=2)
        assert code.picked_text == "total"
        await pilot.press("ctrl+c")
        assert pilot.app.clipboard == "total"
        await pilot.mouse_down(CodeView, offset=(at, line - 1))
        await pilot.hover(CodeView, offset=(at + 2, line - 1))
        await pilot.mouse_up(CodeView, offset=(at + 2, line - 1))
        assert code.picked_text == "tot"
        assert code.selection is None
        styles = {segment.text: segment.style for segment in lines_of(pilot)[code.region.y + line - 1]}
        assert "tot" in styles, "what is picked stands in colours of its own"
        await pilot.mouse_down(CodeView, offset=(at, line - 1))
        await pilot.hover(CodeView, offset=(at, line))
        await pilot.mouse_up(CodeView, offset=(at, line))
        assert code.picked_text == ""
        assert code.selection is not None, "a drag over lines selects lines, as before"


async def test_letters_of_a_diff_are_picked_and_decide_nothing() -> None:
    async with reviewing(shop_review()) as (pilot, pane):
        y = next(y for y in range(1, pane.size.height) if "+" in pane.render_line(y).text[:16])
        text = pane.render_line(y).text
        word = re.search(r"\w{3,}", text[15:])
        assert word is not None
        at = 15 + word.start()
        before = pane.review
        await pilot.click(ReviewPane, offset=(at + 1, y), times=2)
        assert len(pilot.app.screen_stack) == 1, "two clicks on a word do not edit"
        await pilot.press("ctrl+c")
        assert pilot.app.clipboard == word.group()
        await pilot.mouse_down(ReviewPane, offset=(at, y))
        await pilot.hover(ReviewPane, offset=(at + 1, y))
        await pilot.mouse_up(ReviewPane, offset=(at + 1, y))
        await pilot.press("ctrl+c")
        assert pilot.app.clipboard == word.group()[:2]
        assert pane.mark is None
        await pilot.press("escape")
        assert pane.picked is None
        assert pane.review is before


async def test_what_is_picked_is_copied_also_when_its_row_is_scrolled_under_the_header_or_away() -> None:
    async with reviewing(many_hunks(1, 20)) as (pilot, pane):
        y = next(y for y in range(4, pane.size.height) if "line" in pane.render_line(y).text)
        await pilot.click(ReviewPane, offset=(pane.render_line(y).text.index("line") + 1, y), times=2)
        assert pane.picked is not None
        for below_its_top in (0, 1, 3):
            pane.scroll_to(y=pane.picked.began[0] + below_its_top, animate=False, immediate=True)
            await pilot.pause()
            assert pane.top == pane.picked.began[0] + below_its_top
            await pilot.press("ctrl+c")
            assert pilot.app.clipboard == "line"
            pilot.app.copy_to_clipboard("")


async def test_an_answer_is_picked_over_its_lines() -> None:
    async with app_over(asking_session()).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await show_file(pilot, "cart.py")
        await pilot.press("escape", *"? where is the tax added", "enter")
        await until(pilot, lambda: bool(screen.query(ReadingPane)))
        pane = screen.query_one(ReadingPane)
        await until(pilot, lambda: pane.size.height > 4)
        await pilot.pause(GRACE_SECONDS + 0.1)
        place = screen.query_one(ReadingPane).content_region
        await pilot.mouse_down(offset=(place.x + 2, place.y))
        await pilot.hover(offset=(place.x + 6, place.y + 2))
        await pilot.mouse_up(offset=(place.x + 6, place.y + 2))
        await pilot.press("ctrl+c")
        assert pilot.app.clipboard.startswith("where is the tax added\n\n")
        assert pilot.app.clipboard.count("\n") == 2


def test_the_clipboard_of_the_desktop_is_filled_where_there_is_one(tmp_path: Path) -> None:
    for name in ("wl-copy", "xclip", "xsel", "pbcopy", "clip.exe"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    path = {"PATH": str(tmp_path)}
    for surroundings, platform, program_name in (
        ({}, "linux", None),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "linux", "wl-copy"),
        ({"DISPLAY": ":0"}, "linux", "xclip"),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", "clip.exe"),
        ({}, "darwin", "pbcopy"),
        ({"DISPLAY": ":0", "SSH_TTY": "/dev/pts/1"}, "linux", None),
    ):
        command = clipboard_command({**path, **surroundings}, platform)
        assert (command[0] if command else None) == program_name
    assert clipboard_command({"PATH": str(tmp_path / "none"), "DISPLAY": ":0"}, "linux") is None


def test_what_is_copied_reaches_the_terminal_and_the_desktop(environment: dict[str, str], tmp_path: Path) -> None:
    repository = make_repository(tmp_path / "repository")
    tools, copied = tmp_path / "tools", tmp_path / "copied"
    tools.mkdir()
    (tools / "xclip").write_text(f"#!/bin/sh\ncat > {copied}\n")
    (tools / "xclip").chmod(0o755)
    surroundings = {**environment, "PATH": f"{tools}:{environment['PATH']}", "DISPLAY": ":9"}
    with program(repository, surroundings, (100, 30)) as terminal:
        open_file(terminal, "cart", "def total")
        terminal.settle()
        row = next(y for y, line in enumerate(terminal.text.splitlines(), start=1) if "def total" in line)
        column = terminal.text.splitlines()[row - 1].index("total") + 1
        # As a terminal tells of a drag: pressed, moved with the button held, let go.
        terminal.press(f"\x1b[<0;{column};{row}M", f"\x1b[<32;{column + 2};{row}M", f"\x1b[<0;{column + 2};{row}m")
        terminal.press("ctrl+c")
        terminal.wait_until(lambda: copied.exists() and copied.read_text() == "tot", "the desktop's clipboard")
        # The desktop's program and the thread that writes to the terminal are not in step: either may be first.
        osc = re.compile(rb"\x1b\]52;c;([^\x07]*)\x07")
        terminal.wait_until(lambda: osc.search(terminal.raw) is not None, "the terminal's clipboard")
        sent = osc.search(terminal.raw)
        assert sent is not None
        assert base64.b64decode(sent[1]).decode() == copied.read_text()
        terminal.press("ctrl+q")
        assert terminal.end() == 0
