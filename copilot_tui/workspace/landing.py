"""Landing: an accepted change set becomes bytes in the work tree, through a grant and a journal.

Invariant: `land` writes exactly the granted change set or nothing; what a killed landing left is brought to all-old by `recover`.
"""

import time
from dataclasses import replace
from pathlib import Path

from copilot_tui.autonomy.grant import Grant, make_grant, verify_grant
from copilot_tui.autonomy.request import LineRange
from copilot_tui.autonomy.scope import ByteRange, Scope
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.line import split_raw
from copilot_tui.diff.merge import carry_lines, merge
from copilot_tui.diff.snapshot import EXECUTABLE, Snapshot
from copilot_tui.errors import LandingError
from copilot_tui.visible import visible
from copilot_tui.workspace.entry import Entry, Image
from copilot_tui.workspace.instance import own_instance
from copilot_tui.workspace.journal import Journal
from copilot_tui.workspace.place import HeldFolders
from copilot_tui.workspace.receipt import Receipt, ReceiptFile
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.settle import finish, take_back
from copilot_tui.workspace.transaction import ChangedUnderneathError, Write, write_batch


def land(
    repository: Repository,
    change_set: ChangeSet,
    grant: Grant,
    state_folder: Path,
    request: str,
    seconds: float | None = None,
) -> Receipt:
    """Write the change set; raises `LandingError`, and then nothing was written.

    A file that changed since the proposal, but not where the change is, gets the change in its present text.
    """
    verify_grant(change_set, grant)
    journal = Journal(state_folder, repository.root)
    entry = new_entry(state_folder, request, seconds)
    notes: tuple[str, ...] = ()
    with journal.locked():
        now = repository.snapshot({path for change in change_set for path in (change.path, change.source_path)})
        absent = repository.not_checked_out([change.path for change in change_set if change.before is None])
        if absent:
            raise LandingError(
                f"Nothing was written: git tracks {', '.join(map(visible, sorted(absent)))} but leaves it out of this sparse "
                "checkout: add its folder with `git sparse-checkout add`."
            )
        stale = stale_paths(change_set, now)
        scope = grant.scope
        if stale:
            change_set, scope = rebase(change_set, scope, now)
            notes = (f"{', '.join(visible(path) for path in stale)} changed since the proposal; both changes are in.",)
        # The scope holds once more on what would be written now: a folder may have become a link since the proposal.
        verify_grant(change_set, make_grant(change_set, scope, now))
        entry = write_batch(repository.root, journal, writes_of(change_set), entry)
    return replace(receipt_of(entry), notes=notes)


def new_entry(state_folder: Path, request: str, seconds: float | None = None, undo_of: int = 0) -> Entry:
    """An entry of this program that has not been written yet; raises `LandingError` where the state folder cannot be used."""
    try:
        instance = own_instance(state_folder)
    except OSError as error:
        raise LandingError(
            f"Nothing was written: {visible(str(state_folder))} cannot be used ({error.strerror}), and nothing lands without it."
        ) from error
    return Entry(0, "writing", time.time() if seconds is None else seconds, request, instance, (), undo_of)


def writes_of(change_set: ChangeSet) -> list[Write]:
    """The files to write, removals of renamed ones included."""
    writes = []
    for change in change_set:
        is_executable = change.new_mode == EXECUTABLE
        if change.source_path != change.path:
            writes.append(Write(change.path, None, change.after, is_executable, source=change.source_path))
            writes.append(Write(change.source_path, change.before, None))
        else:
            writes.append(Write(change.path, change.before, change.after, is_executable))
    return writes


def stale_paths(change_set: ChangeSet, now: Snapshot) -> list[str]:
    """The files that are not as the change set saw them."""
    stale = [change.source_path for change in change_set if now.content(change.source_path) != change.before]
    stale += [
        change.path
        for change in change_set
        if change.path != change.source_path and now.content(change.path) is not None
    ]
    return stale


def rebase(change_set: ChangeSet, scope: Scope, now: Snapshot) -> tuple[ChangeSet, Scope]:
    """The change set and its scope against the files as they are now; raises `ChangedUnderneathError` where both changed the same lines."""
    changes: list[FileChange] = []
    conflicts: list[str] = []
    for change in change_set:
        content = now.content(change.source_path)
        if content == change.before:
            changes.append(change)
            continue
        if content is None or change.before is None or change.after is None:
            conflicts.append(change.source_path)
            continue
        merged = merge(change.before, content, change.after)
        moved = _moved_scope(scope, change, content)
        if merged is None or moved is None:
            conflicts.append(change.source_path)
            continue
        scope = moved
        mode = now.files[change.source_path].mode
        changes.append(
            replace(
                change,
                before=content,
                after=merged,
                old_mode=mode,
                new_mode=change.new_mode if change.changes_mode else mode,
            )
        )
    if conflicts:
        raise ChangedUnderneathError(conflicts)
    return ChangeSet(tuple(changes)), scope


def _moved_scope(scope: Scope, change: FileChange, content: bytes) -> Scope | None:
    """The scope with its region where the same lines stand now; None if they changed."""
    if scope.region is None or scope.lines is None or change.source_path != scope.path or change.before is None:
        return scope
    carried = carry_lines(change.before, content, scope.lines.first, scope.lines.last)
    if carried is None:
        return None
    raw = split_raw(content)
    start = sum(len(line) for line in raw[: carried[0] - 1])
    end = start + sum(len(line) for line in raw[carried[0] - 1 : carried[1]])
    return replace(scope, region=ByteRange(start, end), lines=LineRange(*carried))


def recover(repository: Repository, state_folder: Path) -> str:
    """Bring back to all-old, or on to all-new, what a killed landing left; gives a sentence about it, or nothing.

    Raises `LandingError` only if another program holds the journal.
    """
    journal = Journal(state_folder, repository.root)
    if all(entry.state in {"landed", "rolled-back"} for entry in journal.entries()):
        return ""
    with journal.locked(), HeldFolders(repository.root) as folders:
        journal.remove_unfinished()
        cut_off = [entry for entry in reversed(journal.entries()) if entry.state not in {"landed", "rolled-back"}]
        sentences = [_recover_one(folders, journal, entry) for entry in cut_off]
    return " ".join(dict.fromkeys(sentences))


def _recover_one(folders: HeldFolders, journal: Journal, entry: Entry) -> str:
    """Settle one batch; what cannot be settled is said, and does not keep the person from their work."""
    names = ", ".join(visible(image.path) for image in entry.images)
    try:
        if entry.state == "written":
            finish(folders, journal, entry)
            return "A landing was cut off last time after its last file; every file is as it should be after it."
        left = take_back(folders, journal, entry)
    except OSError as error:
        return f"A landing of {names} was cut off last time and cannot be settled ({error.strerror}); the next start tries again."
    except LandingError:
        journal.set_state(entry, "rolled-back")
        return f"A landing was cut off last time and its journal is damaged: look at {names}, which may be old or new."
    if left:
        names = ", ".join(map(visible, left))
        return f"A landing was cut off last time; it was taken back, but for {names}, changed since."
    return "A landing was cut off last time; every file is as it was before it."


def receipt_of(entry: Entry, undone: bool = False) -> Receipt:
    """The receipt of a journal's entry."""
    return Receipt(
        entry.number, entry.seconds, entry.request, tuple(_receipt_file(image) for image in entry.images), undone
    )


def _receipt_file(image: Image) -> ReceiptFile:
    change = "create" if image.before is None else "delete" if image.after is None else "edit"
    return ReceiptFile(image.path, change, image.added, image.removed)
