"""Undo and redo in a review pane: each goes to what it changed.

Invariant: nothing is decided but what a step held; where there is no step left, that is said.
"""

from typing import TYPE_CHECKING

from copilot_tui.review.changed_file import ChangedFile
from copilot_tui.review.review import ItemKind, Review, Unit
from copilot_tui.tui.review.messages import Said

if TYPE_CHECKING:
    from copilot_tui.tui.review.pane import ReviewPane


def undo(pane: "ReviewPane") -> None:
    """Take the newest step back."""
    before = pane.review
    _step(pane, before.undo(), "Taken back", before.past.action if before.past is not None else "")


def redo(pane: "ReviewPane") -> None:
    """Make the step again that was taken back last."""
    before = pane.review
    _step(pane, before.redo(), "Made again", before.future.action if before.future is not None else "")


def _step(pane: "ReviewPane", after: Review, said: str, action: str) -> None:
    before = pane.review
    if after is before:
        pane.post_message(
            Said("There is no decision to take back." if said == "Taken back" else "Nothing was taken back.")
        )
        return
    pane.take(after)
    units = _changed(before, after)
    if units:
        pane.go_to(pane.row_of(units[0]))
    if len(units) > 1:
        pane.post_message(Said(f"{said}: {action}, {len(units)} hunks.", "information"))


def _changed(before: Review, after: Review) -> list[Unit]:
    """The units of `after` that the step decided otherwise, or gave another text."""
    found: list[Unit] = []
    for number, (one, other) in enumerate(zip(before.files, after.files, strict=True)):
        if one is not other:
            found += [unit for unit in after.layout.of_file[number] if _differs(one, other, unit)]
    return found


def _differs(one: ChangedFile, other: ChangedFile, unit: Unit) -> bool:
    if one.change is not other.change:
        return True
    if unit.kind is ItemKind.LINES:
        return one.states[unit.first : unit.last] != other.states[unit.first : unit.last]
    return (one.whole, one.mode) != (other.whole, other.mode)
