"""Parsing, with the newest trees kept.

Invariant: a text above `MOST_BYTES` is never parsed: parsing holds the interpreter's lock and would stop every key.
"""

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from copilot_tui.syntax.languages import Language, grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

MOST_BYTES = 1_500_000
_KEPT_TREES = 12


@cache
def _parser(language: Language) -> "Parser":
    from tree_sitter import Parser  # noqa: PLC0415  (only where a file is parsed)

    return Parser(grammar(language))


@lru_cache(maxsize=_KEPT_TREES)
def parse(language: Language, data: bytes) -> "Tree | None":
    """The syntax tree of `data`, None where it is too large; the trees of the newest texts are kept."""
    return parse_once(language, data)


def parse_once(language: Language, data: bytes) -> "Tree | None":
    """The syntax tree of `data`, not kept; None where it is too large."""
    if len(data) > MOST_BYTES:
        return None
    return _parser(language).parse(data)


def first_line(node: "Node") -> int:
    """The node's first line, from 1."""
    return int(node.start_point[0]) + 1


def last_line(node: "Node") -> int:
    """The node's last line, from 1; a node that ends right behind a line feed ends on the line before."""
    row, column = node.end_point
    return max(int(row) + (column > 0), first_line(node))
