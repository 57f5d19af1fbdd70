"""Definitions and references of a file, as tree-sitter sees them.

Invariant: a file that does not parse still gives whatever definitions stand whole in it; a language without a row gives none.
"""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from copilot_tui.diff.line import LineRange
from copilot_tui.syntax.languages import Language, grammar, language_of
from copilot_tui.syntax.parse import first_line, last_line, parse, parse_once

if TYPE_CHECKING:
    from tree_sitter import Node, Query

_MOST_NAME = 200
_DOC_TYPES = ("comment", "line_comment", "block_comment", "doc_comment", "multiline_comment")
_WRAPPERS = {"decorated_definition", "export_statement", "template_declaration", "type_declaration", "lexical_declaration",
             "variable_declaration", "const_declaration", "var_declaration", "ambient_declaration"}  # fmt: skip
_LOCAL_PARENTS = {"function", "method", "constructor"}
_TYPE_KINDS = {"class", "struct", "trait", "impl", "interface"}


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
    """A name that is called or instantiated, with its line."""

    name: str
    line: int


@cache
def _query(language: Language) -> "Query":
    """One query for all definitions, calls and imports of a language."""
    from tree_sitter import Query  # noqa: PLC0415

    kinds: dict[str, list[str]] = {}
    for node, kind in language.definitions:
        kinds.setdefault(kind, []).append(node)
    parts = [f"({node}) @d.{kind}" for kind, nodes in kinds.items() for node in nodes]
    parts += [f"({node}) @call" for node in language.calls]
    return Query(grammar(language), "\n".join(parts))


def definitions(path: str, data: bytes, *, keep: bool = True) -> list[Symbol]:
    """Every definition of the file in the order of its lines; variables inside functions are left out."""
    return symbols_and_references(path, data, keep=keep)[0]


def references(path: str, data: bytes) -> list[Reference]:
    """Every call of the file in the order of its lines."""
    return symbols_and_references(path, data)[1]


def symbols_and_references(path: str, data: bytes, *, keep: bool = True) -> tuple[list[Symbol], list[Reference]]:
    """Both in one walk; `keep` keeps the tree for the next question about the same text."""
    language = language_of(path, data[:200])
    if language is None:
        return [], []
    tree = parse(language, data) if keep else parse_once(language, data)
    if tree is None:
        return [], []
    from tree_sitter import QueryCursor  # noqa: PLC0415

    captures = QueryCursor(_query(language)).captures(tree.root_node)
    found = [
        (node, name[2:].rstrip("_")) for name, nodes in captures.items() if name.startswith("d.") for node in nodes
    ]
    found.sort(key=lambda pair: (pair[0].start_byte, -pair[0].end_byte))
    calls = sorted(
        (Reference(name, first_line(node)) for node in captures.get("call", ()) if (name := _called_name(node))),
        key=lambda one: one.line,
    )
    return _nested(path, data, found), calls


def _nested(path: str, data: bytes, found: "list[tuple[Node, str]]") -> list[Symbol]:
    """The definitions with the one around each; what is local to a function and no function or class itself is left out."""
    symbols: list[Symbol] = []
    around: list[tuple[int, str, str]] = []  # end byte, qualified name, kind
    for node, given in found:
        while around and around[-1][0] <= node.start_byte:
            around.pop()
        name = _name_of(node)
        if not name:
            continue
        is_local = any(one[2] in _LOCAL_PARENTS for one in around)
        if is_local and given in {"variable", "constant", "field", "property"}:
            continue
        if (
            given in {"struct", "enum"}
            and node.type.endswith("_specifier")
            and node.child_by_field_name("body") is None
        ):
            continue  # `struct point p` in C names a type that is defined elsewhere
        parent = around[-1][1] if around else None
        in_type = bool(around) and around[-1][2] in _TYPE_KINDS
        kind = "method" if given == "function" and in_type else given
        symbols.append(_symbol(path, data, node, name, kind, parent))
        around.append((node.end_byte, f"{parent}.{name}" if parent else name, kind))
    return symbols


def _symbol(path: str, data: bytes, node: "Node", name: str, kind: str, parent: str | None) -> Symbol:
    whole = node
    while (
        whole.parent is not None
        and whole.parent.type in _WRAPPERS
        and whole.parent.named_child_count <= 2 + len(_decorators(whole.parent))
    ):
        whole = whole.parent
    first, last = first_line(whole), last_line(whole)
    body = node.child_by_field_name("body")
    head_end = (
        first_line(node)
        if body is None
        else max(first_line(node), first_line(body) - (body.start_point[1] == _indent_of(data, body)))
    )
    return Symbol(
        name,
        kind,
        path,
        LineRange(first, last),
        LineRange(first, max(first, min(head_end, last))),
        parent,
        _doc(whole, node, body),
    )


def _decorators(node: "Node") -> "list[Node]":
    return [child for child in node.named_children if "decorator" in child.type or "attribute" in child.type]


def _indent_of(data: bytes, node: "Node") -> int:
    """The column of the first byte on the node's line that is no blank: equal to the node's own where it begins the line."""
    start = data.rfind(b"\n", 0, node.start_byte) + 1
    line = data[start : node.start_byte + 1]
    return len(line) - len(line.lstrip())


def _doc(whole: "Node", node: "Node", body: "Node | None") -> str:
    """The first line of the comment above the definition, or of the text that begins its body."""
    before = whole.prev_named_sibling
    if before is not None and before.type in _DOC_TYPES and last_line(before) + 1 >= first_line(whole):
        return _plain(before)
    if body is not None and body.named_child_count:
        first = body.named_children[0]
        if (
            first.type == "expression_statement"
            and first.named_child_count
            and first.named_children[0].type == "string"
        ):
            return _plain(first)
        if first.type == "string":
            return _plain(first)
    return "" if node is whole else _doc(node, node, None) if before is not None and before.type in _DOC_TYPES else ""


def _plain(node: "Node") -> str:
    text = (node.text or b"").decode("utf-8", "replace")
    lines = [line.strip().strip("\"'#/*!-").strip() for line in text.splitlines()]
    return next((line for line in lines if line), "")[:_MOST_NAME]


_NAME_FIELDS = ("name", "declarator", "type", "key", "left", "pattern", "trait")
_NAME_TYPES = ("identifier", "type_identifier", "field_identifier", "property_identifier", "simple_identifier", "constant", "word",
               "selectors", "bare_key", "dotted_key", "quoted_key", "operator_name", "destructor_name", "qualified_identifier",
               "private_property_identifier", "scoped_identifier", "namespace_identifier", "name", "string", "flow_node")  # fmt: skip


def _name_of(node: "Node") -> str:
    """The name in a definition: by its fields, through declarators, else its first child that is a name."""
    if node.type == "section":
        heading = next((child for child in node.named_children if "heading" in child.type), None)
        return _short(heading).lstrip("#").strip() if heading is not None else ""
    if node.type == "assignment_expression":
        return _assigned_name(node)
    if node.type == "companion_object":
        return "Companion"
    if (
        node.type in {"constructor_declaration", "init_declaration", "secondary_constructor"}
        and node.child_by_field_name("name") is None
    ):
        return "init"
    current = node
    for _ in range(6):
        following = next(
            (child for field in _NAME_FIELDS if (child := current.child_by_field_name(field)) is not None), None
        )
        if following is None:
            break
        if following.type in _NAME_TYPES or following.named_child_count == 0:
            return _short(following)
        current = following
    child = next((child for child in current.named_children if child.type in _NAME_TYPES), None)
    if child is None:
        child = next(
            (one for one in current.named_children if "selector" in one.type or one.type.endswith("_key")), None
        )
    if child is not None:
        return _short(child)
    return _short(current) if current is not node else ""


def _assigned_name(node: "Node") -> str:
    """`f` in `exports.f = function …`; empty where what is assigned is no function or class."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None or not any(word in right.type for word in ("function", "class")):
        return ""
    return _short(left.child_by_field_name("property") or left)


def _called_name(node: "Node") -> str:
    """The last name of what is called: `total` for `cart.total(…)`."""
    called = next(
        (
            child
            for field in ("function", "name", "method", "constructor", "type", "macro")
            if (child := node.child_by_field_name(field)) is not None
        ),
        node.named_children[0] if node.named_child_count else None,
    )
    for _ in range(4):
        if called is None or called.named_child_count == 0:
            break
        called = next(
            (
                child
                for field in ("attribute", "property", "field", "name", "method")
                if (child := called.child_by_field_name(field)) is not None
            ),
            called.named_children[-1],
        )
    text = _short(called) if called is not None else ""
    return text if text.replace("_", "a").replace("!", "a").replace("?", "a").replace("$", "a").isalnum() else ""


def _short(node: "Node") -> str:
    text = (node.text or b"")[:_MOST_NAME].decode("utf-8", "replace")
    return " ".join(text.split()).strip("\"'`")
