"""One line while the answer comes: role, model, tokens, seconds, and how to cancel.

Invariant: it is given its numbers; it never looks at a clock.
"""

from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.visual import Visual
from textual.widget import Widget

from copilot_tui.tui.calls import CallRecord
from copilot_tui.tui.safety import one_line

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class ProgressLine(Widget):
    """`⠹ edit  gpt-5-mini  312 tokens  4.1 s   escape cancels`."""

    DEFAULT_CSS: ClassVar[str] = "ProgressLine { height: 1; width: 1fr; padding: 0 1; background: $background; }"

    def __init__(self) -> None:
        super().__init__(id="progress")
        self._line = Content("")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line."""
        return 1

    def show(self, calls: list[CallRecord], seconds: float, note: str = "", *, moves: bool = True) -> None:
        """Say what runs."""
        frame = _FRAMES[int(seconds * 10) % len(_FRAMES)] if moves else "…"
        parts: list[tuple[str, str]] = [(f"{frame} ", "$text-accent")]
        if note:
            parts.append((one_line(note), "$text-warning"))
        elif not calls:
            parts.append(("getting ready", ""))
        else:
            call = calls[-1]
            parts += [
                (f"{call.role}  ", "bold"),
                (f"{one_line(call.model, 40)}  ", "$text-primary"),
                (f"{call.tokens} tokens", ""),
            ]
            if len(calls) > 1:
                parts.append((f"  and {len(calls) - 1} more", "$foreground 60%"))
        parts += [
            (f"  {seconds:.1f} s", "$foreground 80%"),
            ("   esc", "bold $text-primary"),
            (" cancels", "$foreground 60%"),
        ]
        self._line = Content.assemble(*parts)
        self.refresh()

    def render(self) -> Visual:
        """The line."""
        return self._line
