"""The person's actions on a review, each a pure function.

Invariant: what the scope withholds is never accepted, and only `decide` accepts what is flagged.
"""

from collections.abc import Iterable
from enum import StrEnum

from copilot_tui.diff.line import LineKind
from copilot_tui.review.changed_file import ChangedFile, Decision
from copilot_tui.review.review import ItemKind, Review, Unit


class Grain(StrEnum):
    """How much one key decides."""

    LINE = "line"
    HUNK = "hunk"
    SYMBOL = "symbol"
    FILE = "file"
    ALL = "everything"


def decide(review: Review, unit: Unit, decision: Decision) -> Review:
    """The person's word on one unit they look at; a withheld unit stays as it is."""
    return _decide_each(review, [unit], decision, decision.name.lower())


def decide_units(review: Review, units: Iterable[Unit], decision: Decision, action: str) -> Review:
    """The person's word on several units as one step that undo calls `action`; withheld ones stay as they are."""
    return _decide_each(review, units, decision, action)


def line_units(review: Review, file: int, first: int, last: int) -> list[Unit]:
    """Changed lines `first` to `last` (not included) of a file as units, each within one unit of the review."""
    return [
        Unit(file, ItemKind.LINES, max(first, unit.first), min(last, unit.last), unit.hunk)
        for unit in review.layout.of_file[file]
        if unit.kind is ItemKind.LINES and unit.first < last and unit.last > first
    ]


def decide_rest(review: Review, file: int | None, decision: Decision) -> Review:
    """Every undecided unit of a file (None: of all files); accepting passes over what is flagged."""
    of_file = review.units if file is None else review.layout.of_file[file]
    units = [unit for unit in of_file if review.is_pending(unit)]
    return _decide_each(review, _unflagged(review, units, decision), decision, f"{decision.name.lower()} the rest")


def accept_seen(review: Review, seen: Iterable[Unit]) -> Review:
    """Every undecided unit that was wholly on the screen, except flagged ones, as one step."""
    units = [unit for unit in seen if review.is_pending(unit)]
    return _decide_each(review, _unflagged(review, units, Decision.ACCEPTED), Decision.ACCEPTED, "accept the screen")


def decide_alike(review: Review, unit: Unit, decision: Decision) -> Review:
    """Every undecided unit with the same edit, white space aside; accepting passes over what is flagged."""
    wanted = edit_of(review, unit)
    # Most units differ in their size or their first line: the rest of them is not looked at.
    units = [
        one
        for one in review.units
        if one.last - one.first == len(wanted)
        and (not wanted or _edit_at(review.files[one.file], one.first) == wanted[0])
        and review.is_pending(one)
        and edit_of(review, one) == wanted
    ]
    return _decide_each(review, _unflagged(review, units, decision), decision, f"{decision.name.lower()} alike")


def split(review: Review, file: int, at: int) -> Review:
    """The unit that holds changed line `at` of a file cut in two before that line."""
    for unit in review.layout.of_file[file]:
        if unit.kind is ItemKind.LINES and unit.first < at < unit.last:
            return review.stepped(review.files, "split", review.splits | {(file, at)})
    return review


def next_pending(review: Review, after: Unit | None, step: int = 1) -> Unit | None:
    """The next (or with -1 the previous) undecided unit, around the end; None if all is decided."""
    units = review.units
    edge = -1 if step > 0 else len(units)
    start = edge if after is None else review.layout.index.get(after, edge)
    for offset in range(1, len(units) + 1):
        unit = units[(start + step * offset) % len(units)]
        if review.is_pending(unit):
            return unit
    return None


def edit_of(review: Review, unit: Unit) -> tuple[tuple[str, bytes], ...]:
    """The unit's changed lines without white space around: equal for edits that do the same."""
    file = review.files[unit.file]
    return tuple(_edit_at(file, at) for at in range(unit.first, unit.last))


def _edit_at(file: ChangedFile, at: int) -> tuple[str, bytes]:
    line = file.lines[at]
    return line.kind.value, (file.old_lines if line.kind is LineKind.REMOVED else file.new_lines)[line.index].strip()


def _unflagged(review: Review, units: list[Unit], decision: Decision) -> list[Unit]:
    if decision is not Decision.ACCEPTED:
        return units
    return [unit for unit in units if not review.flags(unit)]


def _decide_each(review: Review, units: Iterable[Unit], decision: Decision, action: str) -> Review:
    files = list(review.files)
    for unit in units:
        if review.withheld_reason(unit) is None:
            files[unit.file] = _decided(files[unit.file], unit, decision)
    return review.stepped(tuple(files), action)


def _decided(file: ChangedFile, unit: Unit, decision: Decision) -> ChangedFile:
    if unit.kind is ItemKind.WHOLE:
        return file.decided_whole(decision)
    if unit.kind is ItemKind.MODE:
        return file.decided_mode(decision)
    return file.decided(unit.first, unit.last, decision)
