"""The line of keys at the foot of a sheet: `enter open   esc back`, each to be pressed or clicked.

Invariant: a click does what its key does, by way of that key; as many words are shown as fit, and the last one (leaving) always.
"""

from textual import events
from textual.content import Content
from textual.widgets import Static

from copilot_tui.tui.key_names import key_named


class KeyWords(Static):
    """Keys with their words."""

    def __init__(self, keys: tuple[tuple[str, str], ...]) -> None:
        super().__init__(id="keys", markup=False)
        self.words = keys

    def on_resize(self) -> None:
        """Draw what fits."""
        self.show(self.words)

    def show(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Show other ones."""
        self.words = keys
        words, gap = self._fitting()
        self.update(Content(gap).join([_content(key, word) for key, word in words]))

    def _fitting(self) -> tuple[list[tuple[str, str]], str]:
        """As many words as fit, from the left, and what stands between them."""
        words = list(self.words)
        for gap in ("   ", "  "):
            if _width(words, gap) <= self.size.width:
                return words, gap
        while len(words) > 2 and _width(words, "  ") > self.size.width:
            words.pop(-2)
        return words, "  "

    def on_click(self, event: events.Click) -> None:
        """Press the key under the mouse; words with several keys are for the keyboard."""
        event.stop()
        words, gap = self._fitting()
        start = 0
        for key, word in words:
            end = start + _content(key, word).cell_length
            if start <= event.x < end and " " not in key:
                self.app.simulate_key(key_named(key))
            start = end + len(gap)


def _width(words: list[tuple[str, str]], gap: str) -> int:
    return sum(_content(key, word).cell_length for key, word in words) + len(gap) * (len(words) - 1)


def _content(key: str, word: str) -> Content:
    return Content.assemble((key, "bold $text-primary"), f" {word}")
