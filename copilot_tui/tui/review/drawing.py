"""Draws rows of a review as strips.

Invariant: a strip is exactly as wide as asked; foreign text in it went through `visible`, and tabs are drawn as blanks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.review import Review
from copilot_tui.tui.review.cells import Segments, fitted, part_of, shortened
from copilot_tui.tui.review.code_text import Mark, Span, cells_left_out, line_segments
from copilot_tui.tui.review.colours import MARKS, STATE_CLASSES, ReviewColours
from copilot_tui.tui.review.file_view import WhiteSpace
from copilot_tui.tui.review.one_file import Row, RowKind
from copilot_tui.tui.review.rooms import LEAST_ROOM, MARGIN, NUMBERS, halves, parts_of
from copilot_tui.tui.review.rows import Rows
from copilot_tui.visible import visible

_NO_END = "  (no line feed at the end)"
Spans = tuple[Sequence[Span], Sequence[Span]]  # of a row's old and of its new line
State = tuple[str, str]  # the mark at a row's margin, and the name of its style


@dataclass(frozen=True, slots=True)
class Look:
    """How a row is drawn beside its own text: classes over it, whether its unit is the current one, the number at its margin.

    `symbol` names what encloses the hunk behind a gap; `warning` is what a decision has broken at the row's unit;
    `searched` fits the words that are looked for.
    """

    over: tuple[str, ...] = ()
    is_current: bool = False
    label: str = ""
    symbol: str = ""
    warning: str = ""
    searched: "re.Pattern[str] | None" = None


@dataclass(frozen=True, slots=True)
class FileLook:
    """How a file's header is drawn: the symbol at the cursor, whether it was viewed, is folded, and classes over it."""

    symbol: str = ""
    is_viewed: bool = False
    is_folded: bool = False
    over: tuple[str, ...] = ()


class Drawing:
    """Draws the rows of one review in one width and theme; `offset` cells of the code are scrolled away to the left."""

    def __init__(self, colours: ReviewColours, width: int, offset: int = 0) -> None:
        self._colours = colours
        self._width = width
        self._offset = offset

    def summary(self, review: Review, note: str) -> Strip:
        """The first line: the title, and how many units are in which state."""
        counts = review.counts
        units = counts.accepted + counts.rejected + counts.pending + counts.partly + counts.withheld
        parts = [
            f"{_count(len(review.files), 'file')}  {_count(units, 'hunk')} ",
            f"✓ {counts.accepted}",
            f"✗ {counts.rejected}",
            f"○ {counts.pending}",
        ]
        parts += [f"◐ {counts.partly}"] if counts.partly else []
        parts += [f"⚑ {counts.flagged}"] if counts.flagged else []
        parts += [f"withheld {counts.withheld}"] if counts.withheld else []
        parts += [note] if note else []
        return self._both_ends(" " + visible(review.proposal.title), "  ".join(parts) + " ", "review--summary")

    def file(self, review: Review, number: int, look: FileLook) -> Strip:
        """A file's header: path, symbol, what happens to it, lines, states."""
        file = review.files[number]
        change = file.change
        added = sum(block.new_last - block.new_first for block in change.blocks)
        removed = sum(block.old_last - block.old_first for block in change.blocks)
        moved = f"{visible(change.source_path)} → " if change.old_path else ""
        kind = "" if change.kind.value == "edit" else f"  {change.kind.value}"
        signs = "".join(("  viewed" if look.is_viewed else "", "  ⚑" if file.path in review.flagged_paths else ""))
        sign = "▸" if look.is_folded else "▾"
        left = f"{sign}{moved}{visible(file.path)}{kind}{signs}" + (f"  {visible(look.symbol)}" if look.symbol else "")
        items = [file.whole] if file.has_whole else []
        items += [file.mode] if change.changes_mode else []
        states = file.states or bytes(items)  # a file without lines counts its items
        decided = f"✓{states.count(Decision.ACCEPTED)} ✗{states.count(Decision.REJECTED)} of {len(states)}"
        return self._both_ends(left, f"+{added} -{removed}   {decided}   ", "review--file", *look.over)

    def _both_ends(self, left: str, right: str, *classes: str) -> Strip:
        style = self._colours.style(*classes)
        room = max(0, self._width - cell_len(right))
        if cell_len(left) >= room > 2:  # a blank stays between the two
            left = set_cell_size(left, room - 2) + "…"
        return Strip([Segment(set_cell_size(left, room) + right, style)]).adjust_cell_length(self._width, style)

    def body(self, rows: Rows, row: Row, look: Look, spans: Spans) -> Segments:
        """What a row that is no file header says, in all cells between its bar and its margin; the costly part of a row."""
        room = self._width - MARGIN - 1
        if row.kind is RowKind.ITEM:
            words = [Segment(f"{'':>{NUMBERS}}{visible(row.text)}", self._colours.style("review--unit", *look.over))]
            said = fitted(words, room, self._colours.style(*look.over))
        elif row.kind is RowKind.PAIR:
            said = self._pair(rows, row, look, spans)
        else:
            said = self._side(rows, row, look, spans, room)
        return self._warned(said, look)

    def words(self, row: Row, look: Look) -> Segments:
        """A row of words alone: a gap or a note, without margin."""
        if row.kind is RowKind.GAP:
            text, tone = f"      ⋯ {row.text}  {visible(look.symbol)}", "gap"
        else:
            said = part_of([Segment(visible(row.text))], self._offset)  # its end is read like that of a long line
            text, tone = f"{'':>{NUMBERS}}{''.join(part.text for part in said)}", row.tone
        style = self._colours.style(f"review--{tone}", *look.over)
        room = max(0, self._width - 3)  # the map and the scroll bar stand over the last cells
        if cell_len(text) > room > 1:
            text = set_cell_size(text, room - 1) + "…"
        return [self._bar(look, look.over), Segment(set_cell_size(text, room) + "  ", style)]

    def framed(self, body: Segments, row: Row, look: Look, state: State) -> Segments:
        """A body between the bar at its left and the margin with the row's state at its right."""
        base = {"-": ("review--removed",), "+": ("review--added",)}.get(row.sign, ())
        mark, name = state
        margin = set_cell_size(f" {mark} {look.label}", MARGIN)
        style = self._colours.style(*base, f"review--{name}", *look.over)
        return [self._bar(look, (*base, *look.over)), *body, Segment(margin, style)]

    def _warned(self, body: Segments, look: Look) -> Segments:
        """The row with what was broken at its right end: the code gives way, sideways it can be read still."""
        if not look.warning:
            return body
        room = self._width - MARGIN - 1
        text = f" ⚑ {visible(look.warning)} "
        text = text if cell_len(text) <= room // 2 else set_cell_size(text, max(0, room // 2 - 1)) + "…"
        rest = fitted(body, room - cell_len(text), self._colours.style(*look.over))
        return [*rest, Segment(text, self._colours.style("review--broken", *look.over))]

    def _bar(self, look: Look, classes: tuple[str, ...]) -> Segment:
        name = "review--bar" if look.is_current else "review--number"
        return Segment("▌" if look.is_current else " ", self._colours.style(*classes, name))

    def _pair(self, rows: Rows, row: Row, look: Look, spans: Spans) -> Segments:
        half, rest = halves(self._width)
        left = self._side(rows, row, look, spans, half, side="-" if row.old else "")
        right = self._side(rows, row, look, spans, rest, side="+" if row.new else "")
        return [*left, Segment("│", self._colours.style("review--gap", *look.over)), *right]

    def _side(self, rows: Rows, row: Row, look: Look, spans: Spans, width: int, side: str | None = None) -> Segments:
        """One line in so many cells; `side` names the side of a pair (empty: there is no line), None a unified row."""
        old = row.sign == "-" if side is None else side == "-"
        sign = row.sign if side is None else side if (row.changed if old else row.changed_right) >= 0 else " "
        if side == "":
            return [Segment(" " * width, self._colours.style("review--void", *look.over))]
        base = {"-": ("review--removed",), "+": ("review--added",)}.get(sign, ())
        numbers = f"{row.old or '':>5} {row.new or '':>5} " if side is None else f"{row.old if old else row.new:>5} "
        if row.part:
            numbers = " " * (len(numbers) - 2) + "↪ "
        head = [
            Segment(numbers, self._colours.style(*base, "review--number", *look.over)),
            Segment(" " if row.part else sign, self._colours.style(*base, *look.over)),
        ]
        changed = row.changed_right if side == "+" else row.changed
        is_withheld = row.unit >= 0 and rows.review.withheld_reason(rows.review.units[row.unit]) is not None
        dim = (*(("review--withheld",) if is_withheld else ()), *(("review--context",) if not base else ()))
        if base and row.tone:  # moved, or white space alone: drawn back
            base, dim = (), ("review--moved",)
        word = {"-": "review--removed-word", "+": "review--added-word"}.get(sign, "")

        styles: dict[tuple[str, Mark], Style] = {}  # few kinds, many pieces

        def style(kind: str, mark: Mark) -> Style:
            known = styles.get((kind, mark))
            if known is None:
                own = (f"code--{kind}",) if kind and not dim else dim
                if mark == "found":
                    names = (*base, *look.over, "review--found")
                else:
                    names = (*base, *own, *((word,) if mark and word else ()), *look.over)
                known = styles[kind, mark] = self._colours.style(*names)
            return known

        raw = rows.raw_text(row, old=old)
        pieces = list(
            line_segments(
                raw,
                spans[0] if old else spans[1],
                rows.words(row, changed) if sign != " " and row.tone != "quiet" else (),
                searched=look.searched if sign != " " else None,  # only what changed is searched
                shows_blanks=rows.view.white_space is WhiteSpace.SHOWN,
            )
        )
        body = [Segment(text, style(kind, mark)) for text, kind, mark in pieces]
        if rows.lacks_end(row, old=old):
            body.append(Segment(_NO_END, self._colours.style(*base, "review--number", *look.over)))
        fill = self._colours.style(*base, *look.over)
        sign_style = self._colours.style(*base, "review--number", *look.over)
        room = max(0, width - cell_len(numbers) - 1)
        if rows.view.wrap:
            parts = parts_of(raw, max(room, LEAST_ROOM))
            first, last = parts[row.part] if row.part < len(parts) else (0, 0)
            body = part_of(body, first, first + room if row.part == len(parts) - 1 else last)
        elif self._offset:
            body = part_of(body, self._offset)
        elif left_out := cells_left_out(pieces, room):
            body = [Segment("…", sign_style), *part_of(body, left_out + 1)]
        return [*head, *shortened(body, room, fill, sign_style)]

    def state(self, review: Review, row: Row) -> State:
        """The mark at a row's margin, and the name of its style."""
        if row.unit < 0 or (row.kind is not RowKind.ITEM and row.changed < 0 and row.changed_right < 0):
            return " ", "pending"
        if row.part:
            return " ", "pending"
        unit = review.units[row.unit]
        if review.withheld_reason(unit) is not None:
            return "-", "withheld"
        file = review.files[row.file]
        decision = review.state(unit)
        if row.kind is not RowKind.ITEM:
            states = {file.states[at] for at in (row.changed, row.changed_right) if at >= 0}
            decision = Decision(states.pop()) if len(states) == 1 else None
        mark, name = MARKS[decision], STATE_CLASSES[decision]
        is_edited = unit.hunk is not None and unit.hunk in file.edited and decision is Decision.ACCEPTED
        return ("✎" if is_edited else mark), name


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
