"""Where the work tree around a folder begins, found without asking git where that is plain to see.

Invariant: a folder is taken for a work tree because of what lies in it or what git says, never because of its name.
"""

import os
from pathlib import Path

from copilot_tui.context.git_call import GitCall
from copilot_tui.errors import RepositoryError
from copilot_tui.visible import visible


def top_of(folder: Path) -> Path:
    """The topmost folder of the work tree around `folder`, or itself where git knows none; raises `RepositoryError` if it is no folder."""
    if not os.path.isdir(folder):  # noqa: PTH112  (a Path raises for names that are too long, and where it may not look)
        raise RepositoryError(f"{visible(str(folder))} is no folder: name one that lies in a git repository.")
    own = folder / ".git"
    if os.path.isfile(own) or os.path.isfile(own / "HEAD"):  # noqa: PTH113  (the same)
        return folder
    printed = GitCall(folder, "rev-parse", "--show-toplevel").output()
    top = Path(os.fsdecode(printed.removesuffix(b"\n")))
    is_around = bool(printed) and folder.resolve().is_relative_to(top) and os.path.lexists(top / ".git")
    return top if is_around else folder
