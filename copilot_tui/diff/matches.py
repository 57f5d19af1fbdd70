"""Which lines two texts share, in order: patience diff with a bit-parallel LCS in the gaps.

Long texts are first followed window by window, and where that loses its way, by the stretches that they share further on. What is
left, and every shorter text, is settled by lines that stand exactly once on both sides and keep their order (the longest increasing
run of them): B. Cohen's patience diff. Between these anchors the same is tried again, and what has no unique line is settled by the
longest common subsequence.

Invariant: every run that is given holds equal lines on both sides; runs are ascending and never overlap.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from itertools import compress, count, islice
from operator import lt, ne, sub

from copilot_tui.diff.stretches import stretches
from copilot_tui.diff.windows import Gap, Lines, Run, common_runs, equal_length, follow

_LONG = 1_500  # lines on both sides above which a gap is followed window by window
_MOST_CELLS = 100_000_000  # bits that the LCS table of one gap may take: 12 MB
_BITS = 200  # lines on both sides above which pieces are looked at for whether they have anything in common
_RARE = 100  # lines for each anchor, above which no more anchors are looked for between them
_FEW = 8  # lines for each different one, above which no line is expected to be unique


class _Stage(IntEnum):
    """What is still tried in a gap."""

    WHOLE = 0  # everything
    PART = 1  # its stretches are known
    APART = 2  # its anchors are known, and were few


def matching_runs(old: Lines, new: Lines) -> list[Run]:
    """Equal runs as (old start, new start, number of lines), ascending; runs that touch are joined."""
    found: list[Run] = []
    pending: list[tuple[Gap, _Stage]] = [((0, len(old), 0, len(new)), _Stage.WHOLE)]
    while pending:
        whole, stage = pending.pop()
        gap = _trimmed(old, new, whole, found)
        if gap is not None and min(gap[1] - gap[0], gap[3] - gap[2]) == 1:
            _match_one_line(old, new, gap, found)
        elif gap is not None:
            if stage is not _Stage.APART and _is_long(gap):
                gap = follow(old, new, gap, found)
            if gap is not None:
                pending += _settle(old, new, (gap, stage), found)
    return _joined(sorted(found))


def _settle(old: Lines, new: Lines, work: tuple[Gap, _Stage], found: list[Run]) -> list[tuple[Gap, _Stage]]:
    """What a gap is cut into by its stretches or its anchors; without any, its matches go to `found`."""
    gap, stage = work
    left, right = old[gap[0] : gap[1]], new[gap[2] : gap[3]]
    place_of = dict(zip(right, count(1), strict=False))
    if place_of.keys().isdisjoint(left):
        return []
    if stage is _Stage.WHOLE and _is_long(gap) and (parts := stretches(left, gap, place_of)):
        return [(part, _Stage.PART) for part in _with_gaps(gap, parts)]
    anchors = _anchors(left, right, place_of) if stage is not _Stage.APART else ([], [])
    if anchors[0]:
        stage = _Stage.APART if len(anchors[0]) * _RARE < min(len(left), len(right)) else _Stage.PART
        return [(one, stage) for one in _follow(old, new, gap, (anchors, found))]
    if _are_unrelated(left, right, place_of):
        return []
    if len(left) * len(right) <= _MOST_CELLS:
        found += [(gap[0] + one, gap[2] + other, length) for one, other, length in common_runs(left, right)]
    else:
        follow(old, new, gap, found, is_bold=True)
    return []


def _is_long(gap: Gap) -> bool:
    return gap[1] - gap[0] > _LONG and gap[3] - gap[2] > _LONG


def _are_unrelated(old: Lines, new: Lines, place_of: Mapping[bytes, int]) -> bool:
    """Whether two long pieces without anchors are different code: blank lines and braces that both have would only cut it in bits."""
    return min(len(old), len(new)) > _BITS and 2 * sum(map(place_of.__contains__, old)) < len(old)


def _with_gaps(gap: Gap, parts: list[Gap]) -> Iterator[Gap]:
    """The parts of a gap and what lies between them."""
    old_at, old_end, new_at, new_end = gap
    for part in parts:
        yield old_at, part[0], new_at, part[2]
        yield part
        old_at, new_at = part[1], part[3]
    yield old_at, old_end, new_at, new_end


def _trimmed(old: Lines, new: Lines, gap: Gap, found: list[Run]) -> Gap | None:
    """The gap without the equal lines at both ends, which go to `found`; None if nothing is left on a side."""
    old_first, old_last, new_first, new_last = gap
    size = min(old_last - old_first, new_last - new_first)
    if not size:
        return None
    head = equal_length(old, new, (old_first, new_first), size)
    if head:
        found.append((old_first, new_first, head))
        old_first, new_first, size = old_first + head, new_first + head, size - head
    ends = map(ne, reversed(old[old_last - size : old_last]), reversed(new[new_last - size : new_last]))
    tail = next(compress(count(), ends), size)
    if tail:
        old_last, new_last = old_last - tail, new_last - tail
        found.append((old_last, new_last, tail))
    return None if old_first == old_last or new_first == new_last else (old_first, old_last, new_first, new_last)


def _match_one_line(old: Lines, new: Lines, gap: Gap, found: list[Run]) -> None:
    """A gap with one line on a side: where that line stands on the other."""
    old_first, old_last, new_first, new_last = gap
    if old_last - old_first == 1:
        line = old[old_first]
        found.extend(islice(((old_first, at, 1) for at in range(new_first, new_last) if new[at] == line), 1))
    else:
        line = new[new_first]
        found.extend(islice(((at, new_first, 1) for at in range(old_first, old_last) if old[at] == line), 1))


_Anchors = tuple[Sequence[int], Sequence[int]]


def _anchors(old: Lines, new: Lines, place_of: Mapping[bytes, int]) -> _Anchors:
    """Places of the longest run of lines, unique on both sides, that stand in the same order.

    `place_of` has the last place in `new` of each line, counted from 1, so that none of them is false.
    """
    if len(place_of) * _FEW < len(new):
        return [], []
    # All of this runs in the interpreter's own loops.
    found = list(map(place_of.get, old))
    places = list(filter(None, found))
    if len(place_of) < len(new) or not _are_ascending(places):
        once = {new[place - 1] for place, times in Counter(places).items() if times == 1}
        unique = {place_of[line] for line, times in Counter(filter(once.__contains__, new)).items() if times == 1}
        found = [place if place in unique else 0 for place in found]
        places = list(filter(None, found))
    old_places = list(compress(count(), found))
    new_places = [place - 1 for place in places]
    if _are_ascending(new_places):
        return old_places, new_places
    chain = _increasing(new_places)
    return [old_places[index] for index in chain], [new_places[index] for index in chain]


def _are_ascending(places: Sequence[int]) -> bool:
    return all(map(lt, places, islice(places, 1, None)))


def _increasing(places: list[int]) -> list[int]:
    """The indexes of the longest increasing subsequence, by patience sorting."""
    tops: list[int] = []
    piles: list[int] = []
    previous = [-1] * len(places)
    for index, place in enumerate(places):
        if not tops or place > tops[-1]:
            previous[index] = piles[-1] if piles else -1
            tops.append(place)
            piles.append(index)
            continue
        pile = bisect_left(tops, place)
        previous[index] = piles[pile - 1] if pile else -1
        tops[pile] = place
        piles[pile] = index
    chain: list[int] = []
    index = piles[-1]
    while index >= 0:
        chain.append(index)
        index = previous[index]
    chain.reverse()
    return chain


def _follow(old: Lines, new: Lines, gap: Gap, work: tuple[_Anchors, list[Run]]) -> Iterator[Gap]:
    """Take the anchors as matches, with all that is equal between those of one diagonal; gives what is left between."""
    (old_places, new_places), found = work
    old_first, old_last, new_first, new_last = gap
    old_at, new_at = old_first, new_first
    for first, last in _diagonals(old_places, new_places):
        old_start, new_start = old_first + old_places[first], new_first + new_places[first]
        old_end = old_first + old_places[last] + 1
        shift = new_start - old_start
        yield old_at, old_start, new_at, new_start
        old_at = old_start
        if last > first:
            changed = compress(
                range(old_start, old_end),
                map(ne, old[old_start:old_end], new[new_start : old_end + shift]),
            )
            for place in changed:
                if place < old_at:
                    continue
                # The anchors on both sides of what differs: the whole gap between them is looked at anew.
                above = bisect_right(old_places, place - old_first) - 1
                left = old_first + old_places[above] + 1
                right = old_first + old_places[above + 1]
                found.append((old_at, old_at + shift, left - old_at))
                yield left, right, left + shift, right + shift
                old_at = right
        found.append((old_at, old_at + shift, old_end - old_at))
        old_at, new_at = old_end, old_end + shift
    yield old_at, old_last, new_at, new_last


def _diagonals(old_places: Sequence[int], new_places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last index of each stretch of anchors with equal distance between old and new place."""
    shifts = list(map(sub, new_places, old_places))
    first = 0
    for following in compress(count(1), map(ne, shifts, islice(shifts, 1, None))):
        yield first, following - 1
        first = following
    yield first, len(shifts) - 1


def _joined(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1][0] + joined[-1][2] == run[0] and joined[-1][1] + joined[-1][2] == run[1]:
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + run[2])
        else:
            joined.append(run)
    return joined
