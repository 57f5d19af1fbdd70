"""Programming languages as tree-sitter reads them: which there are, their symbols, errors and colours."""

from copilot_tui.syntax.highlight import highlight
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
