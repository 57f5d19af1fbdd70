"""Landing: an accepted change set becomes bytes in the work tree, through a grant and a journal.

Invariant: `land` writes exactly the granted change set or nothing; what a killed landing left is brought to all-old by `recover`.
"""

import os
import time
from dataclasses import replace
from pathlib import Path

from copilot_tui.autonomy.grant import Grant, make_grant, verify_grant
from copilot_tui.autonomy.request import LineRange
from copilot_tui.autonomy.scope import ByteRange, Scope
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.compute import changed_lines
from copilot_tui.diff.line import split_raw
from copilot_tui.diff.merge import carry_lines, merge
from copilot_tui.diff.snapshot import EXECUTABLE, Snapshot
from copilot_tui.errors import LandingError
from copilot_tui.visible import visible
from copilot_tui.workspace.journal import Entry, Image, Journal
from copilot_tui.workspace.receipt import Receipt, ReceiptFile
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.transaction import ChangedUnderneathError, Write, roll_back, write_batch

NOTHING_YET = Entry(0, "writing", 0.0, "", 0, ())


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
    entry = replace(
        NOTHING_YET, seconds=time.time() if seconds is None else seconds, request=request, process=os.getpid()
    )
    notes: tuple[str, ...] = ()
    with journal.locked():
        now = repository.snapshot({path for change in change_set for path in (change.path, change.source_path)})
        stale = stale_paths(change_set, now)
        if stale:
            change_set, scope = rebase(change_set, grant.scope, now)
            verify_grant(change_set, make_grant(change_set, scope, now))
            notes = (f"{', '.join(visible(path) for path in stale)} changed since the proposal; both changes are in.",)
        entry = write_batch(repository.root, journal, writes_of(change_set), entry)
    return replace(receipt_of(entry), notes=notes)


def writes_of(change_set: ChangeSet) -> list[Write]:
    """The files to write, removals of renamed ones included."""
    writes = []
    for change in change_set:
        executable = change.new_mode == EXECUTABLE
        if change.source_path != change.path:
            writes.append(Write(change.source_path, change.before, None, change.old_mode == EXECUTABLE))
            writes.append(Write(change.path, None, change.after, executable))
        else:
            writes.append(Write(change.path, change.before, change.after, executable))
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
    """Bring back to all-old what a killed landing left half done; gives a sentence about it, or nothing."""
    journal = Journal(state_folder, repository.root)
    if not any(entry.state == "writing" for entry in journal.entries()):
        return ""
    with journal.locked():
        unfinished = [entry for entry in journal.entries() if entry.state == "writing"]
        if not unfinished:
            return ""
        left: list[str] = []
        try:
            for entry in reversed(unfinished):
                left += roll_back(repository.root, journal, entry)
        except OSError as error:
            raise LandingError(
                f"An unfinished landing cannot be taken back: {error.strerror} ({error.filename})."
            ) from error
    sentence = "A landing was cut off last time; every file is as it was before it."
    if left:
        sentence = f"A landing was cut off last time; it was taken back, but for {', '.join(map(visible, left))}, changed since."
    return sentence


def receipt_of(entry: Entry, undone: bool = False) -> Receipt:
    """The receipt of a journal's entry."""
    return Receipt(
        entry.number, entry.seconds, entry.request, tuple(_receipt_file(image) for image in entry.images), undone
    )


def _receipt_file(image: Image) -> ReceiptFile:
    change = "create" if image.before is None else "delete" if image.after is None else "edit"
    added, removed = changed_lines(image.before or b"", image.after or b"")
    return ReceiptFile(image.path, change, added, removed)
