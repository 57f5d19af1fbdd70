"""Draws rows of a review as strips.

Invariant: a strip is exactly as wide as asked; foreign text in it went through `visible`, and tabs are drawn as blanks.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.strip import Strip

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.review import Review
from copilot_tui.tui.review.colours import MARKS, STATE_CLASSES, ReviewColours
from copilot_tui.tui.review.rows import Row, RowKind, Rows
from copilot_tui.visible import visible

TAB = 4
MARGIN = 8  # cells at the right for the state and the number
_MOST_CHARACTERS = 2000
Span = tuple[int, int, str]


class Drawing:
    """Draws the rows of one review in one width and theme."""

    def __init__(self, colours: ReviewColours, width: int) -> None:
        self._colours = colours
        self._width = width

    def summary(self, review: Review, note: str) -> Strip:
        """The first line: the title, and how many units are in which state."""
        counts = review.counts
        files = len(review.files)
        parts = [
            f"{files} file{'s' if files != 1 else ''}",
            f"✓ {counts.accepted}",
            f"✗ {counts.rejected}",
            f"○ {counts.pending}",
        ]
        parts += [f"◐ {counts.partly}"] if counts.partly else []
        parts += [f"⚑ {counts.flagged}"] if counts.flagged else []
        parts += [f"withheld {counts.withheld}"] if counts.withheld else []
        parts += [note] if note else []
        right = "  ".join(parts) + " "
        style = self._colours.style("review--summary")
        title = set_cell_size(" " + visible(review.proposal.title), max(0, self._width - cell_len(right)))
        return Strip([Segment(title, style), Segment(right, style)], self._width).adjust_cell_length(self._width, style)

    def file(self, review: Review, number: int) -> Strip:
        """A file's header: path, what happens to it, lines, states."""
        file = review.files[number]
        change = file.change
        added = sum(hunk.added for hunk in change.hunks)
        removed = sum(hunk.removed for hunk in change.hunks)
        accepted, rejected = file.states.count(1), file.states.count(2)
        moved = f"{visible(change.source_path)} → " if change.old_path else ""
        kind = "" if change.kind.value == "edit" else f"  {change.kind.value}"
        flag = "  ⚑" if file.path in review.flagged_paths else ""
        left = f" {moved}{visible(file.path)}{kind}{flag}"
        right = f"+{added} -{removed}   ✓{accepted} ✗{rejected} of {len(file.states)} lines "
        style = self._colours.style("review--file")
        text = set_cell_size(left, max(0, self._width - cell_len(right))) + right
        return Strip([Segment(text, style)], cell_len(text)).adjust_cell_length(self._width, style)

    def row(
        self, rows: Rows, index: int, look: tuple[str, ...], label: str, spans: Sequence[Span] | None, offset: int
    ) -> Strip:
        """A row that is no file header: `look` are classes laid over it (cursor, selection), `label` the number at its unit's margin."""
        row = rows.rows[index]
        review = rows.review
        if row.kind is RowKind.GAP:
            return self._plain("      ⋯", ("review--gap", *look))
        if row.kind is RowKind.NOTE:
            return self._plain(f"            {visible(row.text)}", (f"review--{row.tone}", *look))
        if row.kind is RowKind.ITEM:
            body = [Segment(f"            {visible(row.text)}", self._colours.style("review--unit", *look))]
            return self._with_margin(body, review, row, look, label)
        body = self._line(rows, row, look, spans, offset)
        is_first = rows.first_of.get(row.unit) == index
        return self._with_margin(body, review, row, look, label if is_first else "", shows=row.changed >= 0)

    def _plain(self, text: str, classes: tuple[str, ...]) -> Strip:
        style = self._colours.style(*classes)
        return Strip([Segment(set_cell_size(text, self._width), style)], self._width)

    def _line(
        self, rows: Rows, row: Row, look: tuple[str, ...], spans: Sequence[Span] | None, offset: int
    ) -> list[Segment]:
        base = {"-": ("review--removed",), "+": ("review--added",)}.get(row.sign, ())
        dim = (
            ("review--withheld",)
            if row.unit >= 0 and rows.review.withheld_reason(rows.review.units[row.unit]) is not None
            else ()
        )
        if row.sign == " ":
            dim = (*dim, "review--context")
        numbers = f"{row.old or '':>5} {row.new or '':>5} "
        segments = [
            Segment(numbers, self._colours.style(*base, "review--number", *look)),
            Segment(f"{row.sign}", self._colours.style(*base, *look)),
        ]
        text = rows.raw_text(row)[: 4 * _MOST_CHARACTERS].decode("utf-8", "surrogateescape")[:_MOST_CHARACTERS]
        marked = rows.words(row)
        word = {"-": "review--removed-word", "+": "review--added-word"}.get(row.sign, "")
        pieces = _pieces(text, {} if dim else _kinds(spans or ()), marked)
        column = 0
        for piece, kind, is_marked in pieces:
            shown, column = _shown(piece, column)
            classes = (*base, *((f"code--{kind}",) if kind else dim), *((word,) if is_marked and word else ()), *look)
            segments.append(Segment(shown, self._colours.style(*classes)))
        return _scrolled(segments, offset)

    def _with_margin(
        self, body: list[Segment], review: Review, row: Row, look: tuple[str, ...], label: str, shows: bool = True
    ) -> Strip:
        base = {"-": ("review--removed",), "+": ("review--added",)}.get(row.sign, ())
        fill = self._colours.style(*base, *look)
        strip = Strip(body).adjust_cell_length(self._width - MARGIN, fill)
        mark, name = " ", "pending"
        if row.unit >= 0 and shows:
            unit = review.units[row.unit]
            if review.withheld_reason(unit) is not None:
                mark = "-"
            elif row.changed >= 0:
                decision: Decision | None = Decision(review.files[row.file].states[row.changed])
            else:
                decision = review.state(unit)
            if review.withheld_reason(unit) is None:
                mark, name = MARKS[decision], STATE_CLASSES[decision]
        margin = Segment(
            f" {mark} {label:<{MARGIN - 3}}"[:MARGIN], self._colours.style(*base, f"review--{name}", *look)
        )
        return Strip([*strip, margin]).adjust_cell_length(self._width, fill)


def _kinds(spans: Sequence[Span]) -> Mapping[int, tuple[int, str]]:
    """Start to (end, kind)."""
    return {start: (end, kind) for start, end, kind in spans}


def _pieces(
    text: str, kinds: Mapping[int, tuple[int, str]], marked: Sequence[tuple[int, int]]
) -> list[tuple[str, str, bool]]:
    """The text cut where its colour or its mark changes."""
    cuts = {0, len(text)}
    for start, (end, _) in kinds.items():
        cuts |= {start, end}
    for start, end in marked:
        cuts |= {start, end}
    places = sorted(cut for cut in cuts if cut <= len(text))
    pieces = []
    kind, until = "", 0
    for start, end in pairwise(places):
        if start in kinds:
            until, kind = kinds[start]
        elif start >= until:
            kind = ""
        pieces.append((text[start:end], kind, any(first <= start < last for first, last in marked)))
    return pieces


def _shown(piece: str, column: int) -> tuple[str, int]:
    """The piece as it is drawn, tabs as blanks up to the next stop, and the column after it."""
    parts: list[str] = []
    for position, part in enumerate(piece.split("\t")):
        if position:
            blanks = TAB - column % TAB
            parts.append(" " * blanks)
            column += blanks
        shown = visible(part)
        parts.append(shown)
        column += cell_len(shown)
    return "".join(parts), column


def _scrolled(segments: list[Segment], offset: int) -> list[Segment]:
    """The line moved left by `offset` cells behind its numbers."""
    if not offset:
        return segments
    head, body = segments[:2], Strip(segments[2:])
    return [*head, *body.crop(offset)]
