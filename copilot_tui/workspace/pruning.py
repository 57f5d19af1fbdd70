"""The journal kept small: landings older than a bound go, and the oldest ones where all together are larger than another.

Invariant: a landing goes with the undos and redos of it or stays with them; the newest one stays, and so do those of programs that still
run; whoever prunes is told of each landing that could still have been taken back.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.errors import LandingError
from copilot_tui.workspace.entry import Entry
from copilot_tui.workspace.instance import runs_elsewhere
from copilot_tui.workspace.journal import Journal
from copilot_tui.workspace.revert import standing

_DAY = 86_400.0
_MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long a landing can be taken back, and how much all of one repository may take."""

    days: int
    megabytes: int


def prune(root: Path, state_folder: Path, bounds: Bounds, now: float | None = None) -> str:
    """Remove what is beyond the bounds from the journal of the work tree at `root`; gives a sentence on what cannot be undone any more.

    `now` in seconds since 1970. Where the journal is in use or cannot be written nothing is removed: the next start tries again.
    """
    journal = Journal(state_folder, root)
    if not journal.folder.is_dir():
        return ""
    try:
        with journal.locked(seconds=0.0):
            gone = _beyond(journal, bounds, time.time() if now is None else now)
            lost = {entry.number for entry in standing(journal)} & {entry.number for entry in gone}
            for entry in gone:
                journal.remove(entry)
    except (LandingError, OSError):
        return ""
    if not lost:
        return ""
    count = "One landing" if len(lost) == 1 else f"{len(lost)} landings"
    return (
        f"{count} cannot be undone any more: beyond keep_landings_days = {bounds.days} or keep_landings_megabytes = "
        f"{bounds.megabytes} in the settings."
    )


def _beyond(journal: Journal, bounds: Bounds, now: float) -> list[Entry]:
    """The entries to remove, oldest first."""
    *groups, newest = _groups(journal.entries()) or [()]
    sizes = {entry.number: journal.size(entry) for group in (*groups, newest) for entry in group}
    left = sum(sizes.values())
    gone: list[Entry] = []
    for group in groups:
        is_old = now - max(entry.seconds for entry in group) > bounds.days * _DAY
        if not is_old and left <= bounds.megabytes * _MEGABYTE:
            continue
        if any(runs_elsewhere(journal.state_folder, entry.instance) for entry in group):
            continue
        gone += group
        left -= sum(sizes[entry.number] for entry in group)
    # A landing before its undo: what is cut off in between must not make it stand again.
    return sorted(gone, key=lambda entry: entry.number)


def _groups(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    """Each landing with the undos and redos of it, by the newest of them; batches that have not ended are in none."""
    groups: dict[int, list[Entry]] = {}
    landing_of: dict[int, int] = {}
    for entry in entries:
        landing = landing_of.get(entry.undo_of, entry.number)
        landing_of[entry.number] = landing
        groups.setdefault(landing, []).append(entry)
    whole = [group for group in groups.values() if all(entry.state in {"landed", "rolled-back"} for entry in group)]
    return [tuple(group) for group in sorted(whole, key=lambda group: group[-1].number)]
