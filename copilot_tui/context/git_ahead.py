"""Calls of git that a question about a repository will want, begun before anything else is loaded so that they run beside it.

Invariant: a call is the very one that is made later; where none was begun ahead nothing changes.
"""

import os
from pathlib import Path

from copilot_tui.context.digest import sha1
from copilot_tui.context.git_call import begin_ahead

MOST_COMMITS = 3_000
FIRST_COMMITS = 700  # the past of a first answer
LOG_FORMAT = "--format=%x1e%H%x1d%s%n%b%x1f"
HEAD = ("rev-parse", "--quiet", "--verify", "HEAD")
OTHERS = ("ls-files", "-z", "--others", "--exclude-standard")
_LOG = ("log", "--no-merges", "--no-renames", "--name-only", "-z", LOG_FORMAT)
LOG = (*_LOG, f"-n{MOST_COMMITS}", "HEAD", "--")
SHORT_LOG = (*_LOG, f"-n{FIRST_COMMITS}", "HEAD", "--")


def index_file_of(root: Path, cache_folder: Path) -> Path:
    """Where the index of a repository lies: named by a mark of the repository's real path."""
    name = sha1(os.fsencode(os.path.realpath(root)), usedforsecurity=False).hexdigest()[:24]
    return cache_folder / "context" / f"{name}.sqlite"


def begin_question(root: Path, *, is_new: bool) -> None:
    """Begin what every question asks git; `is_new`: there is no index yet, so the newest commits are read as well."""
    for arguments in (SHORT_LOG, OTHERS, HEAD) if is_new else (HEAD, OTHERS):
        begin_ahead(root, *arguments)
