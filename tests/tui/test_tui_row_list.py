"""Lists of rows: what does not fit into a row is seen to be cut."""

from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.row_list import RowList
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import open_file, text_of, until


async def test_a_row_that_is_cut_beside_a_scroll_bar_says_so() -> None:
    async with CopilotApp(RecordedSession(), blinks=False).run_test(size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("f1")
        await until(pilot, lambda: "Less may change" in text_of(pilot))
        rows = pilot.app.screen.query_one(RowList)
        assert rows.show_vertical_scrollbar
        inside = rows.scrollable_content_region
        for line in text_of(pilot).splitlines()[inside.y + 1 : inside.bottom]:
            shown = line[inside.x : inside.right]
            assert shown.endswith(("…", " ")), shown
        assert "Moves the slider one le…" in text_of(pilot)
