"""What a key has changed is painted when it is done, not at the next frame."""

import asyncio
from typing import Any

import pytest
from textual.events import Key

from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import app_over, screen_of, until


async def test_a_key_is_painted_without_a_frame_and_everything_else_keeps_to_the_frames(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = app_over(RecordedSession())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: screen.sending.is_open)
        await pilot.pause(0.2)
        screen._update_timer.stop()  # no frame from now on
        painted = list[object]()
        display = app._display

        def display_and_note(shown: Any, renderable: Any) -> None:
            painted.append(renderable)
            display(shown, renderable)

        monkeypatch.setattr(app, "_display", display_and_note)
        screen.courtesy.owes_paint = False
        screen.refresh()
        await asyncio.sleep(0.1)  # `pilot.pause` would paint
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
        await asyncio.sleep(0.1)
        assert len(painted) == 1, "one painting for each key"
