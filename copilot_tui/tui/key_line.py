"""The bottom line: the keys that are possible now, from the action table.

Invariant: it shows only actions of the present place, as many as fit, and the last two (all actions, help) always.
"""

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.visual import Visual
from textual.widget import Widget

from copilot_tui.tui.actions import Place, possible, shown_key


class KeyLine(Widget):
    """`enter send   ctrl+j newline   alt+- alt+= slider   ...   f1 help`."""

    DEFAULT_CSS: ClassVar[str] = (
        "KeyLine { height: 1; width: 1fr; padding: 0 1; color: $foreground 60%; background: $background; }"
    )

    def __init__(self) -> None:
        super().__init__()
        self._place = Place.PROMPT

    def show(self, place: Place) -> None:
        """Show what is possible there."""
        if place is not self._place:
            self._place = place
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line."""
        return 1

    def _words(self) -> list[Content]:
        keys: dict[str, list[str]] = {}
        for action in possible(self._place):
            if action.short:
                keys.setdefault(action.short, []).append(shown_key(action.keys[0]))
        return [
            Content.assemble((" ".join(pressed), "bold $text-primary"), f" {short}") for short, pressed in keys.items()
        ]

    def render(self) -> Visual:
        """As many words as fit."""
        words = self._words()
        while len(words) > 3 and sum(word.cell_length for word in words) + 3 * (len(words) - 1) > self.size.width:
            words.pop(-3)
        return Content("   ").join(words)
