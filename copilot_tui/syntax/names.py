"""The name that a definition's node bears.

Invariant: a name is one line of at most `MOST_NAME` characters, without quotation marks; empty where the node names nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node

MOST_NAME = 200
_NAME_FIELDS = ("name", "declarator", "type", "key", "left", "pattern", "trait")
_NAME_TYPES = frozenset(
    {
        "identifier", "type_identifier", "field_identifier", "property_identifier", "simple_identifier", "constant", "word",
        "selectors", "bare_key", "dotted_key", "quoted_key", "operator_name", "destructor_name", "qualified_identifier",
        "private_property_identifier", "scoped_identifier", "namespace_identifier", "name", "string", "flow_node",
    }
)  # fmt: skip
_KEYED = frozenset({"pair", "block_mapping_pair"})
_NAMELESS_CONSTRUCTORS = {"constructor_declaration", "init_declaration", "secondary_constructor"}


def name_node(node: "Node") -> "Node | None":
    """Where the name stands: found by the node's fields, through declarators, else its first child that is a name."""
    kind = node.type
    if kind in _KEYED:
        return node.child_by_field_name("key")
    if kind == "section":
        return next((child for child in node.named_children if "heading" in child.type), None)
    if kind == "assignment_expression":
        left = node.child_by_field_name("left")
        return (left.child_by_field_name("property") or left) if left is not None else None
    current = node
    for _ in range(6):
        following = next(
            (child for field in _NAME_FIELDS if (child := current.child_by_field_name(field)) is not None), None
        )
        if following is None:
            break
        if following.named_child_count == 0 or following.type in _NAME_TYPES:
            return following
        current = following
    children = current.named_children
    child = next((one for one in children if one.type in _NAME_TYPES), None)
    if child is None:
        child = next((one for one in children if "selector" in one.type or one.type.endswith("_key")), None)
    if child is not None:
        return child
    return current if current is not node else None


def name_without_node(kind: str) -> str:
    """What a definition is called that bears no name of its own; empty if it has none. `kind`: the node's type."""
    if kind == "companion_object":
        return "Companion"
    return "init" if kind in _NAMELESS_CONSTRUCTORS else ""


def short(data: bytes, node: "Node") -> str:
    """The text of a node as a name."""
    start = node.start_byte
    text = data[start : min(node.end_byte, start + 4 * MOST_NAME)].decode("utf-8", "replace")
    if text.isidentifier():
        return text[:MOST_NAME]
    name = " ".join(text.split()).strip("\"'`")
    if node.type.endswith("heading"):
        name = name.lstrip("#").strip()
    return name[:MOST_NAME]
