"""What a test of a model says, line by line as it comes.

Invariant: leaving the sheet leaves the test to end by itself; nothing is changed by it.
"""

from typing import ClassVar

from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tui.safety import plain
from copilot_tui.tui.sheet import MOVING, KeyWord, Sheet
from copilot_tui.tui.text_sheet import ScrolledText


class TrialSheet(Sheet[None]):
    """The lines."""

    heading = "testing the model that answers now"
    keys: ClassVar[tuple[KeyWord, ...]] = ((MOVING, "scroll"), ("esc", "back"))

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[str] = []

    def body(self) -> list[Widget]:
        """The lines so far."""
        return [
            ScrolledText(Static("asking it once, to warm it …", id="lines", classes="words", markup=False), id="text")
        ]

    def on_mount(self) -> None:
        """Scroll with the keys at once; what came before the sheet stood is shown."""
        self.query_one("#text").focus()
        self._show()

    def add(self, line: str) -> None:
        """Show one more."""
        self._lines.append(line)
        self._show()

    def _show(self) -> None:
        for shown in self.query("#lines"):
            if self._lines and isinstance(shown, Static):
                shown.update(plain("\n".join(self._lines), keep="\n"))
