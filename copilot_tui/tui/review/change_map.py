"""The map at the pane's right edge: where in the whole review the hunks stand, and in which state.

Invariant: each cell shows what most needs a look of the hunks that it stands for; making the map of a large review makes no rows.
"""

from collections.abc import Sequence
from enum import IntEnum

from copilot_tui.review.changed_file import ChangedFile, Decision
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review, Unit
from copilot_tui.tui.review.rows import Rows


class Spot(IntEnum):
    """What a cell of the map stands for; the higher one wins where hunks share a cell."""

    NOTHING = 0
    WITHHELD = 1
    ACCEPTED = 2
    REJECTED = 3
    BOTH = 4
    PENDING = 5
    FLAGGED = 6


SPOT_MARKS = {
    Spot.NOTHING: (" ", "gap"),
    Spot.WITHHELD: ("-", "withheld"),
    Spot.ACCEPTED: ("✓", "accepted"),
    Spot.REJECTED: ("✗", "rejected"),
    Spot.BOTH: ("◐", "pending"),
    Spot.PENDING: ("○", "pending"),
    Spot.FLAGGED: ("⚑", "flag"),
}


class ChangeMap:
    """The cells of one pane's map; after a decision only the files that it changed are looked at again."""

    def __init__(self) -> None:
        self._of_rows: tuple[Rows | None, int] = (None, 0)
        self._of_files: dict[int, tuple[ChangedFile, list[tuple[int, Spot]]]] = {}
        self._alike: dict[int, tuple[ChangedFile, Proposal, Spot | None]] = {}  # which no view changes
        self._cells: tuple[Review | None, list[Spot]] = (None, [])

    def cells(self, rows: Rows, height: int) -> Sequence[Spot]:
        """What stands on each of the map's `height` cells, from the top."""
        if self._of_rows[0] is not rows or self._of_rows[1] != height:
            self._of_rows, self._cells = (rows, height), (None, [])
            self._of_files.clear()
        review = rows.review
        if self._cells[0] is not review:
            cells = [Spot.NOTHING] * height
            for number, file in enumerate(review.files):
                known = self._of_files.get(number)
                if known is None or known[0] is not file:
                    known = self._of_files[number] = (file, _spots(rows, number, height, self._same(review, number)))
                for cell, spot in known[1]:
                    cells[cell] = _together(cells[cell], spot)
            self._cells = (review, cells)
        return self._cells[1]

    def _same(self, review: Review, number: int) -> Spot | None:
        file, known = review.files[number], self._alike.get(number)
        if known is None or known[0] is not file or known[1] is not review.proposal:
            known = self._alike[number] = (file, review.proposal, _same_spot(review, number))
        return known[2]


def row_at(cell: int, rows: Rows, height: int) -> int:
    """The row that a cell of the map begins at; where all rows are seen, the one beside it."""
    return cell * max(len(rows), height) // max(1, height)


def _spots(rows: Rows, number: int, height: int, same: Spot | None) -> list[tuple[int, Spot]]:
    """The cells of a file's units; `same` is what they all are, where they are alike."""
    found: dict[int, Spot] = {}
    scale = height / max(1, height, len(rows))
    if same is not None and (ends := rows.spots_at_ends(number)) is not None:
        first, last = (min(height - 1, int(at * scale)) for at in ends)
        if last - first <= 1:
            return [(first, same), (last, same)]
    for unit, at in rows.spots_of(number):
        cell = min(height - 1, int(at * scale))
        if same is None:
            found[cell] = _together(found.get(cell, Spot.NOTHING), _spot(rows.review, unit))
        else:
            found[cell] = same
    return list(found.items())


def _same_spot(review: Review, number: int) -> Spot | None:
    """What all units of a file are alike; None where they have to be looked at one by one."""
    file = review.files[number]
    if file.has_whole or not file.states or not review.is_plain(number):
        return None
    first = file.states[0]
    if file.states.count(first) != len(file.states):
        return None
    return {Decision.PENDING: Spot.PENDING, Decision.ACCEPTED: Spot.ACCEPTED, Decision.REJECTED: Spot.REJECTED}[
        Decision(first)
    ]


def _spot(review: Review, unit: Unit) -> Spot:
    if review.withheld_reason(unit) is not None:
        return Spot.WITHHELD
    if review.is_pending(unit):
        return Spot.FLAGGED if review.flags(unit) else Spot.PENDING
    return {Decision.ACCEPTED: Spot.ACCEPTED, Decision.REJECTED: Spot.REJECTED}.get(
        review.state(unit) or Decision.PENDING, Spot.BOTH
    )


def _together(one: Spot, other: Spot) -> Spot:
    return Spot.BOTH if {one, other} == {Spot.ACCEPTED, Spot.REJECTED} else max(one, other)
