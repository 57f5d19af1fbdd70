"""A kept review taken up again on the files as they are now.

Invariant: a file that is as it was keeps every decision; where it changed meanwhile both changes are merged, with what the person rewrote,
and the decisions go over by content; what does not fit any more is left out and said. Nothing is written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.request import LineRange, Request
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.diff.change import ChangeKind, ChangeSet, FileChange
from copilot_tui.diff.merge import carry_lines, merge
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.errors import UsageError
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review
from copilot_tui.review.saved import resumed, unfitting_edits
from copilot_tui.visible import visible
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revisions import snapshot_around


@dataclass(frozen=True, slots=True)
class Resumed:
    """A review as it was left; `viewed` is path to content digest.

    `notes` are sentences on what changed meanwhile and is in it, `left_out` on what does not fit the files any more.
    """

    review: Review
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    viewed: Mapping[str, str] = field(default_factory=dict)


def on_present_files(repository: Repository, review: Review) -> Resumed:
    """A kept review on the files as they are now. Blocking; raises `UsageError` where nothing of it fits them any more."""
    proposal = review.proposal
    paths = {path for change in proposal.change_set for path in (change.path, change.source_path)}
    now = repository.snapshot(paths)
    changes: list[FileChange] = []
    notes: list[str] = []
    left_out: list[str] = []
    for change in proposal.change_set:
        fresh, note = _anchored(change, now, is_in_place=proposal.is_in_place)
        if fresh is not None:
            changes.append(fresh)
        if note:
            (notes if fresh is not None else left_out).append(f"{visible(change.path)} {note}.")
    if not changes:
        raise UsageError(f"Nothing of the kept review fits the files any more: {left_out[0]} Begin it anew.")
    if not notes and not left_out:
        return Resumed(_as_it_was(repository, review))
    result = _on_other_files(repository, review, changes, now)
    notes += [
        f"What you rewrote in {visible(path)} does not fit any more, and is left out."
        for path in unfitting_edits(review, result)
    ]
    return Resumed(result, tuple(notes), tuple(left_out))


def renewed(repository: Repository, review: Review) -> Resumed | None:
    """A review of what the work tree holds, on the files as they are by now; None where that gives nothing new to decide. Blocking."""
    if not review.proposal.is_in_place:
        return None  # what is not there yet is merged when it lands, or fits no more
    try:
        found = on_present_files(repository, review)
    except UsageError:
        return None
    return found if found.notes or found.left_out else None


def _as_it_was(repository: Repository, review: Review) -> Review:
    """The review bound to the work tree of now: its links, and what git ignores and the settings protect, may be others."""
    proposal = review.proposal
    snapshot = snapshot_around(repository, proposal.change_set, is_in_place=proposal.is_in_place)
    admission = admit(proposal.change_set, proposal.scope, snapshot)
    fresh = Review.of(replace(proposal, snapshot=snapshot, admission=admission))
    return replace(resumed(review, fresh), comments=review.comments)


def _on_other_files(repository: Repository, review: Review, changes: Sequence[FileChange], now: Snapshot) -> Review:
    """The review of the changes as they fit the files now; what was found out about the earlier ones is left behind."""
    earlier = review.proposal
    change_set = ChangeSet(tuple(changes))
    snapshot = snapshot_around(repository, change_set, is_in_place=earlier.is_in_place)
    request = _on_lines_of_now(earlier.request, earlier.snapshot, now)
    scope = make_scope(request, snapshot)
    same = {change.path for change in earlier.change_set} & {
        change.path for change in changes if change in earlier.change_set.files
    }
    proposal: Proposal = replace(
        earlier,
        request=request,
        scope=scope,
        snapshot=snapshot,
        change_set=change_set,
        admission=admit(change_set, scope, snapshot),
        findings=tuple(one for one in earlier.findings if one.path in same),
        notes=MappingProxyType({key: note for key, note in earlier.notes.items() if key.path in same}),
    )
    return resumed(review, Review.of(proposal))


def _on_lines_of_now(request: Request, before: Snapshot, now: Snapshot) -> Request:
    """The request with its lines where they stand now; raises `UsageError` if they changed."""
    target = request.target
    if target.lines is None or not request.level.is_region:
        return request
    earlier, present = before.files.get(target.path), now.files.get(target.path)
    if earlier is None or present is None or earlier.content == present.content:
        return request
    moved = carry_lines(earlier.content, present.content, target.lines.first, target.lines.last)
    if moved is None:
        raise UsageError(f"The lines that were asked about in {visible(target.path)} changed meanwhile: ask again.")
    return replace(request, target=replace(target, lines=LineRange(*moved)))


def _anchored(change: FileChange, now: Snapshot, *, is_in_place: bool) -> tuple[FileChange | None, str]:
    """The change on the file as it is now, and what is to be said of it; (None, why) where it does not fit."""
    if is_in_place:
        return _in_place(change, now.files.get(change.path))
    present = now.files.get(change.source_path)
    content = present.content if present is not None else None
    if content == change.before:
        taken = change.kind is ChangeKind.RENAME and change.path in now.files
        return (None, "exists by now, so nothing can be renamed to it") if taken else (change, "")
    if content == change.after:
        return None, "has that change by now"
    if change.before is None:
        return None, "exists by now, with another text"
    if content is None:
        return None, "is not there any more"
    if change.after is None or change.is_binary:
        return None, "changed meanwhile"
    merged = merge(change.before, content, change.after)
    if merged is None:
        return None, "changed in the same lines meanwhile"
    return replace(change, before=content, after=merged), "changed meanwhile: look at its hunks again"


def _in_place(change: FileChange, present: SnapshotFile | None) -> tuple[FileChange | None, str]:
    content = present.content if present is not None else None
    if content == change.after:
        return change, ""
    if content == change.before:
        return None, "is as it was before the change"
    if content is None or change.after is None or change.before is None:
        return None, "changed meanwhile"
    return replace(change, after=content), "changed meanwhile: look at its hunks again"
