"""The rows of one file of a review, made from the blocks of its diff, from any place on.

Invariant: a file has as many rows as `height_of` says, whatever the view, and the same ones wherever their making begins.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import NamedTuple

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.compute import Block
from copilot_tui.review.facts import is_blank_only
from copilot_tui.review.review import ItemKind, Review, Unit
from copilot_tui.tui.review.code_text import without_end
from copilot_tui.tui.review.file_view import FileView, WhiteSpace, cuts_of, is_paired
from copilot_tui.tui.review.heights import shown_spans
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


class Place(NamedTuple):
    """Where rows of a file begin: before line `offset` of the unchanged lines before a block and the steps of the block after them.

    `span` counts the hunks as they are shown (-1: the file's header), `block` the blocks of it; what follows the last one is that of the
    next number. `changed` is the first changed line of the block.
    """

    span: int
    block: int
    offset: int
    changed: int


BEGINNING = Place(-1, 0, 0, 0)


def rows_of(review: Review, number: int, view: FileView) -> list[Row]:
    """The rows of the file."""
    return list(FileRows(review, number, view).rows())


class FileRows:
    """Makes the rows of one file."""

    def __init__(self, review: Review, number: int, view: FileView) -> None:
        self._review = review
        self._number = number
        self._view = view
        self._change = review.files[number].change
        units = review.layout.of_file[number]
        self.items = [unit for unit in units if unit.kind is not ItemKind.LINES]
        self.units = [unit for unit in units if unit.kind is ItemKind.LINES]
        self.cuts = cuts_of(self.units)
        self.spans = [] if view.is_folded else list(shown_spans(review, number, view))
        self._has_moves = self._change.path in view.facts.moved_paths
        self._current = -1  # the unit that the next row belongs to

    def is_paired(self, block: Block, changed: int) -> bool:
        """Whether a block, whose first changed line is given, is shown on two sides."""
        return is_paired(self._view, self.cuts, changed, block)

    def between(self, changed: int, after: int) -> list[Unit]:
        """The units that begin at these changed lines, the last one not included."""
        return self.units[bisect_left(self.cuts, changed) : bisect_left(self.cuts, after)]

    def rows(self, start: Place = BEGINNING) -> Iterator[Row]:
        """All rows from a place on."""
        at, block, offset, changed = start
        self._current = self._unit_before(start) if block or offset else -1
        if at < 0:
            yield from self._head()
            at = 0
        for span in self.spans[at:]:
            if span.folded:
                yield from self._in_short(span, changed)
            else:
                for row in self._hunk(span, block, offset, changed):
                    yield from self._continued(row)
            changed += sum(one.rows for one in span.blocks[block:])
            block = offset = 0

    def _unit_before(self, place: Place) -> int:
        """The unit that the row before a place within a hunk belongs to."""
        span, step = self.spans[place.span], 0
        if place.block < len(span.blocks):
            step = place.offset - (span.blocks[place.block].old_first - _old_before(span, place.block))
        # The unit of the first block has begun with the lines before it.
        find = bisect_left if place.block or step > 0 else bisect_right
        at = find(self.cuts, place.changed + max(0, step)) - 1
        return self._review.layout.index[self.units[at]] if at >= 0 else -1

    def _head(self) -> Iterator[Row]:
        yield Row(RowKind.FILE, self._number)
        for unit in self.items if not self._view.is_folded else ():
            yield from self._notes(unit)
            index = self._review.layout.index[unit]
            yield Row(RowKind.ITEM, self._number, index, text=_item_text(self._change, unit))

    def _hunk(self, span: Span, first: int, offset: int, changed: int) -> Iterator[Row]:
        """The rows of a hunk with its context, from a line before block `first` or in it on; `changed` is the first one of that block."""
        blocks = span.blocks
        if not first and not offset:
            if span.hidden:
                text = f"{span.hidden} line{'s' if span.hidden != 1 else ''}"
                yield Row(RowKind.GAP, self._number, old=blocks[0].old_first + 1, text=text)
            yield from self._enter(changed)
        shift = (
            blocks[first - 1].new_last - blocks[first - 1].old_last
            if first
            else blocks[0].new_first - blocks[0].old_first
        )
        at = _old_before(span, first)
        for block in blocks[first:]:
            yield from (self._context(old, old + shift) for old in range(at + offset, block.old_first))
            step = max(0, offset - (block.old_first - at))
            rows = self._both_sides if self.is_paired(block, changed) else self._block
            is_quiet = self._view.white_space is WhiteSpace.IGNORED and is_blank_only(self._change, block)
            for row in rows(block, changed, step):
                if row.kind is not RowKind.NOTE:
                    row.tone = "quiet" if is_quiet else self._tone(row)
                yield row
            changed += block.rows
            at, shift, offset = block.old_last, block.new_last - block.old_last, 0
        yield from (self._context(old, old + shift) for old in range(at + offset, span.last))

    def _in_short(self, span: Span, changed: int) -> Iterator[Row]:
        """A row for each unit of a hunk that is not shown in full."""
        for unit in self.between(changed, changed + sum(block.rows for block in span.blocks)):
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
        at = bisect_left(self.cuts, changed)
        if at < len(self.cuts) and self.cuts[at] == changed:
            index = self._review.layout.index[self.units[at]]
            if index != self._current:
                self._current = index
                yield from self._notes(self.units[at])

    def _notes(self, unit: Unit) -> Iterator[Row]:
        index = self._review.layout.index[unit]
        view = self._view
        said = notes_of(self._review, unit, view.facts, explains=view.explains, raise_key=view.raise_key)
        for text, tone in said:
            yield Row(RowKind.NOTE, self._number, index, text=text, tone=tone)

    def _context(self, old: int, new: int) -> Row:
        kind = RowKind.PAIR if self._view.side_by_side else RowKind.LINE
        return Row(kind, self._number, self._current, old + 1, new + 1)

    def _block(self, block: Block, changed: int, first: int) -> Iterator[Row]:
        """The lines of a block from step `first` on, one below the other."""
        removed = block.old_last - block.old_first
        for step in range(first, block.rows):
            yield from self._enter(changed + step)
            old, new = (block.old_first + step + 1, 0) if step < removed else (0, block.new_first + step - removed + 1)
            yield Row(RowKind.LINE, self._number, self._current, old, new, "-" if old else "+", changed + step)

    def _both_sides(self, block: Block, changed: int, first: int) -> Iterator[Row]:
        removed, added = block.old_last - block.old_first, block.new_last - block.new_first
        yield from self._enter(changed)
        for step in range(first, max(removed, added)):
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


def _old_before(span: Span, block: int) -> int:
    """The first old line of what is shown before a block."""
    return span.blocks[block - 1].old_last if block else span.first


def _item_text(change: FileChange, unit: Unit) -> str:
    if unit.kind is ItemKind.MODE:
        return f"mode {change.old_mode:o} becomes {change.new_mode:o}"
    if change.is_binary:
        return f"binary file, {len(change.before or b'')} bytes become {len(change.after or b'')}"
    if change.kind.value == "rename":
        return f"rename from {change.source_path}"
    return f"{change.kind.value} an empty file"
