"""What one key decides: units, and how much of a change they hold.

Invariant: units name places in a review by numbers alone, so they stay equal as long as the change and the splits do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from copilot_tui.diff.change import ChangeKind, FileChange


class ItemKind(StrEnum):
    """What a unit is: a run of changed lines, a file as a whole, or its mode."""

    LINES = "lines"
    WHOLE = "whole"
    MODE = "mode"


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that one key decides: changed lines `first` to `last` (not included) of the file at `file`, or one of its items."""

    file: int
    kind: ItemKind
    first: int = 0
    last: int = 0
    hunk: int | None = None


def units_of_file(number: int, change: FileChange, cuts: Sequence[int] = ()) -> Iterator[Unit]:
    """The units of a file: its items first, then its runs of changed lines; `cuts` are ascending indexes of lines to split before."""
    whole = change.kind is not ChangeKind.EDIT or change.is_binary
    if whole and (not change.blocks or change.kind is ChangeKind.RENAME):
        yield Unit(number, ItemKind.WHOLE)
    if change.changes_mode:
        yield Unit(number, ItemKind.MODE)
    first = 0
    for hunk, blocks in enumerate(change.hunk_blocks):
        last = first + sum(block.rows for block in blocks)
        for cut in cuts:
            if first < cut < last:
                yield Unit(number, ItemKind.LINES, first, cut, hunk)
                first = cut
        yield Unit(number, ItemKind.LINES, first, last, hunk)
        first = last
