"""What the code view learns from the syntax room: colours, enclosing blocks and names.

Invariant: everything here is called in a thread: parsing a large file must never hold up a key.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from copilot_tui.autonomy.request import LineRange
from copilot_tui.tui.code_document import CodeDocument


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The blocks around a line, innermost first, and the file's definitions."""

    blocks: tuple[LineRange, ...]
    symbols: tuple[tuple[LineRange, str], ...]


def read_surroundings(document: CodeDocument, line: int) -> Surroundings:
    """What encloses a line; nothing for a file too large or in an unknown language."""
    from copilot_tui.syntax import definitions, enclosing_nodes  # noqa: PLC0415  (after the first paint)

    if not document.is_coloured:
        return Surroundings((), ())
    symbols = [
        (symbol.lines, f"{symbol.parent}.{symbol.name}" if symbol.parent else symbol.name)
        for symbol in definitions(document.path, document.data)
    ]
    blocks = tuple(
        block for block in enclosing_nodes(document.path, document.data, line) if block.last <= document.line_count
    )
    return Surroundings(blocks, tuple(symbols))


def read_colours(document: CodeDocument, lines: LineRange) -> Mapping[int, list[tuple[int, int, str]]]:
    """The coloured spans of some lines."""
    from copilot_tui.syntax import highlight  # noqa: PLC0415  (after the first paint)

    return highlight(document.path, document.data, lines.first, lines.last)
