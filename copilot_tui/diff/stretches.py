"""Where two long texts go on after something large: a block that moved, was put in or taken out.

Invariant: stretches are ascending in both texts and never overlap; both texts are equal at the first line of each.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import compress, count, islice, repeat
from operator import ne, sub

from copilot_tui.diff.windows import Gap, Lines

_STEP = 4  # every so many lines of the old text one is looked up in the new one
_LEAST = 5  # looked-up lines in a row at the same distance that make a stretch
_NEAR = 64  # lines of difference that a walk finds its way over
_FAR = 1 << 60

_Stretch = tuple[int, int, int]  # old start, old end, distance to the new place


def stretches(old_lines: Lines, gap: Gap, place_of: Mapping[bytes, int]) -> list[Gap]:
    """The parts of a gap in which both texts go on together, as gaps; those of a near distance are one.

    `old_lines` are the old lines of the gap; `place_of` has the last place of each new line in it, counted from 1.
    """
    old_first, _, new_first, _ = gap
    places = map(place_of.get, old_lines[::_STEP], repeat(-_FAR))
    shifts = list(map(sub, places, range(1, len(old_lines) + 1, _STEP)))
    parts: list[Gap] = []
    for first, last, shift in _chain(list(_candidates(shifts))):
        old_start, old_end, new_start = old_first + first, old_first + last, new_first + first + shift
        if parts:
            before_start, before_end, new_before, new_end = parts[-1]
            if old_start - before_end <= _NEAR and new_start - new_end <= _NEAR:
                parts[-1] = (before_start, old_end, new_before, new_start + last - first)
                continue
        parts.append((old_start, old_end, new_start, new_start + last - first))
    return parts


def _candidates(shifts: Sequence[int]) -> Iterator[_Stretch]:
    """The stretches of looked-up lines at the same distance; what was not found has a distance of its own."""
    first = 0
    for after in [*compress(count(1), map(ne, shifts, islice(shifts, 1, None))), len(shifts)]:
        if after - first >= _LEAST:
            yield first * _STEP, (after - 1) * _STEP + 1, shifts[first]
        first = after


def _chain(candidates: list[_Stretch]) -> list[_Stretch]:
    """The stretches, ascending in both texts, that hold the most lines together (heaviest increasing subsequence)."""
    ends: list[int] = []  # ascending new ends, each with a better chain than the ones before it
    best: list[tuple[int, int]] = []  # the weight of that chain, and its last stretch
    previous = [-1] * len(candidates)
    for index, (old_first, old_last, shift) in enumerate(candidates):
        at = bisect_left(ends, old_first + shift + 1) - 1
        weight = old_last - old_first
        if at >= 0:
            weight, previous[index] = weight + best[at][0], best[at][1]
        end = old_last + shift
        place = bisect_left(ends, end)
        if place and best[place - 1][0] >= weight:
            continue
        after = place
        while after < len(ends) and best[after][0] <= weight:
            after += 1
        ends[place:after], best[place:after] = [end], [(weight, index)]
    chain: list[_Stretch] = []
    index = best[-1][1] if best else -1
    while index >= 0:
        chain.append(candidates[index])
        index = previous[index]
    return chain[::-1]
