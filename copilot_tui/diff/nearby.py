"""Matches that need no view of the whole text: small changes between long equal stretches.

Most of a real change is a line here and a few lines there. From each difference on, the nearest place is sought where both texts
agree again for many lines in a row; hashing every line of both texts, which is what costs time in a large text, is then not needed.

Invariant: a place counts as agreement only with `_EVIDENCE` equal lines in a row, enough of them distinct and one of them new,
so that a change is not matched with a mere neighbour that looks alike; where there is no such place, the walk ends and the rest is
left to the general method.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import compress, count
from operator import ne

_EVIDENCE = 12  # equal lines in a row
_DISTINCT = 6  # of them different from each other
_REACH = 8  # lines that a change may take out and put in
_FURTHER = 48  # lines over which several changes close together may stretch
_PIECE = 128  # lines that are compared at once
_WINDOW = 600  # lines in which a longer change may end
_PATIENCE = 2  # places tried for each line of progress, above which the texts differ too much to be walked

Run = tuple[int, int, int]
Gap = tuple[int, int, int, int]
_Lines = Sequence[bytes]


def walk(old: _Lines, new: _Lines, found: list[Run], pending: list[Gap]) -> tuple[int, int]:
    """Follow both texts from their start; matches go to `found`, what differs between them to `pending`; gives where it ended."""
    old_at = new_at = tried = 0
    seen: set[bytes] = set()
    while True:
        length = equal_length(old, new, old_at, new_at)
        if length:
            found.append((old_at, new_at, length))
            seen.update(old[old_at : old_at + length])
            old_at, new_at = old_at + length, new_at + length
        place, tries = _agreement(old, new, (old_at, new_at), seen)
        tried += tries
        if place is None or tried > _PATIENCE * (old_at + len(_PLACES)):
            return old_at, new_at
        pending.append((old_at, place[0], new_at, place[1]))
        old_at, new_at = place


def equal_length(old: _Lines, new: _Lines, old_at: int, new_at: int) -> int:
    """How many lines from there on are equal."""
    length = 0
    while True:
        left = old[old_at + length : old_at + length + _PIECE]
        right = new[new_at + length : new_at + length + _PIECE]
        if left != right or not left:
            return length + next(compress(count(), map(ne, left, right)), min(len(left), len(right)))
        length += _PIECE if len(left) == _PIECE else len(left)


def _agreement(
    old: _Lines, new: _Lines, at: tuple[int, int], seen: AbstractSet[bytes]
) -> tuple[tuple[int, int] | None, int]:
    """The nearest place where both agree again, None where there is none; and how many places were tried."""
    old_at, new_at = at
    for tries, (taken, put) in enumerate(_PLACES):
        left, right = old_at + taken, new_at + put
        if right < len(new) and left < len(old) and old[left] == new[right]:
            lines = old[left : left + _EVIDENCE]
            if lines == new[right : right + _EVIDENCE] and _is_evidence(lines, seen):
                return (left, right), tries
    place_of = dict(zip(reversed(new[new_at : new_at + _WINDOW]), count(-1, -1), strict=False))
    last = min(new_at + _WINDOW, len(new))
    for left, line in enumerate(old[old_at : old_at + _WINDOW], old_at):
        place = place_of.get(line)
        if place is not None:
            lines = old[left : left + _EVIDENCE]
            if lines == new[last + place : last + place + _EVIDENCE] and _is_evidence(lines, seen):
                return (left, last + place), len(_PLACES)
    return None, len(_PLACES)


def _is_evidence(lines: _Lines, seen: AbstractSet[bytes]) -> bool:
    """Whether equal lines prove anything: enough of them distinct, and one that did not stand further up (tables repeat their rows)."""
    return len(set(lines)) >= _DISTINCT and any(line not in seen for line in lines)


def _places() -> Iterator[tuple[int, int]]:
    """Lines taken out and put in: what is common first, then the fewest; far away only with a small difference between the two."""
    near = [(taken, put) for taken in range(_REACH + 1) for put in range(_REACH + 1) if taken or put]
    far = [
        (taken, put)
        for taken in range(_FURTHER + 1)
        for put in range(_FURTHER + 1)
        if max(taken, put) > _REACH and abs(taken - put) <= _REACH // 2
    ]
    yield from sorted(near, key=lambda place: (min(place) > 0 and place[0] != place[1], sum(place)))
    yield from sorted(far, key=sum)


_PLACES = tuple(_places())
