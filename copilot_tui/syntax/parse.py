"""Parsing, with the newest trees kept.

The parser holds the interpreter while it works, but for the moment in which it asks for the next piece of the text. Invariant: no piece
is larger than is parsed within a millisecond, so other threads have their turn; a text above `MOST_BYTES` is never parsed.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from copilot_tui.syntax.languages import Language, grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Tree

MOST_BYTES = 1_500_000
_PIECE = 2_048  # bytes
_KEPT_TREES = 12

_kept: "dict[tuple[Language, bytes], Tree]" = {}  # the one that was asked for last stands last


def parse(language: Language, data: bytes, pause: Callable[[], object] = int) -> "Tree | None":
    """The syntax tree of `data`, None where it is too large; the trees of the newest texts are kept.

    `pause` is called between the pieces of the text; what it raises ends the parsing.
    """
    key = (language, data)
    tree = _kept.pop(key, None)
    if tree is None:
        tree = parse_once(language, data, pause)
    if tree is not None:
        _kept[key] = tree
        for one in list(_kept)[:-_KEPT_TREES]:
            _kept.pop(one, None)  # another thread may have taken it
    return tree


def parse_once(language: Language, data: bytes, pause: Callable[[], object] = int) -> "Tree | None":
    """The syntax tree of `data`, not kept; None where it is too large."""
    from tree_sitter import Parser  # noqa: PLC0415  (only where a file is parsed)

    if len(data) > MOST_BYTES:
        return None

    def read(at: int, _: object) -> bytes:
        pause()
        return data[at : at + _PIECE]

    return Parser(grammar(language)).parse(read)  # one of its own: another thread may parse between two pieces


def first_line(node: "Node") -> int:
    """The node's first line, from 1."""
    return int(node.start_point[0]) + 1


def last_line(node: "Node") -> int:
    """The node's last line, from 1; a node that ends right behind a line feed ends on the line before."""
    row, column = node.end_point
    return max(int(row) + (column > 0), first_line(node))
