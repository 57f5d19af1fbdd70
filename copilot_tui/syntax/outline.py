"""A file's outline: its definitions and the names that it refers to, in one query over its syntax tree.

It is made for many files: nothing is walked in Python but what the query captured, and what it gives are plain tuples that can be
marshalled. Invariant: a file that does not parse still gives whatever definitions stand whole in it.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from copilot_tui.syntax.comments import doc_comment, text_of_body
from copilot_tui.syntax.languages import Language, grammar
from copilot_tui.syntax.names import name_node, name_without_node, short
from copilot_tui.syntax.reference_queries import REFERENCES

if TYPE_CHECKING:
    from tree_sitter import Node, Query, Tree

# First line, last line, last line of the head, name, kind, the qualified name of the definition around it, first line of its comment.
# Lines count from 1; the first is a decorator's where there is one.
Definition = tuple[int, int, int, str, str, str, str]
# Name and line.
Reference = tuple[str, int]
Outline = tuple[list[Definition], list[Reference]]

# Nodes that belong to the definition in them, if it is the only one.
_WRAPPERS = (
    "decorated_definition", "export_statement", "template_declaration", "type_declaration", "lexical_declaration",
    "variable_declaration", "const_declaration", "var_declaration", "ambient_declaration",
)  # fmt: skip
_SINGLE = frozenset({"decorated_definition", "template_declaration"})
_BESIDE = frozenset({"decorator", "attribute_item", "comment"})
_ASSIGNED = ("function_expression", "arrow_function", "generator_function", "class")
# Languages whose definitions all begin near the root: nothing below is looked at.
_SHALLOW = frozenset({"json", "yaml", "toml"})
_SHALLOW_DEPTH = 1
_HOLDERS = frozenset({"variable_declarator", "public_field_definition", "field_definition"})
_LOCAL_PARENTS = frozenset({"function", "method", "constructor"})
_TYPE_KINDS = frozenset({"class", "struct", "trait", "impl", "interface"})
_KEY = "key"
_VALUES = frozenset({"variable", "constant", "field", "property"})
_WORD = re.compile(rb"\w+")
_MOST_REFERENCES = 20_000


@cache
def _query(language: Language) -> "Query":
    """One query for all definitions, what is wrapped around them, and references of a language."""
    from tree_sitter import Query  # noqa: PLC0415  (only where a file is parsed)

    known = grammar(language)
    parts = [f"{_pattern(node)} @d.{kind}" if kind else node for node, kind in language.definitions]
    parts += [f"({node}) @wrapper" for node in _WRAPPERS if known.id_for_node_kind(node, True)]
    return Query(known, "\n".join([*parts, REFERENCES.get(language.name, "")]))


def _pattern(node: str) -> str:
    if node.endswith("_specifier"):
        return f"({node} body: (_))"  # `struct point p` in C names a type that is defined elsewhere
    if node == "assignment_expression":
        return f"({node} right: [{' '.join(f'({one})' for one in _ASSIGNED)}])"
    return f"({node})"


def outline(language: Language, data: bytes, tree: "Tree") -> Outline:
    """The definitions and the references of a parsed text, each in the order of its lines."""
    from tree_sitter import QueryCursor  # noqa: PLC0415

    cursor = QueryCursor(_query(language))
    if language.name in _SHALLOW:
        cursor.set_max_start_depth(_SHALLOW_DEPTH)
    captures = cursor.captures(tree.root_node)
    named = captures.pop("ref", [])
    # The third is the place in the list: what is wrapped around a definition stands before it, and nodes are never compared.
    found: list[tuple[int, int, int, str, Node]] = []
    for node in captures.pop("wrapper", ()):
        found.append((node.start_byte, -node.end_byte, len(found), "", node))
    for name, nodes in captures.items():
        kind = name[2:].rstrip("_")
        for node in nodes:
            found.append((node.start_byte, -node.end_byte, len(found), kind, node))
    found.sort()
    definitions, own = _nested(data, found)
    references: list[tuple[int, str]] = []
    for node in named[:_MOST_REFERENCES]:
        start = node.start_byte
        if start not in own:
            references.append((node.start_point[0] + 1, data[start : node.end_byte].decode("utf-8", "replace")))
    references.sort()
    return definitions, [(name, line) for line, name in references]


def _nested(data: bytes, found: "list[tuple[int, int, int, str, Node]]") -> tuple[list[Definition], set[int]]:
    """The definitions with the one around each, and where their names begin; values that are local to a function are left out."""
    definitions: list[Definition] = []
    own: set[int] = set()
    around: list[tuple[int, str, str, bool]] = []  # end byte, qualified name, kind, whether what is inside is local
    wrappers: list[Node] = []  # since the last definition
    for start, minus_end, _, given, node in found:
        if not given:
            wrappers.append(node)
            continue
        while around and around[-1][0] <= start:
            around.pop()
        _, parent, outer, is_local = around[-1] if around else (0, "", "", False)
        is_value = given in _VALUES
        if is_value and node.type in _HOLDERS and _holds_function(node):
            given, is_value = "function", False  # noqa: PLW2901  (what it is, not how it is written)
        if is_local and is_value:
            wrappers.clear()
            continue
        whole = node
        if wrappers:
            whole = _wrapped(node, wrappers, -minus_end)
            wrappers.clear()
        bears = node.child_by_field_name("name") if given != _KEY else None
        if bears is None or bears.named_child_count:
            bears = name_node(node)
        name = short(data, bears) if bears is not None else name_without_node(node.type)
        if not name:
            continue
        if bears is not None:
            own.add(bears.start_byte)
        if given == "method" and not parent:
            parent = _receiver(data, node)
        kind = "method" if given == "function" and outer in _TYPE_KINDS else given
        first, last, head_last, doc = _placed(data, node, whole, is_value or given == _KEY)
        definitions.append((first, last, head_last, name, kind, parent, doc))
        around.append((-minus_end, f"{parent}.{name}" if parent else name, kind, is_local or kind in _LOCAL_PARENTS))
    return definitions, own


def _holds_function(node: "Node") -> bool:
    """Whether a variable or field of JavaScript is a function by another name."""
    value = node.child_by_field_name("value")
    return value is not None and value.type in _ASSIGNED


def _receiver(data: bytes, node: "Node") -> str:
    """The type that a method of Go belongs to."""
    receiver = node.child_by_field_name("receiver")
    if receiver is None:
        return ""
    words = _WORD.findall(data[receiver.start_byte : receiver.end_byte].partition(b"[")[0])
    return words[-1].decode("utf-8", "replace") if words else ""


def _wrapped(node: "Node", wrappers: "list[Node]", end: int) -> "Node":
    """The outermost of the wrappers that hold this definition and no other."""
    for one in reversed(wrappers):
        if one.end_byte < end or not _is_single(one):
            break
        node = one
    return node


def _is_single(wrapper: "Node") -> bool:
    count = wrapper.named_child_count
    if count <= 1 or wrapper.type in _SINGLE:
        return True
    return sum(1 for one in wrapper.named_children if one.type not in _BESIDE) <= 1


def _placed(data: bytes, node: "Node", whole: "Node", has_no_body: bool) -> tuple[int, int, int, str]:
    """First line, last line, last line of what stands before the body, and what the comment says."""
    first = whole.start_point[0] + 1
    row, column = whole.end_point
    last = max(row + (column > 0), first)  # a node that ends right behind a line feed ends on the line before
    body = None if has_no_body else node.child_by_field_name("body")
    if body is None:
        return (
            first,
            last,
            first if whole is node else min(node.start_point[0] + 1, last),
            doc_comment(data, whole.start_byte),
        )
    start, head_last = body.start_byte, body.start_point[0] + 1
    if head_last > first and not data[data.rfind(b"\n", 0, start) + 1 : start].strip():
        head_last = max(head_last - 1, node.start_point[0] + 1)
    doc = text_of_body(data, start) or doc_comment(data, whole.start_byte)
    return first, last, min(head_last, last), doc
