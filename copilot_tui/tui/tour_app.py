"""The interface with the guide of the tour.

Invariant: it is the same interface; without the guide's line nothing of it differs.
"""

from textual.binding import Binding, BindingsMap

from copilot_tui.tour.opening import Tour
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.guide import Guide
from copilot_tui.tui.key_table import KeyTable
from copilot_tui.tui.main_screen import MainScreen
from copilot_tui.tui.sheet_actions import SheetPlace, possible_in


class TourApp(CopilotApp):
    """The interface over the sample; the key of `tour.next` goes on without the step."""

    CSS = f"{CopilotApp.CSS}\nToastRack {{ margin-bottom: 7; }}"  # above the guide's words too

    def __init__(self, tour: Tour, *, blinks: bool = True, theme: str = "") -> None:
        super().__init__(tour.session, blinks=blinks, theme=theme)
        self._tour = tour
        self._guide: Guide | None = None
        self._without_tour = self._bindings
        self.take_keys(KeyTable())

    def on_ready(self) -> None:
        """Begin to guide."""
        screen = self.screen_stack[0]
        if isinstance(screen, MainScreen):
            self._guide = Guide(screen, self._tour.first, self._tour.answers, self._tour.reach)
            self._guide.begin()

    def take_keys(self, table: KeyTable) -> None:
        """Use these keys from now on, that of the tour among them."""
        rows = possible_in(SheetPlace.TOUR)
        own = [Binding(key, row.verb, show=False, priority=True) for row in rows for key in table.keys(row)]
        self._bindings = BindingsMap.merge([self._without_tour, BindingsMap(own)])

    def action_next_step(self) -> None:
        """Go on without this step."""
        if self._guide is not None:
            self._guide.skip()
