"""The outline of a file as it stands in the index: made where the file is parsed, so that nobody takes it apart on the way.

Invariant: what was packed is unpacked as it was, and the names are those that the index is asked for.
"""

import marshal
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from copilot_tui.syntax.outline import Definition, Outline

_LAST_NAME = re.compile(r"[\w$!?]+$")
_END = "\n"  # no name holds one
# What gives a name no home: the blocks that add to a type, and the keys and sections of data.
_NO_HOME = frozenset({"impl", "key", "section", "table", "rule", "element"})


class PackedOutline(NamedTuple):
    """`data`: definitions, and the lines by the name that they refer to. `defined`, `referred`: bare names, each behind the one before."""

    data: bytes
    defined: str
    referred: str


def pack_outline(outline: "Outline") -> PackedOutline:
    """An outline as it is kept."""
    definitions, references = outline
    lines: dict[str, list[int]] = {}
    for name, line in references:
        if name in lines:
            lines[name].append(line)
        elif name:
            lines[name] = [line]
    defined = {bare_name(one[3]) for one in definitions if one[4] not in _NO_HOME}
    return PackedOutline(marshal.dumps((definitions, lines), 2), _END.join(sorted(defined)), _END.join(lines))


def unpack_outline(data: bytes) -> "tuple[list[Definition], dict[str, list[int]]]":
    """The definitions, and the lines by the name that they refer to."""
    definitions, lines = marshal.loads(data)  # noqa: S302  (our own cache)
    return definitions, lines


def names_in(joined: str) -> Sequence[str]:
    """The names of `defined` or `referred`."""
    return [name for name in joined.split(_END) if name]


def bare_name(name: str) -> str:
    """The last part of a name: `total` for `Cart::total` or `Cart.total`; empty where it ends in something else."""
    if name.isidentifier():
        return name
    match = _LAST_NAME.search(name)
    return match[0] if match is not None else ""


NO_OUTLINE = pack_outline(([], []))
