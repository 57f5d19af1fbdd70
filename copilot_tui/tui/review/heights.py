"""How many rows a file of a review has, without making them: ten thousand hunks are counted within one key.

What follows from the texts alone is counted once and kept with the layout. Invariant: the height is exactly the number of rows that
`rows_of` makes.
"""

from collections.abc import Callable, Hashable, Iterator
from itertools import pairwise
from typing import TypeVar, cast

from copilot_tui.review.facts import is_blank_only
from copilot_tui.review.review import Review
from copilot_tui.tui.review.continued import Continued
from copilot_tui.tui.review.file_view import FileView, WhiteSpace, cuts_of, is_paired, spans_in
from copilot_tui.tui.review.notes import has_notes, notes_of
from copilot_tui.tui.review.rooms import code_room, half_room, halves

_Value = TypeVar("_Value")


def height_of(review: Review, number: int, view: FileView) -> int:
    """How many rows the file has."""
    if view.is_folded:
        return 1
    change, units = review.files[number].change, review.layout.of_file[number]
    items = sum(unit.hunk is None for unit in units)
    height = 1 + items
    if has_notes(review, number, view.facts):
        said = (units, review.proposal, review.comments, view.facts)
        height += _kept(review, (number, "notes"), said, view.explains, lambda: _note_rows(review, number, view))
    is_split = len(units) - items > len(change.hunk_blocks)
    if _folds(review, number, view) or (view.side_by_side and is_split):
        height += _counted_rows(review, number, view)
    else:
        shown = (view.context, view.side_by_side)
        height += _kept(review, (number, "rows"), (change,), shown, lambda: _plain_rows(review, number, view))
    return height + (_continued_rows(review, number, view) if view.wrap else 0)


def _kept(
    review: Review, place: tuple[int, str], of: tuple[object, ...], key: Hashable, count: Callable[[], _Value]
) -> _Value:
    """What was counted at a place by its key, as long as what it was counted of is the very same."""
    memory = review.layout.memory
    known = memory.get((place[1], place[0]))
    if known is None or not all(
        one is other for one, other in zip(cast("tuple[object, ...]", known[0]), of, strict=True)
    ):
        known = memory[place[1], place[0]] = (of, {})
    values = cast("dict[Hashable, _Value]", known[1])
    if key not in values:
        values[key] = count()
    return values[key]


def _note_rows(review: Review, number: int, view: FileView) -> int:
    units = review.layout.of_file[number]
    return sum(len(notes_of(review, unit, view.facts, explains=view.explains)) for unit in units)


def _folds(review: Review, number: int, view: FileView) -> bool:
    """Whether any hunk of the file may be shown in short."""
    change = review.files[number].change
    if view.folds_quiet and change.path in view.facts.quiet_paths:
        return True
    if view.white_space is not WhiteSpace.IGNORED:
        return False
    return _kept(review, (number, "blanks"), (change,), None, lambda: any(_blank_hunks(review, number)))


def _blank_hunks(review: Review, number: int) -> Iterator[bool]:
    change = review.files[number].change
    return (all(is_blank_only(change, block) for block in blocks) for blocks in change.hunk_blocks)


def _plain_rows(review: Review, number: int, view: FileView) -> int:
    """The rows of all hunks in full: their changed lines, the lines around them, and a row for each gap between."""
    change = review.files[number].change
    hunks = change.hunk_blocks
    if not hunks:
        return 0
    blocks = change.blocks
    removed = sum(old_last - old_first for old_first, old_last, _, _ in blocks)
    if view.side_by_side:
        rows = sum(
            max(old_last - old_first, new_last - new_first) for old_first, old_last, new_first, new_last in blocks
        )
    else:
        rows = removed + sum(new_last - new_first for _, _, new_first, new_last in blocks)
    inside = sum(own[-1].old_last - own[0].old_first for own in hunks) - removed
    gaps = [after[0].old_first - before[-1].old_last for before, after in pairwise(hunks)]
    most = 2 * view.context
    around = sum([gap if gap <= most else most + 1 for gap in gaps])
    lead, rest = hunks[0][0].old_first, len(change.old_lines) - hunks[-1][-1].old_last
    return rows + inside + around + min(lead, view.context) + min(rest, view.context)


def _counted_rows(review: Review, number: int, view: FileView) -> int:
    """The rows of the hunks, some of them in short or split, one by one."""
    units = review.layout.of_file[number]
    cuts = cuts_of(units)
    height = changed = 0
    for span in spans_in(review.files[number].change, view):
        height += bool(span.hidden) + span.last - span.first
        for block in span.blocks:
            removed, added = block.old_last - block.old_first, block.new_last - block.new_first
            if not span.folded:
                height += max(removed, added) if is_paired(view, cuts, changed, block) else block.rows
            height -= removed
            changed += block.rows
        if span.folded:
            height += sum(unit.hunk == span.hunk for unit in units)
    return height


def _continued_rows(review: Review, number: int, view: FileView) -> int:
    """The rows that lines go on in which are longer than their room."""
    change = review.files[number].change
    keeps_return = view.white_space is WhiteSpace.SHOWN
    old = _kept(review, (number, "old"), (change,), keeps_return, lambda: Continued(change.old_lines, keeps_return))
    new = _kept(review, (number, "new"), (change,), keeps_return, lambda: Continued(change.new_lines, keeps_return))
    room = code_room(view.wrap)
    left, right = map(half_room, halves(view.wrap))
    narrow = min(left, right) if view.side_by_side else room
    if max(old.most, new.most) <= narrow:
        return 0
    cuts = cuts_of(review.layout.of_file[number])
    count = changed = 0
    for span in spans_in(change, view):
        if not span.folded:
            count += old.between(span.first, span.last, narrow)
        for block in span.blocks:
            if not span.folded:
                count -= old.between(block.old_first, block.old_last, narrow)
                if is_paired(view, cuts, changed, block):
                    count += _pair_rows(old.rows(left), new.rows(right), block)
                else:
                    count += old.between(block.old_first, block.old_last, room)
                    count += new.between(block.new_first, block.new_last, room)
            changed += block.rows
    return count


def _pair_rows(old: list[int], new: list[int], block: tuple[int, int, int, int]) -> int:
    """The rows that lines side by side go on in: those of the longer one of each pair."""
    old_first, old_last, new_first, new_last = block
    left, right = old[old_first:old_last], new[new_first:new_last]
    both = min(len(left), len(right))
    return sum(map(max, left, right)) + sum(left[both:]) + sum(right[both:])
