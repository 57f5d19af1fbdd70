"""The text that results when some changed lines are accepted and others are not.

Within a block: accepted deletions drop out, accepted additions come in, then the kept old lines; but when an earlier addition of
the block was rejected, the kept old lines come first.

Invariant: nothing accepted gives the old bytes, everything accepted the new bytes, and every line of the result stands in one of them.
"""

from collections.abc import Collection, Sequence

from copilot_tui.diff.compute import Block
from copilot_tui.diff.line import split_terminator


def rebuild(
    blocks: Sequence[Block],
    old: Sequence[bytes],
    new: Sequence[bytes],
    keep_removed: Collection[int],
    drop_added: Collection[int],
) -> bytes:
    """The raw lines joined: old indexes in `keep_removed` are rejected deletions, new ones in `drop_added` rejected additions."""
    lines: list[bytes] = []
    at = 0
    for block in blocks:
        lines.extend(old[at : block.old_first])
        kept = [old[index] for index in range(block.old_first, block.old_last) if index in keep_removed]
        added: list[bytes] = []
        after_rejected: list[bytes] = []
        rejected_before = False
        for index in range(block.new_first, block.new_last):
            if index in drop_added:
                rejected_before = True
            else:
                (after_rejected if rejected_before else added).append(new[index])
        lines += [*added, *kept, *after_rejected]
        at = block.old_last
    lines.extend(old[at:])
    return _terminated(lines)


def _terminated(lines: list[bytes]) -> bytes:
    """The lines joined; one without terminator that is not the last gets that of a neighbour."""
    for index in range(len(lines) - 1):
        if not lines[index].endswith(b"\n"):
            neighbour = split_terminator(lines[index - 1] if index else lines[index + 1])[1]
            lines[index] += neighbour or b"\n"
    return b"".join(lines)
