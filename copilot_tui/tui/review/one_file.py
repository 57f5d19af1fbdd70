"""The rows of one file of a review, made from the blocks of its diff.

Invariant: a file has as many rows as `height_of` says, whatever the view.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.compute import Block
from copilot_tui.review.facts import is_blank_only
from copilot_tui.review.review import ItemKind, Review, Unit
from copilot_tui.tui.review.code_text import without_end
from copilot_tui.tui.review.file_view import FileView, WhiteSpace, cuts_of, is_paired, spans_in
from copilot_tui.tui.review.notes import notes_of
from copilot_tui.tui.review.rooms import code_room, half_room, halves, parts_of
from copilot_tui.tui.review.spans import Span


class RowKind(IntEnum):
    """What a row is."""

    FILE = 0
    NOTE = 1
    LINE = 2
    GAP = 3
    ITEM = 4
    PAIR = 5


@dataclass(slots=True)
class Row:
    """One row: `unit` is an index into `Review.units` (-1 for none), `changed` the index of a changed line in its file (-1 for context).

    `old` and `new` are 1-based line numbers (0 for none); `text` is what a note says, `tone` how the row is drawn. A PAIR shows both
    sides: `changed` is then its removed line and `changed_right` its added one. `part` counts the rows of a line that is continued.
    """

    kind: RowKind
    file: int
    unit: int = -1
    old: int = 0
    new: int = 0
    sign: str = " "
    changed: int = -1
    changed_right: int = -1
    text: str = ""
    tone: str = ""
    part: int = 0


def rows_of(review: Review, number: int, view: FileView) -> list[Row]:
    """The rows of the file."""
    return list(_OneFile(review, number, view).rows())


class _OneFile:
    """Makes the rows of one file, and keeps which unit comes next."""

    def __init__(self, review: Review, number: int, view: FileView) -> None:
        self._review = review
        self._number = number
        self._view = view
        self._change = review.files[number].change
        self._units = review.layout.of_file[number]
        self._cuts = cuts_of(self._units)
        self._at_line = {unit.first: unit for unit in self._units if unit.kind is ItemKind.LINES}
        self._has_moves = self._change.path in view.facts.moved_paths
        self._current = -1

    def rows(self) -> Iterator[Row]:
        """All rows, the header first."""
        yield Row(RowKind.FILE, self._number)
        if self._view.is_folded:
            return
        for unit in self._units:
            if unit.kind is not ItemKind.LINES:
                yield from self._notes(unit)
                index = self._review.layout.index[unit]
                yield Row(RowKind.ITEM, self._number, index, text=_item_text(self._change, unit))
        changed = 0
        for span in spans_in(self._change, self._view):
            if span.hidden:
                text = f"{span.hidden} line{'s' if span.hidden != 1 else ''}"
                yield Row(RowKind.GAP, self._number, old=span.blocks[0].old_first + 1, text=text)
            if span.folded:
                yield from self._in_short(span)
                changed += sum(block.rows for block in span.blocks)
                continue
            for row in self._hunk(span, changed):
                yield from self._continued(row)
            changed += sum(block.rows for block in span.blocks)

    def _hunk(self, span: Span, changed: int) -> Iterator[Row]:
        """The rows of a hunk with its context."""
        blocks = span.blocks
        yield from self._enter(changed)
        shift = blocks[0].new_first - blocks[0].old_first
        at = span.first
        for block in blocks:
            yield from (self._context(old, old + shift) for old in range(at, block.old_first))
            has_pairs = is_paired(self._view, self._cuts, changed, block)
            rows = self._both_sides(block, changed) if has_pairs else self._block(block, changed)
            is_quiet = self._view.white_space is WhiteSpace.IGNORED and is_blank_only(self._change, block)
            for row in rows:
                if row.kind is not RowKind.NOTE:
                    row.tone = "quiet" if is_quiet else self._tone(row)
                yield row
            changed += block.rows
            at, shift = block.old_last, block.new_last - block.old_last
        yield from (self._context(old, old + shift) for old in range(at, span.last))

    def _in_short(self, span: Span) -> Iterator[Row]:
        """A row for each unit of a hunk that is not shown in full."""
        for unit in self._units:
            if unit.kind is ItemKind.LINES and unit.hunk == span.hunk:
                yield from self._enter(unit.first)
                lines = unit.last - unit.first
                text = f"{span.folded}: {lines} line{'s' if lines != 1 else ''} folded"
                yield Row(RowKind.ITEM, self._number, self._review.layout.index[unit], text=text)

    def _tone(self, row: Row) -> str:
        facts, path = self._view.facts, self._change.path
        if not self._has_moves:
            return ""
        lines = [(path, at) for at in (row.changed, row.changed_right) if at >= 0]
        is_moved = any(line in facts.ends for line in lines)
        return "moved" if is_moved and not any(line in facts.altered for line in lines) else ""

    def _continued(self, row: Row) -> Iterator[Row]:
        """The row, and where its line is longer than its room, the rows that it goes on in."""
        yield row
        if not self._view.wrap or row.kind not in {RowKind.LINE, RowKind.PAIR}:
            return
        rooms = (
            [half_room(half) for half in halves(self._view.wrap)]
            if row.kind is RowKind.PAIR
            else [code_room(self._view.wrap)] * 2
        )
        sides = [(self._change.old_lines, row.old, rooms[0]), (self._change.new_lines, row.new, rooms[1])]
        shows = self._view.white_space is WhiteSpace.SHOWN
        count = max(
            len(parts_of(without_end(lines[number - 1], keeps_return=shows), room))
            for lines, number, room in sides
            if number
        )
        yield from (replace(row, part=part) for part in range(1, count))

    def _enter(self, changed: int) -> Iterator[Row]:
        """Go on to the unit that begins at a changed line, if one does."""
        unit = self._at_line.get(changed)
        if unit is not None:
            index = self._review.layout.index[unit]
            if index != self._current:
                self._current = index
                yield from self._notes(unit)

    def _notes(self, unit: Unit) -> Iterator[Row]:
        index = self._review.layout.index[unit]
        view = self._view
        said = notes_of(self._review, unit, view.facts, explains=view.explains, raise_key=view.raise_key)
        for text, tone in said:
            yield Row(RowKind.NOTE, self._number, index, text=text, tone=tone)

    def _context(self, old: int, new: int) -> Row:
        kind = RowKind.PAIR if self._view.side_by_side else RowKind.LINE
        return Row(kind, self._number, self._current, old + 1, new + 1)

    def _block(self, block: Block, changed: int) -> Iterator[Row]:
        for old in range(block.old_first, block.old_last):
            yield from self._enter(changed)
            yield Row(RowKind.LINE, self._number, self._current, old + 1, 0, "-", changed)
            changed += 1
        for new in range(block.new_first, block.new_last):
            yield from self._enter(changed)
            yield Row(RowKind.LINE, self._number, self._current, 0, new + 1, "+", changed)
            changed += 1

    def _both_sides(self, block: Block, changed: int) -> Iterator[Row]:
        removed, added = block.old_last - block.old_first, block.new_last - block.new_first
        yield from self._enter(changed)
        for step in range(max(removed, added)):
            left = changed + step if step < removed else -1
            right = changed + removed + step if step < added else -1
            yield Row(
                RowKind.PAIR,
                self._number,
                self._current,
                block.old_first + step + 1 if left >= 0 else 0,
                block.new_first + step + 1 if right >= 0 else 0,
                "±",
                left,
                right,
            )


def _item_text(change: FileChange, unit: Unit) -> str:
    if unit.kind is ItemKind.MODE:
        return f"mode {change.old_mode:o} becomes {change.new_mode:o}"
    if change.is_binary:
        return f"binary file, {len(change.before or b'')} bytes become {len(change.after or b'')}"
    if change.kind.value == "rename":
        return f"rename from {change.source_path}"
    return f"{change.kind.value} an empty file"
