"""Where a line stands: the nodes around it, the definition around it, and the lines that do not parse.

Invariant: every range that is given lies inside the file and holds the line that was asked for.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from copilot_tui.diff.line import LineRange, split_raw
from copilot_tui.syntax.languages import language_of
from copilot_tui.syntax.parse import first_line, last_line, parse
from copilot_tui.syntax.symbols import Symbol, definitions

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST_ERRORS = 200


def enclosing_nodes(path: str, data: bytes, line: int) -> list[LineRange]:
    """The line ranges around `line` (from 1), innermost first, each larger than the one before; the last is the whole file.

    In a file that no grammar reads they are the paragraph around the line and the file.
    """
    raw = split_raw(data)
    count = len(raw)
    if not 1 <= line <= count:
        return []
    ranges: list[LineRange] = []
    language = language_of(path, data[:200])
    tree = parse(language, data) if language is not None else None
    if tree is None:
        ranges.append(_paragraph(raw, line))
    else:
        text = raw[line - 1]
        column = len(text) - len(text.lstrip())
        node: Node | None = tree.root_node.descendant_for_point_range(
            (line - 1, column), (line - 1, max(column, len(text.rstrip()) - 1))
        )
        while node is not None:
            found = LineRange(first_line(node), min(last_line(node), count))
            if found.first <= line <= found.last and (not ranges or len(found) > len(ranges[-1])):
                ranges.append(found)
            node = node.parent
    whole = LineRange(1, count)
    if not ranges or ranges[-1] != whole:
        ranges.append(whole)
    return ranges


def enclosing_symbol(path: str, data: bytes, line: int) -> Symbol | None:
    """The smallest definition around `line`, None where there is none."""
    around = [symbol for symbol in definitions(path, data) if symbol.lines.first <= line <= symbol.lines.last]
    return min(around, key=lambda symbol: len(symbol.lines), default=None)


def error_spans(path: str, data: bytes, pause: Callable[[], object] = int) -> list[tuple[int, int]]:
    """First and last line of each place that does not parse; empty where all does, or where no grammar reads the file.

    `pause` is called about every millisecond.
    """
    language = language_of(path, data[:200])
    tree = parse(language, data, pause) if language is not None else None
    if tree is None or not tree.root_node.has_error:
        return []
    spans: list[tuple[int, int]] = []
    pending = [tree.root_node]
    while pending and len(spans) < _MOST_ERRORS:
        node = pending.pop()
        if node.is_error or node.is_missing:
            spans.append((first_line(node), last_line(node)))
        elif node.has_error:
            pending += reversed(node.children)
    return spans


def _paragraph(raw: list[bytes], line: int) -> LineRange:
    first = last = line
    if raw[line - 1].strip():
        while first > 1 and raw[first - 2].strip():
            first -= 1
        while last < len(raw) and raw[last].strip():
            last += 1
    return LineRange(first, last)
