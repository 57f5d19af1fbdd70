"""What was accepted, as a patch file in the person's state folder.

Invariant: the file lies outside of the repository, for the person alone; the same change has the same name.
"""

from pathlib import Path

from copilot_tui.diff.unified import format_patch
from copilot_tui.errors import UsageError
from copilot_tui.review.review import Review
from copilot_tui.visible import visible


def write_patch(review: Review, state: Path) -> Path:
    """Write what is accepted as a standard patch and say where; raises `UsageError`."""
    accepted = review.accepted_change_set()
    if not accepted:
        raise UsageError("Nothing is accepted, so there is nothing to export: accept a hunk with y first.")
    folder = state / "patches"
    path = folder / f"{accepted.digest[:12]}.patch"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(format_patch(accepted))
    except OSError as error:
        raise UsageError(f"The patch cannot be written to {visible(str(folder))}: {error.strerror}.") from error
    return path
