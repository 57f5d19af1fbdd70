"""The answer while it comes: its last lines over the foot of the code, the reasoning folded.

Invariant: nothing of an answer is read as markup, and the code under it does not move.
"""

from typing import ClassVar

from textual.content import Content
from textual.visual import Visual
from textual.widget import Widget

from copilot_tui.tui.calls import CallRecord
from copilot_tui.tui.safety import plain

_LAST = 6_000  # characters of the tail that are looked at


class AnswerPane(Widget):
    """The tail of a streamed answer."""

    DEFAULT_CSS: ClassVar[str] = """
    AnswerPane {
        height: 9; width: 1fr; padding: 0 1; background: $surface; color: $foreground;
        border-top: solid $accent 60%; border-title-color: $text-accent; border-title-align: left;
    }
    """

    def __init__(self) -> None:
        super().__init__(id="answer")
        self._text = ""
        self._reasoning = ""
        self.unfolded = False
        self.border_title = "answer"

    def show(self, call: CallRecord | None) -> None:
        """Show the newest call's text."""
        self._text = call.answer[-_LAST:] if call else ""
        self._reasoning = call.reasoning if call else ""
        self.refresh()

    def toggle_reasoning(self) -> None:
        """Fold or unfold the reasoning."""
        self.unfolded = not self.unfolded
        self.refresh()

    def render(self) -> Visual:
        """The tail: as many last lines as fit."""
        width, height = max(10, self.size.width), max(1, self.size.height)
        lines: list[Content] = []
        if self._reasoning:
            count = len(self._reasoning) // 4
            sign = "▾" if self.unfolded else "▸"
            lines.append(Content.styled(f"{sign} reasoning, about {count} tokens   alt+r", "$foreground 55%"))
            if self.unfolded:
                thought = plain(self._reasoning[-_LAST:], "$foreground 65%", keep="\n")
                lines += thought.wrap(width)[-max(1, height // 2) :]
        if self._text:
            shown = plain(self._text, keep="\n\t").expand_tabs(4)
            lines += shown.wrap(width)[-max(1, height - len(lines)) :]
        return Content("\n").join(lines[-height:])
