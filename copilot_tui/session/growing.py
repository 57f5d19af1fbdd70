"""A review that grows while answers stream: decisions on what is there already go over to what comes.

Invariant: a decision is carried only to the very same lines, and never to what the new review withholds or flags.
"""

from dataclasses import replace

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.review.carry import carried_with_edits
from copilot_tui.review.changed_file import ChangedFile, Decision
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import ItemKind, Review, Unit


def growing_review(request: Request, scope: Scope, snapshot: Snapshot, change_set: ChangeSet) -> Review:
    """The review of what has come so far; nothing is decided in it."""
    files = {
        change.source_path: SnapshotFile(change.before, change.old_mode)
        for change in change_set
        if change.before is not None
    }
    whole = replace(snapshot, files={**files, **snapshot.files})
    return Review.of(Proposal(request, scope, whole, change_set, admit(change_set, scope, whole)))


def carried_over(earlier: Review, fresh: Review, *, keeps_edits: bool = False) -> Review:
    """`fresh` with the decisions and comments of `earlier`, and with what the person rewrote there: where it fits, or in any case."""
    known = {file.path: (file, change) for file, change in zip(earlier.files, earlier.proposal.change_set, strict=True)}
    files = [
        carried_with_edits(*known[file.path], file.change, keeps_edits=keeps_edits) if file.path in known else file
        for file in fresh.files
    ]
    decided = replace(fresh, files=tuple(files), comments=earlier.comments)
    for unit in decided.units:
        if decided.withheld_reason(unit) is not None or decided.flags(unit):
            files[unit.file] = _undecided(files[unit.file], unit)
    return replace(decided, files=tuple(files))


def without_withheld(review: Review) -> Review:
    """The review with nothing accepted that its scope withholds: what was accepted at a higher level waits again at a lower one."""
    files = list(review.files)
    for unit in review.units:
        if review.withheld_reason(unit) is not None:
            files[unit.file] = _undecided(files[unit.file], unit)
    return replace(review, files=tuple(files))


def _undecided(file: ChangedFile, unit: Unit) -> ChangedFile:
    if unit.kind is ItemKind.WHOLE:
        return file.decided_whole(Decision.PENDING)
    if unit.kind is ItemKind.MODE:
        return file.decided_mode(Decision.PENDING)
    return file.decided(unit.first, unit.last, Decision.PENDING)
