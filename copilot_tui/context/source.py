"""A file that may be shown, cut into pieces, with all that is known of the pieces before a query comes.

Invariant: every line belongs to one piece; nothing here depends on a query.
"""

import math
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import NamedTuple

from copilot_tui.context.document import Numbers
from copilot_tui.context.import_lines import FIRST_LETTERS, is_import
from copilot_tui.context.layout import outline_by_layout
from copilot_tui.context.packed_outline import bare_name
from copilot_tui.context.pieces import Definition, Piece, cut
from copilot_tui.context.spans import scale_of

_LEAST_OWNER = 3  # lines of a definition that its pieces are seen as parts of
_LEAD = 12  # lines of comment that may stand above a definition in its piece
_MOST_FRAMES = 2
_DECORATORS = ("@", "#[")
_COMMENTS = ("//", "#", "/*", "*", "--", '"""')
_COMMENT_LETTERS = frozenset(one[0] for one in _COMMENTS)
_DIRECTIVE = re.compile(r"#\s*(?:include|define|if|else|end|pragma)")


class Source(NamedTuple):
    """A file's lines without invisible characters, its definitions, and its pieces.

    `sums[n]`: how many words the first n lines hold. By line (from 1): `piece_of`. By piece: `sizes` in characters, `scale` of its length,
    `owner` (the definition that it is of, -1 for none), the shares of its lines that import
    and that comment. `heads`: line to the owner whose head it is in; `owner_scale`: by owner.
    `references`: name to the lines that refer to it, in order. `names`: the bare name of each definition.
    """

    path: str
    lines: list[str]
    definitions: tuple[Definition, ...]
    sums: Numbers
    pieces: list[Piece]
    piece_of: list[int]
    sizes: list[int]
    scale: list[float]
    owner: list[int]
    heads: dict[int, int]
    owner_scale: dict[int, float]
    imports: list[float]
    comments: list[float]
    references: Mapping[str, Sequence[int]]
    names: list[str]

    def length(self, piece: int) -> float:
        """The logarithm of a piece's length."""
        return math.log(self.sizes[piece])


def make_source(
    path: str,
    lines: list[str],
    sums: Numbers | None = None,
    definitions: Sequence[Definition] | None = None,
    references: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> Source:
    """A source by its lines; `sums` and `definitions` as the index knows them, else by the layout of the text."""
    count = len(lines)
    found = outline_by_layout(lines) if definitions is None else tuple(one for one in definitions if one.last <= count)
    known = sums if sums is not None and len(sums) > count else array("I", range(count + 1))
    pieces = cut(lines, found)
    piece_of = [0] * (count + 1)
    for place, piece in enumerate(pieces):
        piece_of[piece.first : piece.last + 1] = [place] * (piece.last - piece.first + 1)
    if pieces:
        piece_of[pieces[-1].last + 1 :] = [len(pieces) - 1] * (count - pieces[-1].last)
    lengths = [0, *accumulate(map(len, lines))]
    bares = [line.lstrip() for line in lines]
    owner = _owners(pieces, found)
    owners = [place for place in dict.fromkeys(owner) if place >= 0]
    return Source(
        path,
        lines,
        found,
        known,
        pieces,
        piece_of,
        [lengths[piece.last] - lengths[piece.first - 1] + piece.last - piece.first + 1 for piece in pieces],
        [scale_of(known[piece.last] - known[piece.first - 1]) for piece in pieces],
        owner,
        {number: place for place in owners for number in range(found[place].first, found[place].head_last + 1)},
        {place: scale_of(known[found[place].last] - known[found[place].first - 1]) for place in owners},
        _shares(_lines_like(bares, is_import, FIRST_LETTERS), pieces),
        _shares(_lines_like(bares, _is_comment, _COMMENT_LETTERS), pieces),
        references,
        [bare_name(one.name) for one in found],
    )


def _owners(pieces: Sequence[Piece], definitions: Sequence[Definition]) -> list[int]:
    """For each piece the smallest definition that it is all or part of."""
    owners = [-1] * len(pieces)
    large = [(place, one) for place, one in enumerate(definitions) if one.last - one.first + 1 >= _LEAST_OWNER]
    large.sort(key=lambda pair: pair[1].first - pair[1].last)  # the largest first: the smaller ones overwrite
    firsts = [piece.first for piece in pieces]
    for place, one in large:
        for piece in range(_first_at(firsts, one.first), len(pieces)):
            shown = pieces[piece]
            if shown.first > one.last:
                break
            if one.first <= shown.first + _LEAD and (one.last >= shown.last - 1 or one.first >= shown.first):
                owners[piece] = place
    return owners


def name_line(lines: Sequence[str], one: Definition) -> int:
    """The line of a definition's head that names it, behind decorators."""
    for number in range(one.first, one.head_last + 1):
        if not lines[number - 1].lstrip().startswith(_DECORATORS):
            return number
    return one.first


def frame_of(source: Source, piece: int) -> list[int]:
    """The lines that name the two smallest definitions around a piece."""
    part = source.pieces[piece]
    around = [
        one
        for one in source.definitions
        if one.head_last < part.first and one.first < part.first and one.last >= part.last
    ]
    around.sort(key=lambda one: one.last - one.first)
    return sorted(name_line(source.lines, one) for one in around[:_MOST_FRAMES])


def _first_at(firsts: Sequence[int], line: int) -> int:
    return max(bisect_right(firsts, line) - 1, 0)


def _is_comment(bare: str) -> bool:
    return bare.startswith(_COMMENTS) and not (bare[0] == "#" and _DIRECTIVE.match(bare))


def _lines_like(bares: Sequence[str], is_such: Callable[[str], bool], letters: frozenset[str]) -> list[int]:
    """The numbers of the lines that are such; each such line begins with one of the letters."""
    return [number for number, bare in enumerate(bares, 1) if bare[:1] in letters and is_such(bare)]


def _shares(numbers: Sequence[int], pieces: Sequence[Piece]) -> list[float]:
    """The share of these lines in each piece."""
    return [
        (bisect_right(numbers, piece.last) - bisect_left(numbers, piece.first)) / (piece.last - piece.first + 1)
        for piece in pieces
    ]
