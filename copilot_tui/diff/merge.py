"""Three-way merge of texts by lines.

Invariant: the result holds every change of both sides, or there is no result: where both sides change the same or neighbouring
lines differently, the caller hears of a conflict and nothing is guessed, or has said whose lines are to stay.
"""

from copilot_tui.diff.compute import Block, blocks_of_lines
from copilot_tui.diff.line import split_raw


def merge(base: bytes, ours: bytes, theirs: bytes, *, keeps_ours: bool = False) -> bytes | None:
    """What `ours` and `theirs` make of `base` together; None where they conflict.

    With `keeps_ours` what conflicts is left out of `theirs`.
    """
    if ours in {base, theirs}:
        return theirs
    if theirs == base:
        return ours
    lines, our_lines, their_lines = split_raw(base), split_raw(ours), split_raw(theirs)
    our_blocks, their_blocks = blocks_of_lines(lines, our_lines), blocks_of_lines(lines, their_lines)
    pieces: list[tuple[Block, list[bytes]]] = [
        (block, our_lines[block.new_first : block.new_last]) for block in our_blocks
    ]
    for block in their_blocks:
        text = their_lines[block.new_first : block.new_last]
        touching = [(other, own) for other, own in pieces if _touch(other, block)]
        if not touching:
            pieces.append((block, text))
        elif not any(
            other.old_first == block.old_first and other.old_last == block.old_last and own == text
            for other, own in touching
        ):
            if keeps_ours:
                continue
            return None
    merged: list[bytes] = []
    at = 0
    for block, text in sorted(pieces, key=lambda piece: (piece[0].old_first, piece[0].old_last)):
        merged += lines[at : block.old_first]
        merged += text
        at = block.old_last
    merged += lines[at:]
    if any(not line.endswith(b"\n") for line in merged[:-1]):
        return None  # the unterminated last line of one side would run into what the other side adds
    return b"".join(merged)


def _touch(one: Block, other: Block) -> bool:
    return one.old_first <= other.old_last and other.old_first <= one.old_last


def carry_lines(before: bytes, after: bytes, first: int, last: int) -> tuple[int, int] | None:
    """Where lines `first` to `last` (1-based, inclusive) of `before` stand in `after`; None if one of them changed or moved apart."""
    shift = 0
    for block in blocks_of_lines(split_raw(before), split_raw(after)):
        if block.old_first >= last:
            break
        if block.old_last > first - 1 or (block.old_first == block.old_last and first - 1 < block.old_first):
            return None
        shift = block.new_last - block.old_last
    return first + shift, last + shift
