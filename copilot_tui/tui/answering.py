"""A screen that paints what a key has changed at once, where Textual waits for the next frame: up to two frames, if the last one took long.

Invariant: one painting is brought forward for each key; all others, as those of an answer that streams in, keep to the frames.
"""

from textual import events
from textual.screen import Screen

from copilot_tui.tui.courtesy import Courtesy


class AnsweringScreen(Screen[None]):
    """Keys are painted when the screen has no message left, not when the frame is over."""

    def __init__(self) -> None:
        super().__init__()
        self.courtesy = Courtesy()

    async def on_idle(self, _: events.Idle) -> None:
        """Paint for the key that was pressed last, if anything of it is to be painted by now; comes before Textual's own answer."""
        if self.courtesy.owes_paint and (
            self._layout_required or self._scroll_required or self._repaint_required or self._dirty_widgets
        ):
            self.courtesy.owes_paint = False
            self._on_timer_update()
