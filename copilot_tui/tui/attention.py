"""Calls for the person through their terminal: its title, and a notification when a long request has ended.

Invariant: what is written is one visible line between the terminal's own marks; no byte of a name or an answer can end it early.

Titles by OSC 2 with xterm's stack of titles (CSI 22 t and 23 t), notifications by OSC 9, as iTerm2, kitty, WezTerm, foot
and Windows Terminal read it; a terminal that knows neither passes over it, and the bell is left.
"""

from collections.abc import Callable

from copilot_tui.tui.safety import one_line

LONG_SECONDS = 15.0
_LONGEST = 120
_END = "\x07"
SAVE_TITLE = "\x1b[22;2t"
RESTORE_TITLE = "\x1b[23;2t"


def title_sequence(text: str) -> str:
    """What sets the terminal's title."""
    return f"\x1b]2;{one_line(text, _LONGEST)}{_END}"


def notification_sequence(text: str) -> str:
    """What shows a notification, and rings the bell where none can be shown."""
    return f"\x1b]9;{one_line(text, _LONGEST)}{_END}{_END}"


class Attention:
    """Title and notifications of one run; `write` sends to the terminal, `has_focus` says whether the person looks at it."""

    def __init__(self, write: Callable[[str], None], has_focus: Callable[[], bool]) -> None:
        self._write = write
        self._has_focus = has_focus
        self._name = ""
        self._is_on = False

    def begin(self, name: str) -> None:
        """Take the title over; the one that was there comes back at the end."""
        self._name = name
        if not self._is_on:
            self._is_on = True
            self._write(SAVE_TITLE)
        self._write(title_sequence(f"copilot-tui · {self._name}"))

    def working(self) -> None:
        """A request is on its way."""
        if self._is_on:
            self._write(title_sequence(f"… copilot-tui · {self._name}"))

    def ended(self, what: str, seconds: float) -> None:
        """A request is over: the title says so, and a notification where the person looks elsewhere or waited long."""
        if not self._is_on:
            return
        self._write(title_sequence(f"{what} · {self._name}"))
        if seconds >= LONG_SECONDS or not self._has_focus():
            self._write(notification_sequence(f"copilot-tui in {self._name}: {what}"))

    def end(self) -> None:
        """Give the title back."""
        if self._is_on:
            self._is_on = False
            self._write(RESTORE_TITLE)
