"""Where lines of a text are after it was changed elsewhere.

Invariant: the first and the last of the lines are found as what they were, or nothing is.
"""

from copilot_tui.diff.compute import compute_blocks
from copilot_tui.diff.line import LineRange


def moved_lines(before: bytes, after: bytes, lines: LineRange) -> LineRange | None:
    """The range of `after` that begins and ends with the lines that `lines` of `before` begin and end with; None where one is gone."""
    first, last = lines.first - 1, lines.last - 1
    first_shift = last_shift = 0
    for block in compute_blocks(before, after):
        if block.old_first <= first < block.old_last or block.old_first <= last < block.old_last:
            return None
        shift = (block.new_last - block.new_first) - (block.old_last - block.old_first)
        # What was put in right before the first line belongs to what stands above it.
        first_shift += shift if block.old_last <= first else 0
        last_shift += shift if block.old_last <= last else 0
    return LineRange(first + first_shift + 1, last + last_shift + 1)
