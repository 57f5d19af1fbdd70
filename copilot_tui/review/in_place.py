"""Reviews of what the work tree holds already: to reject is to put the old text back.

Invariant: what is accepted or undecided stays as it is, byte for byte; only rejected lines and items are written, and what the person
rewrote in the review.
"""

from dataclasses import replace
from enum import StrEnum

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.review.changed_file import ChangedFile, Decision
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review

_NO_BUDGET = 10**9
_KEPT = bytes.maketrans(bytes([Decision.PENDING]), bytes([Decision.ACCEPTED]))


def foreign_proposal(
    change_set: ChangeSet,
    snapshot: Snapshot,
    title: str,
    *,
    is_in_place: bool,
    is_uncommitted: bool = False,
    is_unchecked: bool = False,
) -> Proposal:
    """A change that came from elsewhere as a proposal: any file may change, what is never changed is withheld as always."""
    request = Request(title, Target(), AutonomyLevel.REPO, budget=_NO_BUDGET)
    scope = make_scope(request, snapshot)
    return Proposal(
        request,
        scope,
        snapshot,
        change_set,
        admit(change_set, scope, snapshot),
        title=title,
        is_in_place=is_in_place,
        is_uncommitted=is_uncommitted,
        is_unchecked=is_unchecked,
    )


def is_foreign(proposal: Proposal) -> bool:
    """Whether the change came from elsewhere: no model made it, and what is decided on it says nothing of one."""
    return proposal.request.budget == _NO_BUDGET


def landing_change_set(review: Review) -> ChangeSet:
    """What the person's finish writes: the accepted, or for a review in place the rejected put back and what they rewrote."""
    if not review.proposal.is_in_place:
        return review.accepted_change_set()
    pairs = zip(review.files, review.proposal.change_set.files, strict=True)
    return ChangeSet(tuple(back for file, held in pairs if (back := put_back(file, held)) is not None))


class LandingVerb(StrEnum):
    """What a landing of a review does, as it is said of one that was made."""

    APPLIED = "Applied"
    WRITTEN = "Written"
    PUT_BACK = "Put back"

    @property
    def before_files(self) -> str:
        """The verb as it stands in front of the files."""
        return f"{self} {'in' if self is LandingVerb.PUT_BACK else 'to'}"


def landing_verb(review: Review) -> LandingVerb:
    """What a landing of the review does."""
    if not review.proposal.is_in_place:
        return LandingVerb.APPLIED
    return LandingVerb.WRITTEN if any(file.edited for file in review.files) else LandingVerb.PUT_BACK


def nothing_to_land(review: Review) -> str:
    """Why nothing would be written, and what to do, in a sentence."""
    if review.proposal.is_in_place:
        return "Nothing is rejected, so there is nothing to put back: reject a hunk with x first."
    return "Nothing is accepted, so there is nothing to apply: accept a hunk with y first."


def put_back(file: ChangedFile, held: FileChange) -> FileChange | None:
    """The change from the file as it is to the file without what was rejected and with what was rewritten; None where nothing was.

    `held` is the change that the work tree holds: another one than the file's where the person rewrote that.
    """
    change = file.change
    kept = _undecided_kept(file).accepted()
    path, content, mode = (
        (change.source_path, change.before, change.old_mode) if kept is None else (kept.path, kept.after, kept.new_mode)
    )
    moves_back = change.after is not None and content is not None and path != change.path
    back = FileChange(
        path if content is not None else change.path,
        held.after,
        content,
        change.path if moves_back else None,
        change.new_mode,
        mode,
    )
    return None if back.is_empty else back


def _undecided_kept(file: ChangedFile) -> ChangedFile:
    whole, mode = (Decision.ACCEPTED if one is Decision.PENDING else one for one in (file.whole, file.mode))
    return replace(file, states=file.states.translate(_KEPT), whole=whole, mode=mode)
