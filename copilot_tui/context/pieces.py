"""A file cut into pieces that can be shown alone: its definitions, what stands between them, and parts of the very long ones.

Invariant: the pieces of a file do not overlap and together are the whole file.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

_LETTER = re.compile(r"[^\W_]")  # or a digit
_LONG = 24  # lines: a longer piece is cut into parts
_PART = 14
_SHORT = 3  # lines: a shorter definition is no piece of its own
_WINDOW = 20
_COMMENTS = ("//", "#", "/*", "*", "--", "@", '"""', ";;", "<!--")


class Definition(NamedTuple):
    """A definition's lines, the last line of its head, its name with the one around it, and its kind."""

    first: int
    last: int
    head_last: int
    name: str
    kind: str


class Piece(NamedTuple):
    """Lines `first` to `last` of a file."""

    first: int
    last: int


def cut(lines: list[str], found: Sequence[Definition]) -> list[Piece]:
    """The pieces of a file by its definitions, or windows of lines where it has none."""
    count = len(lines) - (lines[-1] == "") if lines else 0
    if not count:
        return []
    if not found:
        return [Piece(first, min(first + _WINDOW - 1, count)) for first in range(1, count + 1, _WINDOW)]
    cuts = {1}
    for one in found:
        if one.last - one.first + 1 >= _SHORT:
            cuts.add(_with_comment(lines, one.first))
            cuts.add(one.last + 1)
    starts: list[int] = []
    for first, after in pairwise((*(first for first in sorted(cuts) if first <= count), count + 1)):
        size = after - first
        if size <= _LONG:
            starts.append(first)
        else:
            starts += range(first, after, -(-size // round(size / _PART)))
    # What has nothing but blank lines or closing brackets goes to the piece before.
    kept = [
        start
        for start, after in pairwise((*starts, count + 1))
        if start == 1 or _LETTER.search(lines[start - 1]) or any(map(_LETTER.search, lines[start : after - 1]))
    ]
    return [Piece(first, after - 1) for first, after in pairwise((*kept, count + 1))]


def _with_comment(lines: list[str], first: int) -> int:
    while first > 1 and lines[first - 2].strip().startswith(_COMMENTS):
        first -= 1
    return first


def definition_at(found: tuple[Definition, ...], line: int) -> Definition | None:
    """The smallest definition around a line."""
    place = bisect_right([one.first for one in found], line)
    around = [one for one in found[:place] if one.last >= line]
    return min(around, key=lambda one: one.last - one.first, default=None)
