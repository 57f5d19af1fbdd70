"""A commit of exactly the files that were listed, made by git itself.

Invariant: what the person had staged in other files is staged afterwards as before; nothing is pushed or rewritten.
"""

import time
from collections.abc import Sequence

from copilot_tui.errors import RepositoryError
from copilot_tui.visible import visible
from copilot_tui.workspace.git import GitResult, encode_path
from copilot_tui.workspace.repository import Repository

_WAITS = (0.3, 0.7, 1.5)  # seconds between tries while another git holds the index


def commit(repository: Repository, paths: Sequence[str], message: str, *, trusted: bool = False) -> str:
    """Commit `paths` as they are in the work tree; gives the commit's short id. Hooks run only in a trusted repository.

    Raises `RepositoryError` with what git says; then there is no commit.
    """
    if not message.strip():
        raise RepositoryError("A commit needs a message: write one line at least.")
    state = repository.state()
    if state in {"merge", "rebase", "cherry-pick", "revert"}:
        raise RepositoryError(f"git is in the middle of a {state}, so nothing was committed: finish or abort it first.")
    present = [path for path in paths if repository.place(path).exists() or path in repository.list_files().paths]
    if not present:
        raise RepositoryError("None of these files is there any more, so there is nothing to commit.")
    names = [encode_path(path) for path in present]
    new = [path for path in present if path not in _tracked(repository, present)]
    if new:
        # A path that git does not know must be announced before `commit --only` takes it.
        _retried(repository, "add", "--intent-to-add", "--", *[encode_path(path) for path in new], trusted=trusted)
    done = _retried(
        repository, "commit", "--quiet", "--only", "--file=-", "--", *names, given=message.encode(), trusted=trusted
    )
    if done.status:
        if new:
            repository.git.run("reset", "--quiet", "--", *[encode_path(path) for path in new])
        raise RepositoryError(
            f"git made no commit: {done.sentence or visible(done.output.decode(errors='replace'))[:300]}"
        )
    return repository.git.read("rev-parse", "--short", "HEAD").decode().strip()


def _tracked(repository: Repository, paths: Sequence[str]) -> set[str]:
    output = repository.git.read("ls-files", "-z", "--", *[encode_path(path) for path in paths])
    return {raw.decode("utf-8", "surrogateescape") for raw in output.split(b"\0") if raw}


def _retried(repository: Repository, *arguments: str | bytes, given: bytes | None = None, trusted: bool) -> GitResult:
    """Run git, again while another git holds the index; its lock is never removed."""
    for wait in (*_WAITS, 0.0):
        done = repository.git.run(*arguments, given=given, trusted=trusted)
        if not done.status or b"index.lock" not in done.complaint:
            return done
        time.sleep(wait)
    raise RepositoryError(
        f"Another git holds {visible(str(repository.git_folder / 'index.lock'))}, so nothing was committed: "
        "wait for it, or remove that file if no git runs."
    )
