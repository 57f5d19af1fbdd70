"""Programming languages as tree-sitter reads them: which there are, their symbols, errors and colours.

A name is loaded when it is first used: whoever only outlines files needs no colours.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_tui.syntax.colors import highlight
    from copilot_tui.syntax.languages import Language, language_of
    from copilot_tui.syntax.nodes import enclosing_nodes, enclosing_symbol, error_spans
    from copilot_tui.syntax.symbols import Reference, Symbol, definitions, references

__all__ = [
    "Language",
    "Reference",
    "Symbol",
    "definitions",
    "enclosing_nodes",
    "enclosing_symbol",
    "error_spans",
    "highlight",
    "language_of",
    "references",
]

_HOMES = {
    "highlight": "colors", "Language": "languages", "language_of": "languages", "enclosing_nodes": "nodes",
    "enclosing_symbol": "nodes", "error_spans": "nodes",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """A name of `__all__` out of its module."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'symbols')}"), name)
