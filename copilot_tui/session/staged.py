"""What is accepted of a review, put into the person's index.

Invariant: no file of the work tree is written; where the last commit is no more the one that uncommitted changes were made against,
nothing is staged.
"""

import hashlib

from copilot_tui.diff.change import ChangeSet
from copilot_tui.errors import RepositoryError, UsageError
from copilot_tui.review.review import Review
from copilot_tui.visible import visible
from copilot_tui.workspace.index import stage_change_set
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.staging import Blobs

CANNOT_STAGE = "These changes are committed already, so there is nothing to stage: apply puts back what you rejected."


def can_stage(review: Review) -> bool:
    """Whether what is accepted can go into the index: it is uncommitted, or not in the work tree yet."""
    return review.proposal.is_uncommitted or not review.proposal.is_in_place


def stage_accepted(repository: Repository, review: Review) -> tuple[str, ...]:
    """Stage what is accepted; gives the staged paths. Blocking; raises `CopilotTuiError`, and then nothing was staged."""
    if not can_stage(review):
        raise UsageError(CANNOT_STAGE)
    accepted = review.accepted_change_set()
    if not accepted:
        raise UsageError("Nothing is accepted, so there is nothing to stage: accept a hunk first.")
    if review.proposal.is_uncommitted:
        _ensure_same_commit(repository, accepted)
    return stage_change_set(repository, accepted)


def _ensure_same_commit(repository: Repository, accepted: ChangeSet) -> None:
    """A review that was taken up again may be older than the last commit: its old text would be staged as if it were new."""
    head = Blobs(repository, trusted=False).at_head([change.source_path for change in accepted])
    for change in accepted:
        entry = head.get(change.source_path)
        known = None if entry is None else entry.blob
        if known != (None if change.before is None else _blob_id(change.before, len(known or ""))):
            raise RepositoryError(
                f"{visible(change.source_path)} was committed since this review began, so nothing was staged: begin the review anew."
            )


def _blob_id(content: bytes, length: int) -> str:
    """Git's id of a content; its length says which hash the repository uses."""
    algorithm = hashlib.sha256 if length == 64 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(content) + content).hexdigest()
