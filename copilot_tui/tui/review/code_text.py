"""A line of code as pieces to draw: cut where its colour or its mark changes, tabs as blanks, hidden characters as marks.

Invariant: the pieces put together are the whole line as shown, as far as it is drawn at all.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from rich.cells import cell_len

from copilot_tui.visible import visible

TAB = 4
MOST_CHARACTERS = 2000
_SEEN = 8  # cells of a mark that are enough to see it
Span = tuple[int, int, str]
Mark = Literal["", "word", "found"]
"""What is said of a piece beside its colour: nothing, that its words changed, or that it is what was searched for."""


def without_end(raw: bytes, *, keeps_return: bool = False) -> bytes:
    """A raw line without its line feed, or its carriage return and line feed; `keeps_return` leaves the first of these to be shown."""
    if not raw.endswith(b"\n"):
        return raw
    return raw[:-1] if keeps_return else raw[:-1].removesuffix(b"\r")


def line_segments(
    raw: bytes,
    spans: Sequence[Span],
    marked: Sequence[tuple[int, int]],
    *,
    searched: "re.Pattern[str] | None" = None,
    shows_blanks: bool = False,
) -> Iterator[tuple[str, str, Mark]]:
    """Pieces of a line as (text as shown, kind of token, mark); spans and marked words are in characters.

    What fits `searched` is marked as found, changed words or not.
    With `shows_blanks` a blank is drawn as `·` and a tab begins with `→`; the cells stay the same.
    """
    text = raw[: 4 * MOST_CHARACTERS].decode("utf-8", "surrogateescape")[:MOST_CHARACTERS]
    found = [match.span() for match in searched.finditer(text)] if searched is not None else []
    if text.isascii() and text.isprintable() and not shows_blanks:
        yield from ((text[start:end], kind, mark) for start, end, kind, mark in _pieces(text, spans, marked, found))
        return
    column = 0
    for start, end, kind, mark in _pieces(text, spans, marked, found):
        shown, column = _shown(text[start:end], column, shows_blanks=shows_blanks)
        yield shown, kind, mark


def cells_left_out(pieces: Sequence[tuple[str, str, Mark]], room: int) -> int:
    """How many cells of a line that is cut after `room` are left out at its beginning, so that its first mark is seen.

    0 where it has none or it is seen anyway: two long lines that differ only behind the cut would look alike.
    """
    at = 0
    for text, _, mark in pieces:
        width = cell_len(text)
        if mark:
            # By its place alone: so the old and the new line, which are the same up to it, stay below each other.
            return 0 if at + min(width, _SEEN) < room else max(0, at - room // 2)
        at += width
    return 0


def _pieces(
    text: str, spans: Sequence[Span], marked: Sequence[tuple[int, int]], found: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, str, Mark]]:
    kinds = {start: (end, kind) for start, end, kind in spans}
    cuts = {0, len(text)}
    for start, end, _ in spans:
        cuts.add(start)
        cuts.add(end)
    for start, end in (*marked, *found):
        cuts.add(start)
        cuts.add(end)
    kind, until = "", 0
    mark: Mark = ""
    for start, end in pairwise(sorted(cut for cut in cuts if cut <= len(text))):
        if start in kinds:
            until, kind = kinds[start]
        elif start >= until:
            kind = ""
        if marked or found:
            mark = "found" if _holds(found, start) else "word" if _holds(marked, start) else ""
        yield start, end, kind, mark


def _holds(places: Sequence[tuple[int, int]], at: int) -> bool:
    for first, last in places:  # noqa: SIM110  (asked for each piece of each row: a generator takes twice as long)
        if first <= at < last:
            return True
    return False


def _shown(piece: str, column: int, *, shows_blanks: bool) -> tuple[str, int]:
    """The piece as it is drawn, tabs as blanks up to the next stop, and the column after it."""
    parts: list[str] = []
    for position, part in enumerate(piece.split("\t")):
        if position:
            blanks = TAB - column % TAB
            parts.append("→" + " " * (blanks - 1) if shows_blanks else " " * blanks)
            column += blanks
        shown = visible(part).replace(" ", "·") if shows_blanks else visible(part)
        parts.append(shown)
        column += cell_len(shown)
    return "".join(parts), column
