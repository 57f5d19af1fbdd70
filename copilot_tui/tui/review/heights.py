"""How many rows a file of a review has, without making them: ten thousand hunks are counted within one key.

What follows from the texts alone is counted once and kept with the layout. Invariant: the height is exactly the number of rows that
`rows_of` makes.
"""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TypeVar, cast

from copilot_tui.diff.compute import Block
from copilot_tui.review.facts import is_blank_only
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import Review
from copilot_tui.tui.review.continued import Continued
from copilot_tui.tui.review.file_view import FileView, WhiteSpace, cuts_of, is_paired
from copilot_tui.tui.review.notes import has_notes, notes_of
from copilot_tui.tui.review.rooms import code_room, half_room, halves
from copilot_tui.tui.review.spans import Span, spans_of

_Value = TypeVar("_Value")
_Shape = tuple[
    int, int, int, int
]  # a hunk's first and last old line, and its rows beyond those, below each other and in pairs


def height_of(review: Review, number: int, view: FileView) -> int:
    """How many rows the file has."""
    if view.is_folded:
        return 1
    units = review.layout.of_file[number]
    items = sum(unit.hunk is None for unit in units)
    height = 1 + items
    if has_notes(review, number, view.facts):
        height += notes_before(review, number, view)[-1]
    of = _counted_of(review, number, view)
    height += kept(review, (number, "rows"), of, shown_of(view), lambda: _hunk_rows(review, number, view))
    if view.wrap:
        height += kept(
            review, (number, "continued"), of, _continued_key(view), lambda: _continued_rows(review, number, view)
        )
    return height


def is_counted(review: Review, number: int, view: FileView) -> bool:
    """Whether the rows that long lines of the file go on in are known, so that `height_of` is soon done."""
    if view.is_folded or not view.wrap:
        return True
    known = _known(review, (number, "continued"), _counted_of(review, number, view))
    return known is not None and _continued_key(view) in known


def _counted_of(review: Review, number: int, view: FileView) -> tuple[object, ...]:
    """What the rows of the lines depend on beside the view: of all facts only which hunks are shown in short."""
    return review.files[number].change, review.layout.of_file[number], view.facts.quiet


def _continued_key(view: FileView) -> Hashable:
    return view.wrap, view.white_space, shown_of(view)


def shown_of(view: FileView) -> Hashable:
    """What of a view says which lines of a file are shown."""
    return view.context, view.side_by_side, view.folds_quiet, view.white_space is WhiteSpace.IGNORED


def warm(review: Review, width: int, pause: Callable[[], object]) -> None:
    """Count what views need of the texts, so that no key has to: for a thread of its own, which pauses between texts."""
    rooms = (code_room(width), *map(half_room, halves(width)))
    for number, file in enumerate(review.files):
        pause()
        _shapes(review, number)
        _blank_hunks(review, number)
        for lines in _continued(review, number, keeps_return=False) if not file.change.is_binary else ():
            for room in rooms:
                if lines.most > room:
                    pause()
                    lines.between(0, 0, room)


def kept(
    review: Review, place: tuple[int, str], of: tuple[object, ...], key: Hashable, count: Callable[[], _Value]
) -> _Value:
    """What was counted at a place by its key, as long as what it was counted of is the very same."""
    values = _known(review, place, of)
    if values is None:
        values = {}
        review.layout.memory[place[1], place[0]] = (of, values)
    if key not in values:
        values[key] = count()
    return cast("_Value", values[key])


def _known(review: Review, place: tuple[int, str], of: tuple[object, ...]) -> dict[Hashable, object] | None:
    known = review.layout.memory.get((place[1], place[0]))
    if known is None or not all(
        one is other for one, other in zip(cast("tuple[object, ...]", known[0]), of, strict=True)
    ):
        return None
    return cast("dict[Hashable, object]", known[1])


def notes_before(review: Review, number: int, view: FileView) -> list[int]:
    """The rows that are said of the units before each unit of a file, and at last of all."""
    units = review.layout.of_file[number]

    def count() -> list[int]:
        notes = (notes_of(review, unit, view.facts, explains=view.explains) for unit in units)
        return list(accumulate(map(len, notes), initial=0))

    said = (units, review.proposal, review.comments, view.facts)
    return kept(review, (number, "notes"), said, view.explains, count)


def shown_spans(review: Review, number: int, view: FileView) -> Iterator[Span]:
    """The hunks of a file as far as they are shown in a view."""
    change = review.files[number].change
    folded = _folded(review, number, view)
    blank = _blank_hunks(review, number) if view.white_space is WhiteSpace.IGNORED else frozenset()

    def reason_of(hunk: int) -> str:
        if hunk not in folded:
            return ""
        quiet = view.facts.quiet.get(HunkKey(change.path, hunk), "") if view.folds_quiet else ""
        return quiet or ("white space only" if hunk in blank else "")

    return spans_of(change, view.context, reason_of)


def _folded(review: Review, number: int, view: FileView) -> frozenset[int]:
    """The hunks of the file that are shown in short."""
    folded = view.facts.quiet_hunks.get(review.files[number].path, frozenset()) if view.folds_quiet else frozenset()
    return folded | _blank_hunks(review, number) if view.white_space is WhiteSpace.IGNORED else folded


def _blank_hunks(review: Review, number: int) -> frozenset[int]:
    change = review.files[number].change

    def found() -> frozenset[int]:
        hunks = enumerate(change.hunk_blocks)
        return frozenset(index for index, own in hunks if all(is_blank_only(change, block) for block in own))

    return kept(review, (number, "blanks"), (change,), None, found)


def _shapes(review: Review, number: int) -> list[_Shape]:
    change = review.files[number].change
    return kept(review, (number, "shapes"), (change,), None, lambda: [_shape(own) for own in change.hunk_blocks])


def _shape(blocks: list[Block]) -> _Shape:
    removed = rows = pairs = 0
    for old_first, old_last, new_first, new_last in blocks:
        out, put = old_last - old_first, new_last - new_first
        removed, rows, pairs = removed + out, rows + out + put, pairs + max(out, put)
    return blocks[0].old_first, blocks[-1].old_last, rows - removed, pairs - removed


def _hunk_rows(review: Review, number: int, view: FileView) -> int:
    """The rows of the hunks: their lines with the lines around them, and a row for each gap between; one for a hunk in short."""
    units, shapes = review.layout.of_file[number], _shapes(review, number)
    if sum(unit.hunk is not None for unit in units) > len(shapes):
        return _counted_rows(review, number, view)
    if not shapes:
        return 0
    folded, side = _folded(review, number, view), 3 if view.side_by_side else 2
    starts = [shape[0] for shape in shapes[1:]] + [len(review.files[number].change.old_lines)]
    height = end = 0
    for hunk, (shape, following) in enumerate(zip(shapes, starts, strict=True)):
        if hunk in folded:
            height, end = height + 1, shape[1]
            continue
        first, last = max(end, shape[0] - view.context), min(following, shape[1] + view.context)
        height += last - first + shape[side] + (hunk > 0 and first > end)
        end = last
    return height


def _counted_rows(review: Review, number: int, view: FileView) -> int:
    """The rows of the hunks, some of them in short or split, one by one."""
    cuts = cuts_of(review.layout.of_file[number])
    height = changed = 0
    for span in shown_spans(review, number, view):
        if span.folded:
            after = changed + sum(block.rows for block in span.blocks)
            height += bisect_left(cuts, after) - bisect_left(cuts, changed)
        else:
            height += bool(span.hidden) + span.last - span.first
        for block in span.blocks:
            if not span.folded:
                removed, added = block.old_last - block.old_first, block.new_last - block.new_first
                height += max(removed, added) if is_paired(view, cuts, changed, block) else block.rows
                height -= removed
            changed += block.rows
    return height


def _continued_rows(review: Review, number: int, view: FileView) -> int:
    """The rows that lines go on in which are longer than their room."""
    more = continuing(review, number, view)
    if more is None:
        return 0
    cuts = cuts_of(review.layout.of_file[number])
    count = changed = 0
    for span in shown_spans(review, number, view):
        if not span.folded:
            count += more.of_context(span.first, span.last)
        for block in span.blocks:
            if not span.folded:
                count -= more.of_context(block.old_first, block.old_last)
                count += more.of_block(block, are_paired=is_paired(view, cuts, changed, block))
            changed += block.rows
    return count


@dataclass(frozen=True, slots=True)
class Continuing:
    """The rows that long lines of a file take beyond their first ones, where some do; rooms are in cells."""

    _old: Continued
    _new: Continued
    _room: int
    _halves: tuple[int, int]
    _narrow: int  # the room of a line that did not change

    def of_context(self, first: int, last: int) -> int:
        """The rows beyond the first ones of unchanged lines, by their places in the old text."""
        return self._old.between(first, last, self._narrow)

    def of_block(self, block: Block, *, are_paired: bool) -> int:
        """Those of a block, or of a part of one."""
        if are_paired:
            left, right = self._halves
            return _pair_rows(self._old.rows(left), self._new.rows(right), block)
        old = self._old.between(block.old_first, block.old_last, self._room)
        return old + self._new.between(block.new_first, block.new_last, self._room)


def continuing(review: Review, number: int, view: FileView) -> Continuing | None:
    """How the long lines of a file go on in a view; None where none does."""
    if not view.wrap:
        return None
    old, new = _continued(review, number, keeps_return=view.white_space is WhiteSpace.SHOWN)
    room = code_room(view.wrap)
    left, right = map(half_room, halves(view.wrap))
    narrow = min(left, right) if view.side_by_side else room
    return None if max(old.most, new.most) <= narrow else Continuing(old, new, room, (left, right), narrow)


def _continued(review: Review, number: int, *, keeps_return: bool) -> tuple[Continued, Continued]:
    """The lines of both sides as they go on in narrow rooms."""
    change = review.files[number].change

    def found() -> tuple[Continued, Continued]:
        return Continued(change.old_lines, keeps_return), Continued(change.new_lines, keeps_return)

    return kept(review, (number, "cells"), (change,), keeps_return, found)


def _pair_rows(old: list[int], new: list[int], block: tuple[int, int, int, int]) -> int:
    """The rows that lines side by side go on in: those of the longer one of each pair."""
    old_first, old_last, new_first, new_last = block
    left, right = old[old_first:old_last], new[new_first:new_last]
    both = min(len(left), len(right))
    return sum(map(max, left, right)) + sum(left[both:]) + sum(right[both:])
