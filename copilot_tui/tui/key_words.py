"""The line of keys at the foot of a sheet: `enter open   esc back`, each to be pressed or clicked.

Invariant: a click does what its key does, by way of that key.
"""

from textual import events
from textual.content import Content
from textual.widgets import Static

from copilot_tui.tui.key_names import key_named

_GAP = "   "


class KeyWords(Static):
    """Keys with their words."""

    def __init__(self, keys: tuple[tuple[str, str], ...]) -> None:
        super().__init__(id="keys", markup=False)
        self.words = keys

    def on_mount(self) -> None:
        """Draw them."""
        self.show(self.words)

    def show(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Show other ones."""
        self.words = keys
        self.update(Content(_GAP).join([_content(key, word) for key, word in keys]))

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse; words with several keys are for the keyboard."""
        event.stop()
        start = 0
        for key, word in self.words:
            end = start + _content(key, word).cell_length
            if start <= event.x < end and " " not in key:
                self.app.simulate_key(key_named(key))
            start = end + len(_GAP)


def _content(key: str, word: str) -> Content:
    return Content.assemble((key, "bold $text-primary"), f" {word}")
