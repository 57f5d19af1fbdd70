"""What a file's lines and definitions say of its pieces.

Invariant: it depends on the text and the definitions alone.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from copilot_tui.context.import_lines import IMPORT
from copilot_tui.context.pieces import Definition, Piece, cut
from copilot_tui.visible import without_invisible

_LEAST_OWNER = 3  # lines of a definition that its pieces are seen as parts of
_LEAD = 12  # lines of comment that may stand above a definition in its piece
_COMMENT = r"//|/\*|\*|--|\"\"\"|#(?![^\S\n]*(?:include|define|if|else|end|pragma))"
# Every line that imports (group 1) or comments, from the line end before it. The letters are those with which such lines begin.
_TELLING = re.compile(rf"\n[ \t\f\r\v]*+(?=[ifurpecvln}}#/*\-\"])(?:({IMPORT})|{_COMMENT})")


class Cutting(NamedTuple):
    """The pieces of a file, each with its size in characters, its owner (the place of the definition that it is of, -1 for none).

    `imports`, `comments`: how many of its lines do that.
    """

    pieces: list[Piece]
    sizes: list[int]
    owner: list[int]
    imports: list[int]
    comments: list[int]


def lines_of(text: str) -> list[str]:
    """The lines of a text as they are shown, without invisible characters."""
    return without_invisible(text).replace("\r\n", "\n").split("\n")


def cut_up(lines: list[str], definitions: Sequence[Definition]) -> Cutting:
    """How a file is cut by its definitions."""
    pieces = cut(lines, definitions)
    lengths = [0, *accumulate(map(len, lines))]
    # Where each piece begins in the text, before which a line end is put.
    begins = [lengths[piece.first - 1] + piece.first - 1 for piece in pieces]
    imports, comments = [0] * len(pieces), [0] * len(pieces)
    for match in _TELLING.finditer("\n" + "\n".join(lines)) if pieces else ():
        counted = comments if match[1] is None else imports
        counted[bisect_right(begins, match.start()) - 1] += 1
    ends = [*begins[1:], lengths[pieces[-1].last] + pieces[-1].last] if pieces else []
    sizes = [end - begin for begin, end in zip(begins, ends, strict=True)]
    return Cutting(pieces, sizes, _owners(pieces, definitions), imports, comments)


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
