"""The rows of one file of a review, made from the blocks of its diff.

Invariant: `height_of` and `rows_of` agree: a file has as many rows as its height says, whatever the view.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.compute import CONTEXT, Block
from copilot_tui.review.review import ItemKind, Review, Unit
from copilot_tui.tui.review.notes import has_notes, notes_of


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

    `old` and `new` are 1-based line numbers (0 for none); `text` is what a note says, `tone` how a note is drawn. A PAIR shows both
    sides: `changed` is then its removed line and `changed_right` its added one.
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


@dataclass(frozen=True, slots=True)
class FileView:
    """How a file is shown."""

    explains: bool = True
    side_by_side: bool = False
    is_folded: bool = False


def height_of(review: Review, number: int, view: FileView) -> int:
    """How many rows the file has, without making them."""
    if view.is_folded:
        return 1
    units = review.layout.of_file[number]
    height = 1 + sum(unit.kind is not ItemKind.LINES for unit in units)
    if has_notes(review, number):
        height += sum(len(notes_of(review, unit, explains=view.explains)) for unit in units)
    change = review.files[number].change
    cuts = _cuts(units)
    changed = 0
    for position, blocks in enumerate(change.hunk_blocks):
        first, last = _bounds(change, blocks)
        height += bool(position) + last - first
        for block in blocks:
            removed, added = block.old_last - block.old_first, block.new_last - block.new_first
            height += (max(removed, added) if _is_paired(view, cuts, changed, block) else block.rows) - removed
            changed += block.rows
    return height


def _cuts(units: Sequence[Unit]) -> frozenset[int]:
    return frozenset(unit.first for unit in units if unit.kind is ItemKind.LINES)


def _is_paired(view: FileView, cuts: frozenset[int], changed: int, block: Block) -> bool:
    """Whether a block is shown on two sides; one that a split cuts in two is shown line by line, each with its own unit."""
    return view.side_by_side and not any(cut in cuts for cut in range(changed + 1, changed + block.rows))


def _bounds(change: FileChange, blocks: list[Block]) -> tuple[int, int]:
    """The old lines that a hunk spans with its context, the last one not included."""
    return max(0, blocks[0].old_first - CONTEXT), min(len(change.old_lines), blocks[-1].old_last + CONTEXT)


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
        self._cuts = _cuts(self._units)
        self._at_line = {unit.first: unit for unit in self._units if unit.kind is ItemKind.LINES}
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
        for position, blocks in enumerate(self._change.hunk_blocks):
            first, last = _bounds(self._change, blocks)
            if position:
                yield Row(RowKind.GAP, self._number, old=first + 1)
            yield from self._enter(changed)
            shift = blocks[0].new_first - blocks[0].old_first
            at = first
            for block in blocks:
                yield from (self._context(old, old + shift) for old in range(at, block.old_first))
                is_paired = _is_paired(self._view, self._cuts, changed, block)
                yield from self._both_sides(block, changed) if is_paired else self._block(block, changed)
                changed += block.rows
                at, shift = block.old_last, block.new_last - block.old_last
            yield from (self._context(old, old + shift) for old in range(at, last))

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
        for text, tone in notes_of(self._review, unit, explains=self._view.explains):
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
