"""Grace against stray keys: what was typed before a decision stood on the screen never decides it.

Invariant: a key event that was made while the gate was shut (on the main screen), or less than `GRACE_SECONDS` after it opened
(anywhere), is blocked unless it can decide nothing; what a person types on blindly behind a cancellation sends nothing.
"""

from math import inf

from copilot_tui.tui.awaited_sheets import AwaitedSheets

GRACE_SECONDS = 0.35
DOUBT_SECONDS = 2.0  # behind a cancellation: as long as a yes to a question takes that is not there

# Keys that decide nothing; they pass at any time.
_ALWAYS = frozenset(
    {
        "escape",
        "tab",
        "ctrl+q",
        "ctrl+p",
        "f1",
        "f2",
        "f3",
        "f4",
        "f6",
        "up",
        "down",
        "pageup",
        "pagedown",
        "alt+r",
        "alt+minus",
        "alt+equals_sign",
    }
)


class Gate:
    """Whether a key may act; times are those of the events, in seconds of one clock."""

    def __init__(self) -> None:
        self.moved: frozenset[str] = frozenset()  # keys that the settings gave to an action: any of them may decide
        self.sheets = AwaitedSheets()
        self._shut = False
        self._opens_at = 0.0
        self._is_doubted = False
        self._doubt_ends = 0.0

    def shut(self) -> None:
        """From now on keys decide nothing on the main screen."""
        self._shut = True

    def hold(self) -> None:
        """From now on keys decide nothing anywhere: something to decide is being painted."""
        self._opens_at = inf

    def open(self, now: float, grace: float = GRACE_SECONDS) -> None:
        """Keys made `grace` seconds after `now` act again."""
        self._shut = False
        self._opens_at = now + grace
        if self._is_doubted:
            self._is_doubted = False
            self._doubt_ends = now + DOUBT_SECONDS

    def cancelled(self, time: float) -> None:
        """The person cancels what runs."""
        if self._shut:
            self._is_doubted = True
        else:
            self.escaped(time)

    def escaped(self, time: float) -> None:
        """The person presses the key for it where nothing runs; if that has just ended by itself, it was meant for that."""
        if not self._shut and time < self._opens_at:
            self._doubt_ends = time + DOUBT_SECONDS

    def holds(self, time: float) -> bool:
        """Whether an enter of this time sends nothing yet; the next one does, unless it follows as fast as stray keys do."""
        is_held = self._is_doubted or time < self._doubt_ends
        if is_held and not self._is_doubted:
            self._doubt_ends = time + GRACE_SECONDS
        return is_held

    def blocks(self, key: str, time: float, *, decides_nothing: bool = False) -> bool:
        """Whether this key, typed at this time, must do nothing.

        `decides_nothing`: the key goes to a sheet or into the request. There keys act also while a request runs: what a sheet decides
        stood on the screen before, or opened the gate anew.
        """
        return (key not in _ALWAYS or key in self.moved) and (
            (self._shut and not decides_nothing) or time < self._opens_at
        )
