"""Lines with a leading ' ', '+' or '-', as both diff formats quote them.

Invariant: a line without such a mark is read as a kept line, never as a change.
"""

from collections.abc import Sequence

from copilot_tui.edits.edit import Operation, OperationKind
from copilot_tui.edits.formats.encode import encode_lines

_KINDS = {" ": OperationKind.KEEP, "+": OperationKind.ADD, "-": OperationKind.REMOVE}


def read_operations(lines: Sequence[str]) -> tuple[Operation, ...] | str:
    """The operations of a hunk's body, or the reason why it is no text."""
    bodies = [line[1:] if line[:1] in _KINDS else line for line in lines]
    encoded = encode_lines(bodies)
    if isinstance(encoded, str):
        return encoded
    kinds = [_KINDS.get(line[:1], OperationKind.KEEP) for line in lines]
    return tuple(Operation(kind, text) for kind, text in zip(kinds, encoded, strict=True))


def without_empty_end(lines: list[str]) -> list[str]:
    """The body without the empty lines at its end, which only set it off from what follows."""
    end = len(lines)
    while end and not lines[end - 1]:
        end -= 1
    return lines[:end]
