"""What a key has changed is painted when it is done, not at the next frame."""

import asyncio
from typing import Any

import pytest
from textual.events import Key

from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.typed_ahead import drain
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import app_over, screen_of, until


async def all_is_said(app: CopilotApp) -> None:
    """Every message has reached whom it is for, and what that said as well; `pilot.pause` would paint."""
    for _ in range(3):
        for node in (app, *app.screen.walk_children(with_self=True)):
            await drain(node)


async def test_a_key_is_painted_without_a_frame_and_everything_else_keeps_to_the_frames(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = app_over(RecordedSession())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen.sending.is_open)
        await until(pilot, lambda: not (screen._dirty_widgets or screen._layout_required or screen.courtesy.owes_paint))
        screen._update_timer.stop()  # no frame from now on
        painted = list[object]()
        display = app._display

        def display_and_note(shown: Any, renderable: Any) -> None:
            painted.append(renderable)
            display(shown, renderable)

        monkeypatch.setattr(app, "_display", display_and_note)
        screen.courtesy.owes_paint = False
        screen.refresh()
        await all_is_said(app)
        assert painted == []
        event = Key("x", "x")
        event.set_sender(app)
        assert app._driver is not None
        app._driver.send_message(event)
        for _ in range(400):
            await asyncio.sleep(0.01)
            if painted:
                break
        assert not screen.courtesy.owes_paint
        screen.refresh()
        await all_is_said(app)
        assert len(painted) == 1, "one painting for each key"
