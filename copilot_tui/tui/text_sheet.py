"""Sheets of text: the answer as it came, and other long words.

Invariant: the text is shown letter by letter, without markup and with hidden characters as marks.
"""

from typing import ClassVar

from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tui.safety import plain
from copilot_tui.tui.sheet import MOVING, KeyWord, Sheet

_MOST_SHOWN = 200_000


class ScrolledText(VerticalScroll, inherit_bindings=False):
    """A text that the moving keys of its sheet scroll."""


class TextSheet(Sheet[None]):
    """A text to read."""

    keys: ClassVar[tuple[KeyWord, ...]] = ((MOVING, "scroll"), ("esc", "back"))

    def __init__(self, heading: str, text: str) -> None:
        super().__init__()
        self.heading = heading
        self._words = text

    def body(self) -> list[Widget]:
        """The text, scrollable."""
        shown = plain(self._words[:_MOST_SHOWN], keep="\n\t").expand_tabs(4)
        return [ScrolledText(Static(shown, classes="words", markup=False), id="text")]

    def on_mount(self) -> None:
        """Scroll with the keys at once."""
        self.query_one("#text").focus()
