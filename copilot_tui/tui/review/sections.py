"""The rows of one file in sections, each made when it is first looked at: a key in a file of 100,000 rows makes a screenful of them.

Invariant: the sections put together are the rows that `rows_of` makes, and as many as `height_of` says.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, islice

from copilot_tui.diff.compute import Block
from copilot_tui.review.review import ItemKind, Review
from copilot_tui.tui.review.file_view import FileView
from copilot_tui.tui.review.one_file import BEGINNING, FileRows, Place, Row, RowKind
from copilot_tui.tui.review.section_places import SIZE, places_of


class Sections:
    """The rows of a file in a view; `size` is how many lines make a section."""

    def __init__(self, review: Review, number: int, view: FileView, size: int = SIZE) -> None:
        self._review = review
        self._number = number
        self._view = view
        self._rows = FileRows(review, number, view)
        found = places_of(review, number, view, self._rows, size)
        self._places, self._firsts, self._count = found.places, found.firsts, found.count
        lines = (sum(block.rows for block in span.blocks) for span in self._rows.spans)
        self._changed = list(accumulate(lines, initial=0))  # before each hunk
        self._made: dict[int, list[Row]] = {}
        self._ends: dict[int, tuple[int, int]] = {}

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Row:
        """The row of the file at an index."""
        at = bisect_right(self._firsts, index) - 1
        return self._section(at)[index - self._firsts[at]]

    def ends_of(self, unit: int) -> tuple[int, int]:
        """The first and last row of the file that decide a unit of the review; its header where no row does."""
        known = self._ends.get(unit)
        if known is None:
            known = self._ends[unit] = self._find_ends(unit)
        return known

    def place_of(self, row: Row) -> int:
        """Where a row of another view stands: at its changed line, its unit, or the header."""
        wanted = max(row.changed, row.changed_right)
        if 0 <= wanted < self._changed[-1]:
            found = self._rows_with(wanted)
            if found is not None:
                return found[0]
        is_own = 0 <= row.unit < len(self._review.units) and self._review.units[row.unit].file == self._number
        return self.ends_of(row.unit)[0] if is_own else 0

    def _find_ends(self, index: int) -> tuple[int, int]:
        unit = self._review.units[index]
        if self._view.is_folded:
            return 0, 0
        span = bisect_right(self._changed, unit.first) - 1
        if unit.kind is not ItemKind.LINES or self._rows.spans[span].folded:
            place = BEGINNING if unit.kind is not ItemKind.LINES else Place(span, 0, 0, self._changed[span])
            at = next(at for at, row in self._from(place) if row.kind is RowKind.ITEM and row.unit == index)
            return at, at
        first, last = self._rows_with(unit.first), self._rows_with(self._lowest(unit.last - 1))
        return (first or (0, 0))[0], (last or (0, 0))[1]

    def _lowest(self, changed: int) -> int:
        """The changed line of the lowest row of a unit that ends with this one."""
        _, block, first = self._block_at(changed)
        removed, added = block.old_last - block.old_first, block.new_last - block.new_first
        return first + removed - 1 if removed > added and self._rows.is_paired(block, first) else changed

    def _rows_with(self, changed: int) -> tuple[int, int] | None:
        """The first and last row on which a changed line stands; None where it is not shown."""
        if self._view.is_folded:
            return None
        place, block, first = self._block_at(changed)
        span = self._rows.spans[place.span]
        if span.folded:
            return None
        step, removed = changed - first, block.old_last - block.old_first
        if step >= removed and self._rows.is_paired(block, first):
            step -= removed
        target = place._replace(offset=place.offset + step)
        found: list[int] = []
        for at, row in self._from(target):
            if changed in {row.changed, row.changed_right}:
                found = [*found[:1], at]
            elif found:
                break
        return found[0], found[-1]

    def _block_at(self, changed: int) -> tuple[Place, Block, int]:
        """Where the first step of the block of a changed line stands, the block, and its first changed line."""
        at = bisect_right(self._changed, changed) - 1
        span, first = self._rows.spans[at], self._changed[at]
        old = span.first
        for number, block in enumerate(span.blocks):
            if changed < first + block.rows:
                return Place(at, number, block.old_first - old, first), block, first
            first, old = first + block.rows, block.old_last
        raise IndexError(changed)

    def _from(self, place: Place) -> Iterator[tuple[int, Row]]:
        """The rows with their numbers, from the section on that a place is in."""
        for section in range(bisect_right(self._places, place) - 1, len(self._places)):
            yield from enumerate(self._section(section), self._firsts[section])

    def _section(self, at: int) -> list[Row]:
        rows = self._made.get(at)
        if rows is None:
            after = self._firsts[at + 1] if at + 1 < len(self._firsts) else self._count
            rows = self._made[at] = list(islice(self._rows.rows(self._places[at]), after - self._firsts[at]))
        return rows
