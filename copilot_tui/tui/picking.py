"""Text that the mouse picks in a widget that draws its own lines: a word by two clicks, a stretch by a drag.

Invariant: places are cells of rows as they are drawn; what is copied is what stands there, without the blanks at a row's end.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Picked:
    """From one place to another, both (row, cell), both of them in it; the button was pressed at the first."""

    began: tuple[int, int]
    ends: tuple[int, int]

    def cells(self, row: int, width: int) -> tuple[int, int] | None:
        """The first cell of a row that is in it, and the first behind that is not."""
        first, last = sorted((self.began, self.ends))
        if not first[0] <= row <= last[0]:
            return None
        return first[1] if row == first[0] else 0, last[1] + 1 if row == last[0] else width

    def text(self, row_text: Callable[[int], Strip]) -> str:
        """Its letters, line by line; `row_text` gives a row as it is drawn."""
        lines = []
        for row in range(min(self.began[0], self.ends[0]), max(self.began[0], self.ends[0]) + 1):
            strip = row_text(row)
            cells = self.cells(row, strip.cell_length)
            if cells is not None:
                lines.append(strip.crop(*cells).text.rstrip())
        return "\n".join(lines)


def word_at(strip: Strip, row: int, cell: int) -> Picked | None:
    """The word that stands at a cell of a row."""
    text = strip.text
    for found in _WORD.finditer(text):
        first = cell_len(text[: found.start()])
        last = first + cell_len(found.group()) - 1
        if first <= cell <= last:
            return Picked((row, first), (row, last))
    return None


def mark(strip: Strip, cells: tuple[int, int] | None, widget: Widget) -> Strip:
    """The strip with these cells in the colours of a selection."""
    if cells is None or cells[0] >= min(cells[1], strip.cell_length):
        return strip
    first, last = cells[0], min(cells[1], strip.cell_length)
    style = widget.screen.get_component_rich_style("screen--selection")
    chosen: list[Segment] = list(Segment.apply_style(strip.crop(first, last), post_style=Style(bgcolor=style.bgcolor)))
    return Strip([*strip.crop(0, first), *chosen, *strip.crop(last)], strip.cell_length)
