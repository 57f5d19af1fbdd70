"""A file that may be shown, cut into pieces, with all that is known of the pieces before a query comes.

Invariant: every line belongs to one piece; nothing here depends on a query.
"""

from array import array
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from copilot_tui.context.cutting import cut_up
from copilot_tui.context.document import Numbers
from copilot_tui.context.layout import outline_by_layout
from copilot_tui.context.packed_outline import bare_name
from copilot_tui.context.pieces import Definition, Piece
from copilot_tui.context.spans import scale_of

_MOST_FRAMES = 2
_DECORATORS = ("@", "#[")


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
    sizes: Sequence[int]
    scale: list[float]
    owner: Sequence[int]
    heads: dict[int, int]
    owner_scale: dict[int, float]
    imports: list[float]
    comments: list[float]
    references: Mapping[str, Sequence[int]]
    names: list[str]


def make_source(
    path: str,
    lines: list[str],
    sums: Numbers | None = None,
    definitions: Sequence[Definition] | None = None,
    references: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> Source:
    """A source by its lines; `sums` and `definitions` as the index knows them, else by the layout of the text."""
    count = len(lines)
    known = sums if sums is not None and len(sums) > count else array("I", range(count + 1))
    found = (
        outline_by_layout(lines) if definitions is None else tuple([one for one in definitions if one.last <= count])
    )
    pieces, sizes, owner, imports, comments = cut_up(lines, found)
    piece_of = [0] * (pieces[0].first if pieces else count + 1)
    for place, (first, last) in enumerate(pieces):
        piece_of += [place] * (last - first + 1)
    piece_of += [len(pieces) - 1] * (count + 1 - len(piece_of))
    lengths = [last - first + 1 for first, last in pieces]
    owners = [place for place in dict.fromkeys(owner) if place >= 0]
    return Source(
        path,
        lines,
        found,
        known,
        pieces,
        piece_of,
        sizes,
        [scale_of(known[last] - known[first - 1]) for first, last in pieces],
        owner,
        {number: place for place in owners for number in range(found[place].first, found[place].head_last + 1)},
        {place: scale_of(known[found[place].last] - known[found[place].first - 1]) for place in owners},
        [number / length for number, length in zip(imports, lengths, strict=True)],
        [number / length for number, length in zip(comments, lengths, strict=True)],
        references,
        [bare_name(one.name) for one in found],
    )


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
