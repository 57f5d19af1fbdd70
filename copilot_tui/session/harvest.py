"""What a command changed in the scratch tree, taken into the proposal as hunks like any other.

Invariant: nothing of it is accepted by being harvested: the same scope admits it, and hunks that it touches wait for a decision again;
what cannot be told apart from the proposal's own change is left out and named.
"""

from dataclasses import replace
from types import MappingProxyType

from copilot_tui.autonomy.admit import admit
from copilot_tui.checks.names import SymbolIndex
from copilot_tui.checks.run import run_checks
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.merge import merge
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import ItemKind, Review
from copilot_tui.session.growing import carried_over
from copilot_tui.visible import visible

_NOT_IN_PLACE = (
    "{}: what is reviewed is in the work tree already, and what a command changed in the copy is not: it is left out."
)


def with_harvest(
    review: Review, tried: ChangeSet, harvest: ChangeSet, around: Snapshot, symbols: SymbolIndex | None = None
) -> tuple[Review, tuple[str, ...]]:
    """The review with the harvest in it, and a sentence for each file that is left out.

    What is in the work tree already is reviewed there: nothing that a command changed in the copy is taken into that.
    `tried` is the change that the command ran on, `harvest` what it changed from there, `around` a fresh snapshot of the harvest's files.
    """
    proposal = review.proposal
    if proposal.is_in_place:
        return review, tuple(_NOT_IN_PLACE.format(visible(change.path)) for change in harvest)
    known = {change.path: change for change in proposal.change_set}
    present = {file.path: file.change for file in review.files}  # with what the person rewrote
    before = {change.path: change.after for change in tried}
    changes, left_out = dict(known), []
    for change in harvest:
        path = change.path
        if path in known:
            tried_on = before.get(path, known[path].before)
            # Where it touches what the person rewrote, theirs becomes a part of the proposal.
            merged = _merged(known[path], tried_on, change) or _merged(present[path], tried_on, change)
        else:
            merged = change if around.content(path) == change.before else None
        if merged is None:
            left_out.append(f"{visible(path)}: what the command changed there cannot be told apart, so it is left out.")
        elif merged.is_empty:
            changes.pop(path, None)
        else:
            changes[path] = merged
    snapshot = _joined(proposal.snapshot, around)
    change_set = ChangeSet(tuple(changes.values()))
    moved = _moved_hunks(proposal.change_set, change_set)
    fresh = replace(
        proposal,
        change_set=change_set,
        snapshot=snapshot,
        admission=admit(change_set, proposal.scope, snapshot),
        findings=run_checks(change_set, snapshot, symbols),
        notes=MappingProxyType({moved[key]: note for key, note in proposal.notes.items() if key in moved}),
    )
    comments = tuple((moved[key], text) for key, text in review.comments if key in moved)
    carried = carried_over(replace(review, comments=comments), Review.of(fresh))
    return _waiting_where_mixed(carried, {change.path for change in harvest}), tuple(left_out)


def _merged(mine: FileChange, tried: bytes | None, change: FileChange) -> FileChange | None:
    """The proposal's change with the command's on top; None where both touch the same lines."""
    if tried is None or mine.after is None or change.after is None or change.before != tried:
        return None
    after = merge(tried, mine.after, change.after)
    if after is None:
        return None
    return replace(mine, after=after, new_mode=change.new_mode if change.changes_mode else mine.new_mode)


def _joined(snapshot: Snapshot, around: Snapshot) -> Snapshot:
    return Snapshot(
        MappingProxyType({**around.files, **snapshot.files}),
        snapshot.known_paths | around.known_paths,
        snapshot.links | around.links,
        snapshot.ignored | around.ignored,
        around.protected,
    )


def _moved_hunks(earlier: ChangeSet, later: ChangeSet) -> dict[HunkKey, HunkKey]:
    """Where each hunk that stayed what it was stands now; files as a whole stay."""
    now = {
        (change.path, hunk.lines): HunkKey(change.path, index)
        for change in later
        for index, hunk in enumerate(change.hunks)
    }
    moved = {HunkKey(change.path, None): HunkKey(change.path, None) for change in earlier}
    for change in earlier:
        for index, hunk in enumerate(change.hunks):
            if (change.path, hunk.lines) in now:
                moved[HunkKey(change.path, index)] = now[change.path, hunk.lines]
    return moved


def _waiting_where_mixed(review: Review, paths: set[str]) -> Review:
    """A hunk of which only a part was seen before waits whole: half of it must not land by an old decision."""
    files = list(review.files)
    for unit in review.units:
        file = files[unit.file]
        states = set(file.states[unit.first : unit.last]) if unit.kind is ItemKind.LINES else set()
        if file.path in paths and len(states) > 1 and Decision.PENDING in states:
            files[unit.file] = file.decided(unit.first, unit.last, Decision.PENDING)
    return replace(review, files=tuple(files))
