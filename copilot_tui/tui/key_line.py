"""The bottom line: the keys that are possible now, from the action table.

Invariant: it shows only actions of the present place, as many as fit, and the last one (help) always.
"""

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.visual import Visual
from textual.widget import Widget

from copilot_tui.tui.actions import Place, possible
from copilot_tui.tui.key_table import KeyTable


class KeyLine(Widget):
    """`enter send   ctrl+j newline   alt+- alt+= slider   ...   f1 help`."""

    DEFAULT_CSS: ClassVar[str] = (
        "KeyLine { height: 1; width: 1fr; padding: 0 1; color: $foreground 60%; background: $background; }"
    )

    def __init__(self) -> None:
        super().__init__()
        self._shown = (Place.PROMPT, "")
        self._table = KeyTable()

    def use(self, table: KeyTable) -> None:
        """Show these keys from now on."""
        self._table = table
        self.refresh()

    def show(self, place: Place, progress: str = "") -> None:
        """Show what is possible there; `progress` is how much of a review is decided."""
        if (place, progress) != self._shown:
            self._shown = (place, progress)
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line."""
        return 1

    def _words(self) -> list[Content]:
        place, progress = self._shown
        keys: dict[str, list[str]] = {}
        for action in possible(place):
            if action.identifier == "finish":
                keys[f"finish {progress}"] = [self._table.shown(action.identifier)]
            elif action.short:
                keys.setdefault(action.short, []).append(self._table.shown(action.identifier))
        return [
            Content.assemble((" ".join(pressed), "bold $text-primary"), f" {short}") for short, pressed in keys.items()
        ]

    def render(self) -> Visual:
        """As many words as fit, from the left; the last one stays."""
        words = self._words()
        while len(words) > 2 and sum(word.cell_length for word in words) + 2 * (len(words) - 1) > self.size.width:
            words.pop(-2)
        gap = "   " if sum(word.cell_length for word in words) + 3 * (len(words) - 1) <= self.size.width else "  "
        return Content(gap).join(words)
