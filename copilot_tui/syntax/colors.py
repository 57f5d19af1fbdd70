"""Syntax colour for some lines of a file.

Invariant: spans are in characters of the decoded line, ascending and never overlapping; a file without a grammar has none.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from copilot_tui.diff.line import split_raw
from copilot_tui.syntax.languages import language_of
from copilot_tui.syntax.parse import parse

if TYPE_CHECKING:
    from tree_sitter import Node

Span = tuple[int, int, str]
_NODES = 64  # that are looked at between two pauses
_WORD = re.compile(r"[A-Za-z_#@][\w-]*")
_WHOLE = (
    (re.compile(r"comment$|^shebang|^hash_bang"), "comment"),
    (
        re.compile(
            r"string|^char_literal|^character|heredoc|^regex|template_chars|^raw_text|^attribute_value$|^code_span"
        ),
        "string",
    ),
    (
        re.compile(
            r"^(integer|float|number|int|decimal|hex|numeric)|_(integer|float|number)(_literal)?$|number_literal|^(integer|float)_value"
        ),
        "number",
    ),
    (re.compile(r"^(true|false|none|null|nil|undefined|boolean|bool)(_literal|_scalar)?$"), "constant"),
    (re.compile(r"^(tag_name)$"), "tag"),
    (re.compile(r"^(attribute_name|bare_key|property_name)$"), "attribute"),
    (re.compile(r"heading"), "keyword"),
)
_INTERPOLATED = re.compile(r"interpolation|substitution|embedded")
_TYPES = re.compile(r"(^|_)type_identifier$|^primitive_type$|^predefined_type$|^type_spec$|^builtin_type|^class_name$")
_FUNCTION_PARENTS = re.compile(r"function|method|call|invocation|declarator|macro_invocation|command_name")


def highlight(
    path: str, data: bytes, first: int, last: int, pause: Callable[[], object] = int
) -> dict[int, list[Span]]:
    """For lines `first` to `last` (from 1): (start, end, kind) spans by line; kinds as in `KINDS`.

    `pause` is called about every millisecond.
    """
    language = language_of(path, data[:200])
    tree = parse(language, data, pause) if language is not None else None
    if tree is None:
        return {}
    found: dict[int, list[tuple[int, int, str]]] = {}
    pending, count = [tree.root_node], 0
    while pending:
        node, count = pending.pop(), count + 1
        if not count % _NODES:
            pause()
        if node.end_point[0] < first - 1 or node.start_point[0] > last - 1:
            continue
        kind = _kind(node)
        if kind is not None:
            _add(found, node, kind, first, last)
        else:
            pending += reversed(node.children)
    raw = split_raw(data)
    return {line: _in_characters(raw[line - 1], spans) for line, spans in found.items() if line <= len(raw)}


KINDS = (
    "comment",
    "string",
    "number",
    "constant",
    "keyword",
    "function",
    "type",
    "tag",
    "attribute",
    "operator",
    "variable",
    "punctuation",
)


def _kind(node: "Node") -> str | None:
    """The colour of a node with all that is in it; None where its children have colours of their own."""
    name = node.type
    if node.is_named:
        for pattern, kind in _WHOLE:
            if pattern.search(name):
                if kind == "string" and any(_INTERPOLATED.search(child.type) for child in node.children):
                    return None
                return kind
        if node.child_count == 0:
            return _kind_of_name(node)
        return None
    if node.child_count:
        return None
    return (
        "keyword"
        if _WORD.fullmatch(name)
        else "operator"
        if not name.isalnum() and name not in "()[]{};,.:\"'`"
        else "punctuation"
    )


def _kind_of_name(node: "Node") -> str:
    if _TYPES.search(node.type):
        return "type"
    parent = node.parent
    if parent is None or ("identifier" not in node.type and node.type not in {"word", "name", "constant"}):
        return "variable"
    for field in ("name", "function", "method", "macro"):
        if parent.child_by_field_name(field) == node and _FUNCTION_PARENTS.search(parent.type):
            return "function"
    if parent.child_by_field_name("name") == node and re.search(r"class|struct|interface|enum|trait|type", parent.type):
        return "type"
    if (
        parent.type in {"attribute", "member_expression", "field_expression", "selector_expression"}
        and parent.parent is not None
    ):
        grand = parent.parent
        if grand.child_by_field_name("function") == parent and parent.named_children[-1] == node:
            return "function"
    return "constant" if node.type == "constant" else "variable"


def _add(found: dict[int, list[tuple[int, int, str]]], node: "Node", kind: str, first: int, last: int) -> None:
    start, end = node.start_point, node.end_point
    for row in range(max(start[0], first - 1), min(end[0], last - 1) + 1):
        begin = start[1] if row == start[0] else 0
        stop = end[1] if row == end[0] else -1
        if begin != stop:
            found.setdefault(row + 1, []).append((begin, stop, kind))


def _in_characters(raw: bytes, spans: list[tuple[int, int, str]]) -> list[Span]:
    """Byte columns as character columns of the line as it is shown."""
    text = raw.rstrip(b"\r\n")
    is_ascii = text.isascii()

    def column(byte: int) -> int:
        byte = len(text) if byte < 0 else min(byte, len(text))
        return byte if is_ascii else len(text[:byte].decode("utf-8", "surrogateescape"))

    return [(start, end, kind) for begin, stop, kind in spans if (start := column(begin)) < (end := column(stop))]
