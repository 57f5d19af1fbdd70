"""The moment before the review that the program was started for is on the screen.

Invariant: what is typed then is no request and decides nothing that was not seen; once the review stands there, or none comes, every key
acts.
"""

from time import monotonic
from typing import TYPE_CHECKING

from copilot_tui.errors import CopilotTuiError
from copilot_tui.tui.bridge import Bridge
from copilot_tui.tui.gate import Gate
from copilot_tui.tui.key_line import KeyLine
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.welcome import Welcome

if TYPE_CHECKING:
    from copilot_tui.session.resuming import Resumed
    from copilot_tui.tui.main_screen import MainScreen
    from copilot_tui.tui.port import BeginsWith


class Arriving:
    """Awaits the review that `begins_with` gives; where that is None, nothing is awaited."""

    def __init__(self, screen: "MainScreen", bridge: Bridge, gate: Gate, begins_with: "BeginsWith | None") -> None:
        self._screen = screen
        self._bridge = bridge
        self._gate = gate
        self._begins_with = begins_with
        self.is_awaited = begins_with is not None
        self._is_read = False

    def begin(self, prompt: Prompt, welcome: Welcome) -> None:
        """Say that a review is awaited, and take no letter into the request."""
        if self.is_awaited:
            self._gate.shut()
            prompt.can_focus = False
            welcome.awaits_review = True

    def load(self, before: tuple[str, ...]) -> bool:
        """Read what is to be reviewed; False where the program was started for no review. `before`: see `Deciding.take_given`."""
        if self._begins_with is None:
            return False

        def take(given: "tuple[str, ...] | Resumed") -> None:
            self._screen.deciding.take_given(given, before)
            self.end()

        self._is_read = True
        self._bridge.call(self._read(self._begins_with), take)
        return True

    async def _read(self, begins_with: "BeginsWith") -> "tuple[str, ...] | Resumed":
        try:
            return await begins_with()
        except CopilotTuiError:
            self.end()
            raise

    def failed(self) -> None:
        """Something else failed: no review comes where it is not being read yet, as the repository could not be opened."""
        if not self._is_read:
            self.end()

    def end(self) -> None:
        """The review is there, or none comes: keys that are typed from when that is painted act."""
        if not self.is_awaited:
            return
        self.is_awaited = False
        self._screen.query_one(KeyLine).begin()
        prompt, pane = self._screen.query_one(Prompt), self._screen.deciding.pane
        prompt.can_focus = True
        welcome = self._screen.query_one(Welcome)
        welcome.awaits_review = False
        welcome.refresh()
        if pane is None:
            self._screen.set_focus(prompt)
        self._gate.hold()
        (pane or prompt).call_after_refresh(lambda: self._gate.open(monotonic(), grace=0.0))  # the clock of events
