"""Where the sections of a file's rows begin, counted without making the rows.

Invariant: a section begins at each place with the very row that it is counted for; they follow from the texts, what is said of them
and the view alone, so they are kept with the layout.
"""

from bisect import bisect_left
from dataclasses import dataclass, field

from copilot_tui.diff.compute import Block
from copilot_tui.review.review import Review
from copilot_tui.tui.review.file_view import FileView
from copilot_tui.tui.review.heights import continuing, kept, notes_before, shown_of
from copilot_tui.tui.review.notes import has_notes
from copilot_tui.tui.review.one_file import BEGINNING, FileRows, Place
from copilot_tui.tui.review.spans import Span

SIZE = 200  # lines after which a section ends


@dataclass(slots=True)
class SectionPlaces:
    """The place of each section, the row of the file that it begins with, and the rows of the file."""

    places: list[Place] = field(default_factory=list)
    firsts: list[int] = field(default_factory=list)
    count: int = 0


def places_of(review: Review, number: int, view: FileView, rows: FileRows, size: int = SIZE) -> SectionPlaces:
    """The places in a view, `rows` being what makes its rows; counted once for as long as all that they follow from is the same."""
    of = (review.files[number].change, review.layout.of_file[number], review.proposal, review.comments, view.facts)
    key = (view.explains, view.is_folded, view.wrap, view.white_space, shown_of(view), size)
    return kept(review, (number, "sections"), of, key, lambda: _Counting(review, number, view, rows, size).found)


class _Counting:
    """Counts the rows of one file."""

    def __init__(self, review: Review, number: int, view: FileView, rows: FileRows, size: int) -> None:
        self.found = SectionPlaces()
        self._rows = rows
        self._size = size
        self._continuing = continuing(review, number, view)
        notes = notes_before(review, number, view) if has_notes(review, number, view.facts) else []
        of_items = len(rows.items)
        self._notes_of_lines = notes[of_items:]  # the units of lines follow the items
        self._begin(BEGINNING)
        self.found.count = 1
        if not view.is_folded:
            self.found.count += of_items + (notes[of_items] if notes else 0)
            self._count_hunks()

    def _count_hunks(self) -> None:
        changed = 0
        for at, span in enumerate(self._rows.spans):
            if self._is_full:
                self._begin(Place(at, 0, 0, changed))
            after = changed + sum(block.rows for block in span.blocks)
            if span.folded:
                self.found.count += len(self._rows.between(changed, after)) + self._notes(changed, after)
            else:
                self.found.count += bool(span.hidden) + self._notes(changed, changed + 1)
                self._count_blocks(at, span, changed)
                self._count_end(at, span, after)
            changed = after

    def _count_blocks(self, at: int, span: Span, changed: int) -> None:
        begun, old = changed + 1, span.first  # what is said of the first unit is counted already
        for number, block in enumerate(span.blocks):
            around = block.old_first - old
            removed, added = block.old_last - block.old_first, block.new_last - block.new_first
            are_paired = self._rows.is_paired(block, changed)
            total = around + (max(removed, added) if are_paired else removed + added)
            for offset in range(0, total, self._size):
                if offset or (number and self._is_full):
                    self._begin(Place(at, number, offset, changed))
                after = min(offset + self._size, total)
                self._count_context(old + min(offset, around), old + min(after, around))
                first, last = max(0, offset - around), max(0, after - around)
                if last > first:
                    self._count_steps(block, first, last, are_paired=are_paired)
                    # All that is shown in pairs belongs to one unit.
                    end = changed + (last if not are_paired else not first)
                    self.found.count += self._notes(max(begun, changed + first), end)
            changed, old = changed + block.rows, block.old_last

    def _count_end(self, at: int, span: Span, changed: int) -> None:
        """The lines behind the last block of a hunk."""
        old = span.blocks[-1].old_last
        for first in range(old, span.last, self._size):
            if first > old or self._is_full:
                self._begin(Place(at, len(span.blocks), first - old, changed))
            self._count_context(first, min(first + self._size, span.last))

    def _count_context(self, first: int, last: int) -> None:
        self.found.count += last - first
        if self._continuing is not None:
            self.found.count += self._continuing.of_context(first, last)

    def _count_steps(self, block: Block, first: int, last: int, *, are_paired: bool) -> None:
        """Some steps of a block."""
        self.found.count += last - first
        if self._continuing is None:
            return
        old_first, old_last, new_first, new_last = block
        shift = 0 if are_paired else old_last - old_first  # the new lines follow the old ones
        part = Block(
            min(old_first + first, old_last),
            min(old_first + last, old_last),
            min(max(new_first + first - shift, new_first), new_last),
            min(max(new_first + last - shift, new_first), new_last),
        )
        self.found.count += self._continuing.of_block(part, are_paired=are_paired)

    @property
    def _is_full(self) -> bool:
        return self.found.count - self.found.firsts[-1] >= self._size

    def _begin(self, place: Place) -> None:
        self.found.places.append(place)
        self.found.firsts.append(self.found.count)

    def _notes(self, changed: int, after: int) -> int:
        """The rows that are said of the units that begin at these changed lines, the last one not included."""
        if not self._notes_of_lines or after <= changed:
            return 0
        cuts = self._rows.cuts
        return self._notes_of_lines[bisect_left(cuts, after)] - self._notes_of_lines[bisect_left(cuts, changed)]
