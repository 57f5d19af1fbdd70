"""A line of code as pieces to draw: cut where its colour or its mark changes, tabs as blanks, hidden characters as marks.

Invariant: the pieces put together are the whole line as shown, as far as it is drawn at all.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from rich.cells import cell_len

from copilot_tui.visible import visible

TAB = 4
MOST_CHARACTERS = 2000
Span = tuple[int, int, str]


def without_end(raw: bytes, *, keeps_return: bool = False) -> bytes:
    """A raw line without its line feed, or its carriage return and line feed; `keeps_return` leaves the first of these to be shown."""
    if not raw.endswith(b"\n"):
        return raw
    return raw[:-1] if keeps_return else raw[:-1].removesuffix(b"\r")


def line_segments(
    raw: bytes, spans: Sequence[Span], marked: Sequence[tuple[int, int]], *, shows_blanks: bool = False
) -> Iterator[tuple[str, str, bool]]:
    """Pieces of a line as (text as shown, kind of token, whether its words changed); spans and marks are in characters.

    With `shows_blanks` a blank is drawn as `·` and a tab begins with `→`; the cells stay the same.
    """
    text = raw[: 4 * MOST_CHARACTERS].decode("utf-8", "surrogateescape")[:MOST_CHARACTERS]
    if text.isascii() and text.isprintable() and not shows_blanks:
        yield from ((text[start:end], kind, is_marked) for start, end, kind, is_marked in _pieces(text, spans, marked))
        return
    column = 0
    for start, end, kind, is_marked in _pieces(text, spans, marked):
        shown, column = _shown(text[start:end], column, shows_blanks=shows_blanks)
        yield shown, kind, is_marked


def _pieces(
    text: str, spans: Sequence[Span], marked: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, str, bool]]:
    kinds = {start: (end, kind) for start, end, kind in spans}
    cuts = {0, len(text)}
    for start, end, _ in spans:
        cuts |= {start, end}
    for start, end in marked:
        cuts |= {start, end}
    kind, until = "", 0
    for start, end in pairwise(sorted(cut for cut in cuts if cut <= len(text))):
        if start in kinds:
            until, kind = kinds[start]
        elif start >= until:
            kind = ""
        yield start, end, kind, any(first <= start < last for first, last in marked)


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
