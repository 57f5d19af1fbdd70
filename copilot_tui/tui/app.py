"""The application: one screen, one theme, one gate against stray keys.

Invariant: nothing that is not needed to paint the first screen is imported here.
"""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import App
from textual.binding import BindingType
from textual.filter import LineFilter

from copilot_tui.tui.gate import Gate
from copilot_tui.tui.keyboard import teach_alt_keys
from copilot_tui.tui.main_screen import MainScreen
from copilot_tui.tui.port import SessionPort
from copilot_tui.tui.safety import HiddenCharacterFilter


class CopilotApp(App[None]):
    """The terminal interface over one session."""

    TITLE = "copilot-tui"
    ENABLE_COMMAND_PALETTE = False  # ours is made from the action table
    BINDINGS: ClassVar[list[BindingType]] = []
    CSS = """
    ToastRack { margin-bottom: 4; }
    Toast { width: auto; max-width: 90%; padding: 0 1; margin-top: 0; }
    """

    def __init__(self, session: SessionPort, *, blinks: bool = True, clock: Callable[[], float] = monotonic) -> None:
        teach_alt_keys()
        super().__init__()
        self.gate = Gate()
        self._session = session
        self._clock = clock
        self._blinks = blinks
        self._hidden_characters = HiddenCharacterFilter()

    def get_default_screen(self) -> MainScreen:
        """The one screen."""
        return MainScreen(self._session, self.gate, blinks=self._blinks, clock=self._clock)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and the second wall against characters that drive a terminal."""
        return [*super().get_line_filters(), self._hidden_characters]

    async def on_event(self, event: events.Event) -> None:
        """Stop keys that were typed before what they would decide was on the screen."""
        if isinstance(event, events.Key) and self.gate.blocks(
            event.key, event.time, on_sheet=len(self.screen_stack) > 1
        ):
            return
        await super().on_event(event)
