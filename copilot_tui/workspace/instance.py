"""Which programs of ours run: each that has landed something holds a lock as long as it lives.

Invariant: a name counts as running exactly while its process lives, however that ends, on whatever process number, in whatever
container; nothing is kept of a process that ended.
"""

import fcntl
import os
import secrets
from pathlib import Path

from copilot_tui.workspace.journal import make_private

# The locks of this process, by state folder: they last until it ends.
_own: dict[Path, tuple[str, int]] = {}


def own_instance(state_folder: Path) -> str:
    """This program's name among all that land with the same state folder; raises OSError."""
    if state_folder not in _own:
        folder = make_private(state_folder, "instances")
        for file in folder.iterdir():
            if file.suffix != ".new" and not _is_held(file):
                file.unlink(missing_ok=True)
        name = secrets.token_hex(8)
        waiting = folder / f"{name}.new"
        descriptor = os.open(waiting, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        waiting.rename(folder / name)  # only a locked file ever has the final name
        _own[state_folder] = (name, descriptor)
    return _own[state_folder][0]


def runs_elsewhere(state_folder: Path, name: str) -> bool:
    """Whether another program of that name still runs."""
    if state_folder in _own and _own[state_folder][0] == name:
        return False
    return _is_held(state_folder / "instances" / name)


def _is_held(file: Path) -> bool:
    try:
        descriptor = os.open(file, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
