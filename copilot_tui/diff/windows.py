"""Follows two long texts from their start, window by window.

Most of a real change is a few lines here and there. Equal stretches are passed over at the speed of a comparison of lists; at a
difference the longest common subsequence of a window of lines on both sides (rapidfuzz's, 64 cells at a time) says how the texts
go on, and it is believed up to its last run of equal lines that proves anything. So neither text is hashed as a whole, and work
is done per window, not per change.

Invariant: every run given holds equal lines; where no window shows how the texts go on, the walk ends there and guesses nothing.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from itertools import compress, count
from operator import ne

Run = tuple[int, int, int]
Gap = tuple[int, int, int, int]
Lines = Sequence[bytes]

_SIZES = (64, 256, 1024)  # lines of a window: a larger one is taken where a smaller one shows nothing
_PIECE = 128  # lines that are compared at once
_EVIDENCE = 5  # equal lines in a row that prove something, if one of them has not been seen before
_MANY = 5  # runs in a window: where so much changes, a larger window is the faster one


def follow(old: Lines, new: Lines, gap: Gap, found: list[Run], *, is_bold: bool = False) -> Gap | None:
    """Follow the texts through a gap; runs of equal lines go to `found`. The rest of the gap, where the way was lost.

    `is_bold` takes any longest run of a window for proof, and never loses the way: for texts that hold the same lines over and over.
    """
    old_at, old_last, new_at, new_last = gap
    seen: set[bytes] = set()
    step = 0
    while True:
        length = equal_length(old, new, (old_at, new_at), min(old_last - old_at, new_last - new_at))
        if length:
            found.append((old_at, new_at, length))
            if not is_bold:
                seen.update(old[old_at : old_at + length])
            old_at, new_at = old_at + length, new_at + length
        if old_at == old_last or new_at == new_last:
            return None
        for size in _SIZES[2 if is_bold else step :]:
            left, right = old[old_at : min(old_at + size, old_last)], new[new_at : min(new_at + size, new_last)]
            runs = common_runs(left, right)
            taken = _longest(runs, len(left)) if is_bold else _proven(runs, left, right, seen)
            if taken:
                break
        else:
            if not is_bold:
                return old_at, old_last, new_at, new_last
            old_at, new_at = old_at + len(left), new_at + len(right)
            continue
        found.extend(
            [(old_at + old_first, new_at + new_first, length) for old_first, new_first, length in runs[:taken]]
        )
        old_first, new_first, length = runs[taken - 1]
        if not is_bold:
            seen.update(left[: old_first + length])
        old_at, new_at = old_at + old_first + length, new_at + new_first + length
        step = 1 if taken >= _MANY else 0


def equal_length(old: Lines, new: Lines, at: tuple[int, int], most: int) -> int:
    """How many lines from there on are equal, at most so many."""
    old_at, new_at = at
    length = 0
    while length < most:
        size = min(_PIECE, most - length)
        left = old[old_at + length : old_at + length + size]
        right = new[new_at + length : new_at + length + size]
        if left != right:
            return length + next(compress(count(), map(ne, left, right)))
        length += size
    return length


def common_runs(left: Lines, right: Lines) -> list[Run]:
    """The longest common subsequence as runs, ascending."""
    from rapidfuzz.distance import LCSseq  # noqa: PLC0415  (short texts never need it)

    runs = [(block.a, block.b, block.size) for block in LCSseq.editops(left, right).as_matching_blocks()[:-1]]
    # It compares hashes alone.
    return [run for run in runs if left[run[0] : run[0] + run[2]] == right[run[1] : run[1] + run[2]]]


def _proven(runs: list[Run], left: Lines, right: Lines, seen: AbstractSet[bytes]) -> int:
    """How many of the runs of a window are believed: those up to the last one that proves that both texts go on there."""
    for index in range(len(runs) - 1, -1, -1):
        old_first, _, length = runs[index]
        if length >= _EVIDENCE:
            for line in left[old_first : old_first + length]:
                if line not in seen and left.count(line) == 1 == right.count(line):
                    return index + 1
    return 0


def _longest(runs: list[Run], lines: int) -> int:
    """How many runs go up to the longest one that ends in the second half of a window of so many old lines."""
    late = [index for index, (old_first, _, length) in enumerate(runs) if 2 * (old_first + length) >= lines]
    return max(late, key=lambda index: runs[index][2]) + 1 if late else 0
