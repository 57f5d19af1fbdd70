"""A sheet with one line to fill in: a comment, a search.

Invariant: enter gives what was typed, escape gives nothing.
"""

from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from copilot_tui.tui.sheet import KeyWord, Sheet


class QuestionSheet(Sheet[str]):
    """Gives the line."""

    keys: ClassVar[tuple[KeyWord, ...]] = (("enter", "done"), ("esc", "back"))
    DEFAULT_CSS: ClassVar[str] = """
    QuestionSheet Input { border: none; height: 1; padding: 0; background: $surface; }
    QuestionSheet Input:focus { border: none; background-tint: $surface; }
    """

    def __init__(self, heading: str, placeholder: str, known: str = "") -> None:
        super().__init__()
        self.heading = heading
        self._placeholder = placeholder
        self._known = known

    def body(self) -> list[Widget]:
        """The box."""
        box = Input(self._known, placeholder=self._placeholder, id="line")
        box.cursor_blink = False
        return [box]

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.dismiss(event.value)
