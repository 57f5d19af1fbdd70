"""What the screen shows when something has landed."""

import pytest

from copilot_tui.tui.gate import GRACE_SECONDS
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import answered, shop_review
from tests.tui.test_tui_screen import app_over, screen_of, until


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_where_no_file_was_open_what_landed_is_shown_at_its_first_changed_line(size: tuple[int, int]) -> None:
    session = RecordedSession(events=answered(shop_review()))
    async with app_over(session).run_test(notifications=True, size=size) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: bool(screen.marks))
        await pilot.press(*["alt+equals_sign"] * 3, *"go", "enter")
        await until(pilot, lambda: screen.deciding.pane is not None and screen.deciding.pane.has_focus)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("y", "q", "a")
        await until(pilot, lambda: bool(screen.aiming.aim.path))
        (landed, *_) = session.landed[0]
        assert landed.after is not None
        lines = zip(session.files[landed.path].splitlines(), landed.after.splitlines(), strict=False)
        first = [old != new for old, new in lines].index(True) + 1
        assert first > 1
        await until(pilot, lambda: (screen.aiming.aim.path, screen.aiming.aim.line) == (landed.path, first))
