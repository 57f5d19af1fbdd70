"""Definitions and references of a file, as tree-sitter sees them.

Invariant: a file that does not parse still gives whatever definitions stand whole in it; a language without a row gives none.
"""

from collections.abc import Callable
from dataclasses import dataclass

from copilot_tui.diff.line import LineRange
from copilot_tui.syntax.outlined import outlined


@dataclass(frozen=True, slots=True)
class Symbol:
    """A definition: `lines` is all of it with decorators, `head` the lines up to its body, `parent` the definition around it."""

    name: str
    kind: str
    path: str
    lines: LineRange
    head: LineRange
    parent: str | None = None
    doc: str = ""

    @property
    def qualified_name(self) -> str:
        """The name with the definition around it: `Cart.total`."""
        return f"{self.parent}.{self.name}" if self.parent else self.name


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that is called, made, extended or imported, with its line."""

    name: str
    line: int


def definitions(path: str, data: bytes, *, keep: bool = True, pause: Callable[[], object] = int) -> list[Symbol]:
    """Every definition of the file in the order of its lines; variables inside functions are left out.

    `keep` keeps the tree for the next question about the same text; `pause` is called while it is parsed.
    """
    return [
        Symbol(name, kind, path, LineRange(first, last), LineRange(first, head_last), parent or None, doc)
        for first, last, head_last, name, kind, parent, doc in outlined(path, data, keep=keep, pause=pause)[0]
    ]


def references(path: str, data: bytes) -> list[Reference]:
    """Every reference of the file in the order of its lines."""
    return [Reference(name, line) for name, line in outlined(path, data)[1]]
