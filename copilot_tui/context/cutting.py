"""What a file's lines and definitions say of its pieces: made where the file is parsed and kept in the index beside its outline.

Invariant: it depends on the text and the definitions alone, and what was packed is unpacked as it was.
"""

import marshal
import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from copilot_tui.context.import_lines import IMPORT
from copilot_tui.context.layout import outline_by_layout
from copilot_tui.context.pieces import Definition, Piece, cut
from copilot_tui.visible import without_invisible

if TYPE_CHECKING:
    from copilot_tui.syntax.outline import Definition as Defined

_LEAST_OWNER = 3  # lines of a definition that its pieces are seen as parts of
_LEAD = 12  # lines of comment that may stand above a definition in its piece
_COMMENT = r"//|/\*|\*|--|\"\"\"|#(?![^\S\n]*(?:include|define|if|else|end|pragma))"
# Every line that imports (group 1) or comments, from the line end before it. The letters are those with which such lines begin.
_TELLING = re.compile(rf"\n[^\S\n]*+(?=[ifurpecvln}}#/*\-\"])(?:({IMPORT})|{_COMMENT})")


class Cutting(NamedTuple):
    """How a file of so many `lines`, with so many `characters` in all, is cut.

    By piece: its `firsts` line, its `sizes` in characters, its `owner` (the place of the definition that it is of, -1 for none), and how
    many of its lines import and comment. `last`: the last line of the last piece. `found`: the definitions as the layout has them, where
    nobody else said which there are.
    """

    lines: int
    characters: int
    last: int
    firsts: Sequence[int]
    sizes: Sequence[int]
    owner: Sequence[int]
    imports: Sequence[int]
    comments: Sequence[int]
    found: tuple[Definition, ...]

    def is_of(self, lines: Sequence[str]) -> bool:
        """Whether it may be of these lines: they are as many and as long together."""
        return self.lines == len(lines) and self.characters == sum(map(len, lines))


def lines_of(text: str) -> list[str]:
    """The lines of a text as they are shown, without invisible characters."""
    return without_invisible(text).replace("\r\n", "\n").split("\n")


def cut_up(lines: list[str], definitions: Sequence[Definition] | None = None) -> Cutting:
    """How a file is cut by its definitions, or by those that the layout of the text has."""
    count = len(lines)
    found = outline_by_layout(lines) if definitions is None else within(definitions, count)
    pieces = cut(lines, found)
    lengths = [0, *accumulate(map(len, lines))]
    begins = [
        length + place for place, length in enumerate(lengths)
    ]  # of the lines, in the text with a line end before it
    importing: list[int] = []
    commenting: list[int] = []
    for match in _TELLING.finditer("\n" + "\n".join(lines)):
        (commenting if match[1] is None else importing).append(bisect_left(begins, match.start()) + 1)
    return Cutting(
        count,
        lengths[-1],
        pieces[-1].last if pieces else 0,
        [piece.first for piece in pieces],
        [lengths[piece.last] - lengths[piece.first - 1] + piece.last - piece.first + 1 for piece in pieces],
        _owners(pieces, found),
        _counts(importing, pieces),
        _counts(commenting, pieces),
        found if definitions is None else (),
    )


def cut_text(text: str, defined: "Sequence[Defined]") -> bytes:
    """The packed cutting of a text by the definitions of its outline, if it has any."""
    definitions = [Definition(one[0], one[1], one[2], one[3], one[4]) for one in defined]
    return pack_cutting(cut_up(lines_of(text), definitions or None))


def within(definitions: Sequence[Definition], count: int) -> tuple[Definition, ...]:
    """The definitions that end within so many lines."""
    return tuple([one for one in definitions if one.last <= count])


def pack_cutting(cutting: Cutting) -> bytes:
    """A cutting as it is kept."""
    by_piece = array("i", (*cutting.firsts, *cutting.sizes, *cutting.owner, *cutting.imports, *cutting.comments))
    return marshal.dumps((*cutting[:3], by_piece.tobytes(), tuple(map(tuple, cutting.found))), 2)


def unpack_cutting(data: bytes) -> Cutting:
    """What was packed."""
    lines, characters, last, packed, found = marshal.loads(data)  # noqa: S302  (our own cache)
    by_piece = array("i")
    by_piece.frombytes(packed)
    every = by_piece.tolist()
    pieces = len(every) // 5
    firsts, sizes, owner, imports, comments = (every[pieces * part : pieces * (part + 1)] for part in range(5))
    definitions = tuple(Definition(*one) for one in found)
    return Cutting(lines, characters, last, firsts, sizes, owner, imports, comments, definitions)


def _owners(pieces: Sequence[Piece], definitions: Sequence[Definition]) -> list[int]:
    """For each piece the smallest definition that it is all or part of."""
    owners = [-1] * len(pieces)
    large = [(place, one) for place, one in enumerate(definitions) if one.last - one.first + 1 >= _LEAST_OWNER]
    large.sort(key=lambda pair: pair[1].first - pair[1].last)  # the largest first: the smaller ones overwrite
    firsts = [piece.first for piece in pieces]
    for place, one in large:
        for piece in range(max(bisect_right(firsts, one.first) - 1, 0), len(pieces)):
            shown = pieces[piece]
            if shown.first > one.last:
                break
            if one.first <= shown.first + _LEAD and (one.last >= shown.last - 1 or one.first >= shown.first):
                owners[piece] = place
    return owners


def _counts(numbers: Sequence[int], pieces: Sequence[Piece]) -> list[int]:
    """How many of these lines each piece has."""
    return [bisect_right(numbers, piece.last) - bisect_left(numbers, piece.first) for piece in pieces]
