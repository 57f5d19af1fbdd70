"""Which lines two texts share, in order: patience diff with a bit-parallel LCS in the gaps.

Lines that stand exactly once on both sides and keep their order (the longest increasing run of them) are taken as anchors
(B. Cohen's patience diff); between anchors the same is tried again, and what has no unique line is settled by the longest
common subsequence of rapidfuzz, which works on 64 cells at a time. Work is done per change, not per line: runs of equal lines
are found and compared by the interpreter's own loops, which is what makes this as fast as git.

Invariant: every run that is given holds equal lines on both sides; runs are ascending and never overlap.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import compress, count, islice
from operator import lt, ne, sub

from copilot_tui.diff.nearby import Gap, Run, walk

_MOST_CELLS = 400_000_000  # bits that the LCS table of one gap may take: 50 MB
_SMALL = 400  # cells of a gap that is searched line by line without building any table first

_Lines = Sequence[bytes]


def matching_runs(old: _Lines, new: _Lines) -> list[Run]:
    """Equal runs as (old start, new start, number of lines), ascending; runs that touch are joined."""
    found: list[Run] = []
    pending: list[Gap] = []
    old_at, new_at = walk(old, new, found, pending)
    pending.append((old_at, len(old), new_at, len(new)))
    while pending:
        gap = _trimmed(old, new, pending.pop(), found)
        if gap is None:
            continue
        old_first, old_last, new_first, new_last = gap
        if old_last - old_first == 1 or new_last - new_first == 1:
            _match_one_line(old, new, gap, found)
            continue
        anchors = _anchors(old[old_first:old_last], new[new_first:new_last])
        if anchors[0]:
            _follow(old, new, gap, (anchors, found, pending))
        else:
            found.extend(_longest_common(old, new, gap))
    return _joined(sorted(found))


def _trimmed(old: _Lines, new: _Lines, gap: Gap, found: list[Run]) -> Gap | None:
    """The gap without the equal lines at both ends, which go to `found`; None if nothing is left on a side."""
    old_first, old_last, new_first, new_last = gap
    size = min(old_last - old_first, new_last - new_first)
    if not size:
        return None
    head = _equal_length(old, new, (old_first, new_first), size)
    if head:
        found.append((old_first, new_first, head))
        old_first, new_first, size = old_first + head, new_first + head, size - head
    tail = 0
    if size > _SMALL:
        ends = map(ne, reversed(old[old_last - size : old_last]), reversed(new[new_last - size : new_last]))
        tail = next(compress(count(), ends), size)
    else:
        while tail < size and old[old_last - 1 - tail] == new[new_last - 1 - tail]:
            tail += 1
    if tail:
        old_last, new_last = old_last - tail, new_last - tail
        found.append((old_last, new_last, tail))
    return None if old_first == old_last or new_first == new_last else (old_first, old_last, new_first, new_last)


def _equal_length(old: _Lines, new: _Lines, at: tuple[int, int], size: int) -> int:
    """How many lines from there on are equal, at most `size`."""
    old_at, new_at = at
    if size > _SMALL:
        return next(
            compress(count(), map(ne, old[old_at : old_at + size], new[new_at : new_at + size])),
            size,
        )
    length = 0
    while length < size and old[old_at + length] == new[new_at + length]:
        length += 1
    return length


def _match_one_line(old: _Lines, new: _Lines, gap: Gap, found: list[Run]) -> None:
    """A gap with one line on a side: where that line stands on the other."""
    old_first, old_last, new_first, new_last = gap
    if old_last - old_first == 1:
        line = old[old_first]
        found.extend(islice(((old_first, at, 1) for at in range(new_first, new_last) if new[at] == line), 1))
    else:
        line = new[new_first]
        found.extend(islice(((at, new_first, 1) for at in range(old_first, old_last) if old[at] == line), 1))


_Anchors = tuple[Sequence[int], Sequence[int]]


def _anchors(old: _Lines, new: _Lines) -> _Anchors:
    """Places of the longest run of lines, unique on both sides, that stand in the same order."""
    # All of this runs in the interpreter's own loops; places are counted from 1, so that none of them is false.
    place_of: dict[bytes, int] = {}
    first_places = map(place_of.setdefault, new, count(1))
    is_unique = bytearray(b"\1") * (len(new) + 1)
    for repeated in {place for place, own in zip(first_places, count(1), strict=False) if place != own}:
        is_unique[repeated] = 0
    found = [place if place and is_unique[place] else 0 for place in map(place_of.get, old)]
    new_places = list(filter(None, found))
    if not all(map(lt, new_places, islice(new_places, 1, None))):
        # Out of order: lines that stand twice in the old text, or that moved.
        times = Counter(new_places)
        found = [place if times[place] == 1 else 0 for place in found]
        new_places = list(filter(None, found))
    old_places = list(compress(count(), found))
    new_places = [place - 1 for place in new_places]
    if all(map(lt, new_places, islice(new_places, 1, None))):
        return old_places, new_places
    chain = _increasing(new_places)
    return [old_places[index] for index in chain], [new_places[index] for index in chain]


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


def _follow(old: _Lines, new: _Lines, gap: Gap, work: tuple[_Anchors, list[Run], list[Gap]]) -> None:
    """Take the anchors as matches, with all that is equal between those of one diagonal; what is left between goes to `pending`."""
    (old_places, new_places), found, pending = work
    old_first, old_last, new_first, new_last = gap
    old_at, new_at = old_first, new_first
    for first, last in _diagonals(old_places, new_places):
        old_start, new_start = old_first + old_places[first], new_first + new_places[first]
        old_end = old_first + old_places[last] + 1
        shift = new_start - old_start
        pending.append((old_at, old_start, new_at, new_start))
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
                pending.append((left, right, left + shift, right + shift))
                old_at = right
        found.append((old_at, old_at + shift, old_end - old_at))
        old_at, new_at = old_end, old_end + shift
    pending.append((old_at, old_last, new_at, new_last))


def _diagonals(old_places: Sequence[int], new_places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """First and last index of each stretch of anchors with equal distance between old and new place."""
    shifts = list(map(sub, new_places, old_places))
    first = 0
    for following in compress(count(1), map(ne, shifts, islice(shifts, 1, None))):
        yield first, following - 1
        first = following
    yield first, len(shifts) - 1


def _longest_common(old: _Lines, new: _Lines, gap: Gap) -> list[Run]:
    old_first, old_last, new_first, new_last = gap
    left, right = old[old_first:old_last], new[new_first:new_last]
    if set(left).isdisjoint(right) or len(left) * len(right) > _MOST_CELLS:
        return []
    from rapidfuzz.distance import LCSseq  # noqa: PLC0415  (most diffs never need it)

    # Numbers in place of lines: rapidfuzz compares by hash alone.
    codes: dict[bytes, int] = {}
    operations = LCSseq.opcodes(
        [codes.setdefault(line, len(codes)) for line in left], [codes.setdefault(line, len(codes)) for line in right]
    )
    return [
        (old_first + operation.src_start, new_first + operation.dest_start, operation.src_end - operation.src_start)
        for operation in operations
        if operation.tag == "equal"
    ]


def _joined(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if joined and joined[-1][0] + joined[-1][2] == run[0] and joined[-1][1] + joined[-1][2] == run[1]:
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + run[2])
        else:
            joined.append(run)
    return joined
