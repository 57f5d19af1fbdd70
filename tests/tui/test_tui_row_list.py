"""Lists of rows: what does not fit into a row is seen to be cut, and a drag that comes back picks nothing."""

from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.code_view import CodeView
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


async def test_a_drag_back_to_where_it_began_picks_nothing() -> None:
    async with CopilotApp(RecordedSession(), blinks=False).run_test(size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        code = screen.query_one(CodeView)
        for there, is_picked in ((20, True), (16, False)):
            await pilot.mouse_down(CodeView, offset=(16, 11))
            await pilot.hover(CodeView, offset=(20, 11))
            await pilot.hover(CodeView, offset=(there, 11))
            await pilot.mouse_up(CodeView, offset=(there, 11))
            assert bool(code.picked_text) == is_picked
        await pilot.press("f1")
        await until(pilot, lambda: "Less may change" in text_of(pilot))
        rows = pilot.app.screen.query_one(RowList)
        place = rows.content_region
        for there, is_picked in ((9, True), (4, False)):
            await pilot.mouse_down(offset=(place.x + 4, place.y))
            await pilot.hover(offset=(place.x + 9, place.y))
            await pilot.hover(offset=(place.x + there, place.y))
            await pilot.mouse_up(offset=(place.x + there, place.y))
            assert (rows.picked is not None) == is_picked
            assert rows._pressed is None
