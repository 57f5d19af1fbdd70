"""The interface with the guide of the tour.

Invariant: it is the same interface; without the guide's line nothing of it differs.
"""

from typing import ClassVar

from textual.binding import Binding, BindingType

from copilot_tui.tour.opening import Tour
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.guide import Guide
from copilot_tui.tui.main_screen import MainScreen


class TourApp(CopilotApp):
    """The interface over the sample; `f10` goes on without the step."""

    CSS = f"{CopilotApp.CSS}\nToastRack {{ margin-bottom: 7; }}"  # above the guide's words too
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f10", "next_step", show=False, priority=True)]

    def __init__(self, tour: Tour, *, blinks: bool = True, theme: str = "") -> None:
        super().__init__(tour.session, blinks=blinks, theme=theme)
        self._tour = tour
        self._guide: Guide | None = None

    def on_ready(self) -> None:
        """Begin to guide."""
        screen = self.screen_stack[0]
        if isinstance(screen, MainScreen):
            self._guide = Guide(screen, self._tour.first, self._tour.answers, self._tour.reach)
            self._guide.begin()

    def action_next_step(self) -> None:
        """Go on without this step."""
        if self._guide is not None:
            self._guide.skip()
