"""A place of a file over a review: what stands there now, to read and nothing else.

Invariant: the review under it stays as it is.
"""

from typing import ClassVar

from textual import on
from textual.widget import Widget

from copilot_tui.autonomy.request import LineRange
from copilot_tui.tui.code_document import CodeDocument
from copilot_tui.tui.code_reader import read_colours
from copilot_tui.tui.code_view import CodeView
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import MOVING, KeyWord, Sheet

_MOST_HEADING = 80


class PeekSheet(Sheet[None]):
    """One file, the lines that are meant lit."""

    keys: ClassVar[tuple[KeyWord, ...]] = ((MOVING, "move"), ("esc", "back"))
    DEFAULT_CSS: ClassVar[str] = """
    PeekSheet {
        & CodeView { height: 60vh; }
    }
    """

    def __init__(self, path: str, data: bytes, lines: LineRange) -> None:
        super().__init__()
        self.heading = one_line(path, _MOST_HEADING)
        self._document = CodeDocument(path, data)
        self._lines = lines

    def body(self) -> list[Widget]:
        """The code."""
        return [CodeView(id="peek")]

    def on_mount(self) -> None:
        """Show the lines."""
        code = self.query_one(CodeView)
        code.open(self._document, self._lines.first)
        code.light(self._lines)
        code.focus()

    @on(CodeView.ColoursWanted)
    def _colours_wanted(self, event: CodeView.ColoursWanted) -> None:
        self.query_one(CodeView).colour(event.document, read_colours(event.document, event.lines))
