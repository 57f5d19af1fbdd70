"""Undo and redo of landings, to any depth, also in a later session.

Undo writes an entry of its own that names the landing, and redo one that names the undo; so what stands follows from the entries
alone, and a killed undo is settled like any landing.

Invariant: what a person changed since a landing is never lost: it is merged, or that file stays as it is and is named. A landing of
another program that still runs is left to it.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.merge import merge
from copilot_tui.diff.snapshot import EXECUTABLE, REGULAR
from copilot_tui.errors import LandingError
from copilot_tui.visible import visible
from copilot_tui.workspace.entry import Entry, Image
from copilot_tui.workspace.instance import runs_elsewhere
from copilot_tui.workspace.journal import Journal
from copilot_tui.workspace.landing import new_entry, receipt_of
from copilot_tui.workspace.place import find
from copilot_tui.workspace.receipt import Receipt
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.transaction import Write, write_batch


def history(repository: Repository, state_folder: Path) -> tuple[Receipt, ...]:
    """The landings in this repository, newest first."""
    entries = Journal(state_folder, repository.root).entries()
    cancelled = _cancelled(entries)
    return tuple(
        receipt_of(entry, entry.number in cancelled)
        for entry in reversed(entries)
        if entry.stands and not entry.undo_of
    )


def landed_changes(repository: Repository, state_folder: Path, number: int) -> ChangeSet:
    """What a landing changed, file by file, for its diff; raises `LandingError` if there is no such landing."""
    journal = Journal(state_folder, repository.root)
    for entry in journal.entries():
        if entry.number == number and entry.stands:
            return ChangeSet(tuple(map(_file_change, journal.with_bytes(entry).images)))
    raise LandingError(f"There is no landing {number} in this repository: `copilot-tui undo --list` names them.")


def revert(repository: Repository, state_folder: Path, number: int | None = None) -> Receipt:
    """Take a landing back, the newest that stands if no `number` is given; raises `LandingError`, and then nothing was changed.

    Later landings in the same files stay: an older one is merged out from under them, or its file is left alone and named.
    """
    journal = Journal(state_folder, repository.root)
    with journal.locked():
        entries = [entry for entry in journal.entries() if entry.stands]
        cancelled = _cancelled(entries)
        landings = [entry for entry in entries if not entry.undo_of and entry.number not in cancelled]
        if number is not None:
            return _take_back(repository, journal, _chosen(landings, state_folder, number))
        newest = max((entry.number for entry in entries), default=0)
        broken = [number for number in journal.damaged() if number > newest]
        if broken:
            raise LandingError(
                f"The journal of landing {broken[-1]} is damaged, so it cannot be taken back: nothing was changed."
            )
        if not landings:
            raise LandingError("There is no landing to undo in this repository.")
        return _take_back(repository, journal, _own(landings, state_folder))


def redo(repository: Repository, state_folder: Path) -> Receipt:
    """Land again what was undone last; raises `LandingError` if nothing was, or if something has landed since."""
    journal = Journal(state_folder, repository.root)
    with journal.locked():
        entries = [entry for entry in journal.entries() if entry.stands]
        cancelled = _cancelled(entries)
        landings = {entry.number for entry in entries if not entry.undo_of}
        undos = [entry for entry in entries if entry.undo_of in landings and entry.number not in cancelled]
        if not undos or max(landings) > undos[-1].number:
            raise LandingError("There is no undone landing to land again in this repository.")
        if runs_elsewhere(state_folder, undos[-1].instance):
            raise LandingError("The newest undo was made by another copilot-tui that still runs: redo it there.")
        return _take_back(repository, journal, undos[-1])


def standing(journal: Journal) -> list[Entry]:
    """The landings whose changes are in the work tree, oldest first, without their bytes."""
    entries = journal.entries()
    cancelled = _cancelled(entries)
    return [entry for entry in entries if entry.stands and not entry.undo_of and entry.number not in cancelled]


def _cancelled(entries: Sequence[Entry]) -> frozenset[int]:
    """The numbers of the entries that a later one takes back which itself stands."""
    cancelled: set[int] = set()
    for entry in reversed(entries):
        if entry.undo_of and entry.stands and entry.number not in cancelled:
            cancelled.add(entry.undo_of)
    return frozenset(cancelled)


def _own(landings: Sequence[Entry], state_folder: Path) -> Entry:
    """The newest landing that no other running program made; raises `LandingError` if there is none."""
    later: set[str] = set()
    for entry in reversed(landings):
        paths = {image.path for image in entry.images}
        if not runs_elsewhere(state_folder, entry.instance):
            if paths & later:
                break
            return entry
        later |= paths
    raise LandingError("The newest landing was made by another copilot-tui that still runs: undo it there.")


def _chosen(landings: Sequence[Entry], state_folder: Path, number: int) -> Entry:
    """The landing of that number; raises `LandingError` if it does not stand, or if a program that runs has to do with its files."""
    entry = next((entry for entry in landings if entry.number == number), None)
    if entry is None:
        raise LandingError(
            f"Landing {number} does not stand in this repository: `copilot-tui undo --list` names those that do."
        )
    paths = {image.path for image in entry.images}
    for later in landings:
        touches = later.number >= number and paths & {image.path for image in later.images}
        if touches and runs_elsewhere(state_folder, later.instance):
            raise LandingError(
                f"Another copilot-tui that still runs made landing {later.number} in the same files: undo it there first."
            )
    return entry


def _take_back(repository: Repository, journal: Journal, entry: Entry) -> Receipt:
    """Bring every file of the entry from its after-image to its before-image, merging what came since."""
    entry = journal.with_bytes(entry)
    writes: list[Write] = []
    notes: list[str] = []
    for image in entry.images:
        try:
            found = find(repository.root, image.path)
        except LandingError:
            notes.append(f"{visible(image.path)} is no plain file any more, so it stays as it is.")
            continue
        now = found.content if found else None
        if now == image.before and (found is None or image.before != image.after or found.mode == image.before_mode):
            continue
        content = image.before
        if now != image.after:
            if now is None or image.before is None or image.after is None:
                notes.append(f"{visible(image.path)} was changed since, so it stays as it is.")
                continue
            content = merge(image.after, now, image.before)
            if content is None:
                notes.append(f"{visible(image.path)} was changed since, so it stays as it is.")
                continue
            notes.append(f"{visible(image.path)} was changed since; your change is kept.")
        # Permission bits that the landing did not change are the person's.
        keeps_mode = found is not None and image.before_mode == image.after_mode
        mode = None if keeps_mode else image.before_mode
        writes.append(Write(image.path, now, content, None, mode, image.owner, image.attributes))
    if not writes and notes:
        raise LandingError(" ".join(notes))
    blank = new_entry(journal.state_folder, entry.request, undo_of=entry.number)
    return replace(receipt_of(write_batch(repository.root, journal, writes, blank)), notes=tuple(notes))


def _file_change(image: Image) -> FileChange:
    old, new = (EXECUTABLE if mode & 0o100 else REGULAR for mode in (image.before_mode, image.after_mode))
    if image.before is None or image.after is None:
        old = new = old if image.after is None else new
    return FileChange(image.path, image.before, image.after, old_mode=old, new_mode=new)
