"""Undo and redo of landings, to any depth, also in a later session.

Invariant: what a person changed since a landing is never lost: it is merged, or that file stays as it is and is named. A landing of
another program that still runs is left to it.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from copilot_tui.diff.merge import merge
from copilot_tui.errors import LandingError
from copilot_tui.visible import visible
from copilot_tui.workspace.journal import Entry, Journal
from copilot_tui.workspace.landing import NOTHING_YET, receipt_of
from copilot_tui.workspace.place import find
from copilot_tui.workspace.receipt import Receipt
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.transaction import Write, write_batch


def history(repository: Repository, state_folder: Path) -> tuple[Receipt, ...]:
    """The landings in this repository, newest first."""
    journal = Journal(state_folder, repository.root)
    entries = [entry for entry in journal.entries() if not entry.undo_of and entry.state in {"landed", "undone"}]
    return tuple(receipt_of(journal.with_bytes(entry), entry.state == "undone") for entry in reversed(entries))


def revert(repository: Repository, state_folder: Path) -> Receipt:
    """Take the newest landing back; raises `LandingError`, and then nothing was changed."""
    journal = Journal(state_folder, repository.root)
    with journal.locked():
        landed = [entry for entry in journal.entries() if entry.state == "landed" and not entry.undo_of]
        if not landed:
            raise LandingError("There is no landing to undo in this repository.")
        entry = _own(landed)
        receipt = _swap(repository, journal, journal.with_bytes(entry), back=True)
        journal.set_state(journal.with_bytes(entry), "undone")
    return receipt


def redo(repository: Repository, state_folder: Path) -> Receipt:
    """Land again what was undone last; raises `LandingError` if nothing was, or if something has landed since."""
    journal = Journal(state_folder, repository.root)
    with journal.locked():
        entries = journal.entries()
        undos = [entry for entry in entries if entry.undo_of and entry.state == "landed"]
        newest = max((entry.number for entry in entries if not entry.undo_of and entry.state == "landed"), default=0)
        undone = {entry.number: entry for entry in entries if not entry.undo_of and entry.state == "undone"}
        candidates = [undo for undo in undos if undo.undo_of in undone]
        if not candidates or newest > candidates[-1].number:
            raise LandingError("There is no undone landing to land again in this repository.")
        undo = candidates[-1]
        receipt = _swap(repository, journal, journal.with_bytes(undo), back=True)
        journal.set_state(journal.with_bytes(undo), "undone")
        journal.set_state(journal.with_bytes(undone[undo.undo_of]), "landed")
    return receipt


def _own(landed: Sequence[Entry]) -> Entry:
    """The newest landing that no other running program made; raises `LandingError` if there is none."""
    for entry in reversed(landed):
        if entry.process == os.getpid() or not _is_running(entry.process):
            if entry is not landed[-1] and _touches(entry, landed):
                break
            return entry
    raise LandingError("The newest landing was made by another copilot-tui that still runs: undo it there.")


def _touches(entry: Entry, landed: Sequence[Entry]) -> bool:
    """Whether a later landing changed one of the entry's files."""
    paths = {image.path for image in entry.images}
    return any(paths & {image.path for image in later.images} for later in landed if later.number > entry.number)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        # A number that was used again for another program is not ours.
        return b"copilot-tui" in Path(f"/proc/{process}/cmdline").read_bytes() or not Path("/proc/self").exists()
    except OSError:
        return True


def _swap(repository: Repository, journal: Journal, entry: Entry, *, back: bool) -> Receipt:
    """Bring every file of the entry from its after-image to its before-image, merging what came since."""
    writes: list[Write] = []
    notes: list[str] = []
    for image in entry.images:
        old, new = (image.after, image.before) if back else (image.before, image.after)
        mode = image.before_mode if back else image.after_mode
        found = find(repository.root, image.path)
        now = found.content if found else None
        if now == new:
            continue
        if now == old:
            writes.append(Write(image.path, now, new, bool(mode & 0o100)))
            continue
        merged = merge(old, now, new) if old is not None and now is not None and new is not None else None
        if merged is None:
            notes.append(f"{visible(image.path)} was changed since, so it stays as it is.")
        else:
            notes.append(f"{visible(image.path)} was changed since; your change is kept.")
            writes.append(Write(image.path, now, merged, bool(mode & 0o100)))
    if not writes and notes:
        raise LandingError(" ".join(notes))
    blank = replace(
        NOTHING_YET,
        seconds=time.time(),
        request=entry.request,
        process=os.getpid(),
        undo_of=entry.undo_of or entry.number,
    )
    done = write_batch(repository.root, journal, writes, blank)
    return replace(receipt_of(done), notes=tuple(notes))
