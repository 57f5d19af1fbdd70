"""What was accepted, as a patch file in the person's state folder.

Invariant: the file lies outside of the repository, for the person alone; the same change has the same name.
"""

from pathlib import Path

from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.unified import format_patch


def write_patch(change_set: ChangeSet, state: Path) -> Path:
    """Write the change set as a standard patch and say where; raises `OSError`."""
    folder = state / "patches"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{change_set.digest[:12]}.patch"
    path.write_bytes(format_patch(change_set))
    return path
