"""From two texts, the one to search for and its replacement, to keep, remove and add operations.

Invariant: the kept and removed lines are the search text in order, the kept and added lines the replacement.
"""

from collections.abc import Sequence
from itertools import takewhile

from rapidfuzz.distance import LCSseq

from copilot_tui.edits.edit import Operation, OperationKind

_LARGEST_TABLE = 16_000_000


def make_operations(search: Sequence[bytes], replace: Sequence[bytes]) -> tuple[Operation, ...]:
    """The difference between both texts as operations; lines that differ in trailing blanks alone count as kept."""
    old, new = [line.rstrip() for line in search], [line.rstrip() for line in replace]
    first = sum(1 for _ in takewhile(bool, (a == b for a, b in zip(old, new, strict=False))))
    shorter = min(len(old), len(new)) - first
    last = sum(1 for _ in takewhile(bool, (a == b for a, b in zip(old[::-1], new[::-1], strict=False))))
    last = min(last, shorter)
    operations = [Operation(OperationKind.KEEP, line) for line in search[:first]]
    operations += _middle(search[first : len(search) - last], replace[first : len(replace) - last])
    operations += [Operation(OperationKind.KEEP, line) for line in search[len(search) - last :]]
    return tuple(operations)


def _middle(search: Sequence[bytes], replace: Sequence[bytes]) -> list[Operation]:
    """The part between the common start and end. Where it is too large to align, all of it is removed and added: the stricter reading."""
    if not search or not replace or len(search) * len(replace) > _LARGEST_TABLE:
        return _swap(search, replace)
    numbers: dict[bytes, int] = {}
    old = [numbers.setdefault(line.rstrip(), len(numbers)) for line in search]
    new = [numbers.setdefault(line.rstrip(), len(numbers)) for line in replace]
    operations: list[Operation] = []
    for part in LCSseq.opcodes(old, new):
        if part.tag == "equal":
            operations += [Operation(OperationKind.KEEP, line) for line in search[part.src_start : part.src_end]]
        else:
            operations += _swap(search[part.src_start : part.src_end], replace[part.dest_start : part.dest_end])
    return _grouped(operations)


def _swap(search: Sequence[bytes], replace: Sequence[bytes]) -> list[Operation]:
    return [Operation(OperationKind.REMOVE, line) for line in search] + [
        Operation(OperationKind.ADD, line) for line in replace
    ]


def _grouped(operations: list[Operation]) -> list[Operation]:
    """Between two kept lines, removals first and additions after them."""
    grouped: list[Operation] = []
    added: list[Operation] = []
    for operation in operations:
        if operation.kind is OperationKind.ADD:
            added.append(operation)
            continue
        if operation.kind is OperationKind.KEEP:
            grouped += added
            added = []
        grouped.append(operation)
    return grouped + added
