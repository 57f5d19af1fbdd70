"""The key to the door: a grant allows one change set, made against one snapshot, inside one scope, to land.

Invariant: a grant is only made for a change set that its scope admits whole, and fits no other.
"""

from dataclasses import dataclass

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.scope import Scope
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.errors import LandingError


@dataclass(frozen=True, slots=True)
class GrantedFile:
    """A file that the change set touches, as it must still be when it lands; `blob_id` None: it must not exist."""

    path: str
    blob_id: str | None
    mode: int


@dataclass(frozen=True, slots=True)
class Grant:
    """Bound to the digest of one change set, the state of every file it touches, and a scope."""

    digest: str
    files: tuple[GrantedFile, ...]
    scope: Scope
    snapshot: Snapshot


def make_grant(accepted: ChangeSet, scope: Scope, snapshot: Snapshot) -> Grant:
    """A grant for what the person accepted; raises `LandingError` if a byte of it is outside the scope."""
    _check_scope(accepted, scope, snapshot)
    files: dict[str, GrantedFile] = {}
    for change in accepted:
        before = None if change.before is None else SnapshotFile(change.before, change.old_mode).blob_id
        files[change.source_path] = GrantedFile(change.source_path, before, change.old_mode)
        if change.path != change.source_path:
            files[change.path] = GrantedFile(change.path, None, change.new_mode)
    return Grant(accepted.digest, tuple(files.values()), scope, snapshot)


def verify_grant(change_set: ChangeSet, grant: Grant) -> None:
    """Raise `LandingError` unless the grant was made for exactly this change set, and its scope still admits every byte."""
    if change_set.digest != grant.digest:
        raise LandingError(
            "The change differs from the one that was accepted, so nothing was written: ask for it again."
        )
    expected = make_grant(change_set, grant.scope, grant.snapshot).files
    if expected != grant.files:
        raise LandingError(
            "The change was made for other files than those here, so nothing was written: ask for it again."
        )


def _check_scope(change_set: ChangeSet, scope: Scope, snapshot: Snapshot) -> None:
    for change in change_set:
        known = snapshot.content(change.source_path)
        if change.before != known:
            raise LandingError(
                f"{change.source_path} is not as the proposal saw it, so nothing was written: ask for the change again."
            )
    admission = admit(change_set, scope, snapshot)
    if admission.withheld:
        one = admission.withheld[0]
        raise LandingError(f"Nothing was written: {one.reason} ({one.path}).")
    if admission.admitted.digest != change_set.digest:
        raise LandingError("Nothing was written: the change reaches outside its scope.")
