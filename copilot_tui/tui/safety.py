"""Foreign text on the screen: made visible where it enters, and filtered once more where it leaves.

Invariant: no markup is read from a text that goes through `plain`, and no control, bidirectional, zero-width or Tag character passes
`HiddenCharacterFilter`.
"""

from rich.segment import Segment
from textual.color import Color
from textual.content import Content
from textual.filter import LineFilter

from copilot_tui.visible import HIDDEN, visible


class HiddenCharacterFilter(LineFilter):
    """Takes out of each rendered line whatever could drive a terminal: the second wall, behind `visible`."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:  # noqa: ARG002  (Textual's signature)
        """The segments without hidden characters."""
        if not any(_hides(segment.text) for segment in segments if not segment.control):
            return segments
        return [
            segment if segment.control else Segment(HIDDEN.sub("", segment.text), segment.style) for segment in segments
        ]


def _hides(text: str) -> bool:
    return not (text.isascii() and text.isprintable()) and HIDDEN.search(text) is not None


def plain(text: str, style: str = "", keep: str = "") -> Content:
    """A foreign text as content without markup, its hidden characters as marks."""
    shown = visible(text, keep=keep)
    return Content.styled(shown, style) if style else Content(shown)


def one_line(text: str, limit: int = 400) -> str:
    """A foreign text as one visible line of at most `limit` characters."""
    shown = visible(" ".join(text.split()))
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"
