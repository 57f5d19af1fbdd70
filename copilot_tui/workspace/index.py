"""Accepted changes put into the index, as `git add --patch` does it.

Invariant: the index gets the accepted lines and keeps what was staged before; where that cannot be told apart, nothing is staged.
"""

from dataclasses import dataclass

from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.merge import merge
from copilot_tui.diff.snapshot import EXECUTABLE
from copilot_tui.errors import RepositoryError
from copilot_tui.visible import visible
from copilot_tui.workspace.git import encode_path
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.staging import Blobs, Staged


@dataclass(frozen=True, slots=True)
class _Entry:
    """What the index shall have at a path; None: nothing."""

    path: str
    staged: Staged | None


def stage_change_set(repository: Repository, change_set: ChangeSet) -> tuple[str, ...]:
    """Stage a change set that was made against the last commit; gives the staged paths. Raises `RepositoryError`, and then nothing was."""
    blobs = Blobs(repository, trusted=False)
    paths = sorted({path for change in change_set for path in (change.path, change.source_path)})
    present = blobs.in_index(paths) if paths else {}
    entries: list[_Entry] = []
    for change in change_set:
        now = present.get(change.source_path)
        if change.source_path != change.path or change.after is None:
            entries.append(_Entry(change.source_path, None))
        if change.after is None:
            continue
        content = change.after
        if now is not None and change.before is not None:
            content = _with_staged(blobs, change.path, (change.before, blobs.content(now.blob), change.after))
        elif present.get(change.path) is not None and blobs.content(present[change.path].blob) != content:
            raise _conflict(change.path)
        mode = "100755" if change.new_mode == EXECUTABLE else "100644"
        if now is not None and not change.changes_mode:
            mode = now.mode
        entries.append(_Entry(change.path, Staged(mode, blobs.store(change.path, content))))
    if entries:
        done = repository.git.run("update-index", "-z", "--index-info", given=b"".join(map(_line, entries)))
        if done.status:
            raise RepositoryError(f"git stages nothing: {done.sentence}")
    return tuple(dict.fromkeys(entry.path for entry in entries))


def _with_staged(blobs: Blobs, path: str, texts: tuple[bytes, bytes, bytes]) -> bytes:
    """The accepted text with what the person staged before; of the last commit, the index and the accepted."""
    committed, staged, accepted = texts
    if staged in {committed, accepted} or blobs.store(path, committed) == blobs.store(path, staged):
        return accepted
    merged = merge(committed, staged, accepted)
    if merged is None:
        raise _conflict(path)
    return merged


def _conflict(path: str) -> RepositoryError:
    return RepositoryError(
        f"{visible(path)} has other changes staged in the same lines, so nothing was staged: unstage them first."
    )


def _line(entry: _Entry) -> bytes:
    if entry.staged is None:
        return b"0 " + b"0" * 40 + b"\t" + encode_path(entry.path) + b"\0"
    return f"{entry.staged.mode} {entry.staged.blob}\t".encode() + encode_path(entry.path) + b"\0"
