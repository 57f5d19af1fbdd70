"""Changes that are there already: of the work tree since the last commit, and between two commits.

Invariant: nothing here writes, and nothing of the repository is run: trees and blobs are read raw, without filters or converters.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from copilot_tui.autonomy.protected import forbidden_reason
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.renames import with_renames
from copilot_tui.diff.snapshot import EXECUTABLE, REGULAR, Snapshot, SnapshotFile
from copilot_tui.errors import RepositoryError, UsageError
from copilot_tui.visible import visible
from copilot_tui.workspace.git import decode_path, split_zero
from copilot_tui.workspace.repository import MOST_BYTES, Repository


@dataclass(frozen=True, slots=True)
class FoundChange:
    """A change set, and sentences on what was left out of it."""

    change_set: ChangeSet
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revisions:
    """Two commits by their full ids (`first` is a tree's id where the other is the first commit) and how the person named them.

    `subject` is the first line of what the one commit says, empty where there are two.
    """

    first: str
    last: str
    name: str
    subject: str = ""

    @property
    def title(self) -> str:
        """The name, and what it stands for."""
        return f"{self.name} {self.subject}".rstrip()


def resolve_revisions(repository: Repository, text: str) -> Revisions | None:
    """`A..B`, `A...B` (from where they parted) or one commit (against its parent); None where that names no commits."""
    first, dots, last = text.partition("...") if "..." in text else text.partition("..")
    if not dots:
        commit = _commit(repository, text)
        if commit is None:
            return None
        subject = repository.git.read("log", "-1", "--format=%s", commit).decode("utf-8", "replace").strip()
        return Revisions(_commit(repository, f"{commit}^") or _empty_tree(repository), commit, text, subject)
    found = _commit(repository, first or "HEAD"), _commit(repository, last or "HEAD")
    if found[0] is None or found[1] is None:
        return None
    if dots == "...":
        base = repository.git.run("merge-base", found[0], found[1])
        if base.status:
            raise RepositoryError(
                f"{visible(first)} and {visible(last)} have no commit in common: write them with two dots."
            )
        return Revisions(base.output.decode().strip(), found[1], text)
    return Revisions(found[0], found[1], text)


def _commit(repository: Repository, name: str) -> str | None:
    if not name or name.startswith("-") or any(character.isspace() for character in name):
        return None
    found = repository.git.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    return found.output.decode().strip() if found.status == 0 else None


def _empty_tree(repository: Repository) -> str:
    return repository.git.read("hash-object", "-t", "tree", "--stdin", given=b"").decode().strip()


def is_checked_out(repository: Repository, revisions: Revisions) -> bool:
    """Whether the work tree's commit holds the newer of the two."""
    return repository.git.run("merge-base", "--is-ancestor", revisions.last, "HEAD").status == 0


def change_between(repository: Repository, revisions: Revisions) -> FoundChange:
    """What the newer commit has changed."""
    raw = split_zero(
        repository.git.read(
            "diff-tree", "-r", "-z", "--raw", "--no-renames", "--full-index", revisions.first, revisions.last, "--"
        )
    )
    entries = [
        (head[1:].decode().split(" "), decode_path(path)) for head, path in zip(raw[::2], raw[1::2], strict=True)
    ]
    blobs, left_out = _blobs(repository, [(path, blob) for fields, path in entries for blob in fields[2:4]])
    changes = []
    for (old_mode, new_mode, old_blob, new_blob, *_), path in entries:
        special = {mode for mode in (old_mode, new_mode) if mode not in {"000000", "100644", "100755", "100664"}}
        if special:
            left_out.append(f"{visible(path)} is a link or a submodule.")
        elif all(blob in blobs or not blob.strip("0") for blob in (old_blob, new_blob)):
            changes.append(
                FileChange(
                    path, blobs.get(old_blob), blobs.get(new_blob), old_mode=_mode(old_mode), new_mode=_mode(new_mode)
                )
            )
    return _found(changes, left_out)


def change_of_work_tree(repository: Repository) -> FoundChange:
    """What the work tree has that the last commit has not, untracked files with it; as git has it, staged or not."""
    marks = repository.status()
    head = _tree(repository, marks)
    snapshot = repository.snapshot(marks)
    blobs, left_out = _blobs(repository, [(path, blob) for path, (_, blob) in head.items()])
    changes = []
    for path in sorted(marks):
        reason = _unreviewable(repository, path, snapshot)
        if reason:
            left_out.append(reason)
            continue
        mode, blob = head.get(path, ("100644", ""))
        before, now = blobs.get(blob), snapshot.files.get(path)
        if (blob and before is None) or mode not in {"100644", "100755"}:
            continue
        after, new_mode = (None, REGULAR) if now is None else (now.content, now.mode)
        if before is not None or after is not None:
            old_mode = _mode(mode) if before is not None else REGULAR
            changes.append(FileChange(path, before, after, old_mode=old_mode, new_mode=new_mode if now else old_mode))
    return _found(changes, left_out)


def _found(changes: Iterable[FileChange], left_out: Iterable[str]) -> FoundChange:
    change_set = with_renames(ChangeSet(tuple(change for change in changes if not change.is_empty)))
    return FoundChange(change_set, tuple(dict.fromkeys(left_out)))


def _unreviewable(repository: Repository, path: str, snapshot: Snapshot) -> str:
    reason = forbidden_reason(path.rstrip("/"), snapshot)
    if reason is not None:
        return f"{reason}."
    if path not in snapshot.files and os.path.lexists(repository.place(path)):
        return f"{visible(path)} cannot be read, or is no plain file."
    return ""


def _tree(repository: Repository, paths: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Mode and blob of those of `paths` that the last commit has."""
    if not repository.has_commit():
        return {}
    found: dict[str, tuple[str, str]] = {}
    for entry in split_zero(repository.git.read("ls-tree", "-r", "-z", "--full-tree", "HEAD")):
        head, _, raw = entry.partition(b"\t")
        mode, _, blob = head.decode().split(" ")
        path = decode_path(raw)
        if path in paths:
            found[path] = (mode, blob)
    return found


def _blobs(repository: Repository, wanted: Iterable[tuple[str, str]]) -> tuple[dict[str, bytes], list[str]]:
    """The bytes of blobs by id, and sentences on those that are too large or missing."""
    paths = {blob: path for path, blob in wanted if blob.strip("0")}
    if not paths:
        return {}, []
    given = "\n".join(paths).encode() + b"\n"
    sizes: list[str] = []
    left_out = []
    for line in repository.git.read("cat-file", "--batch-check", given=given).decode().splitlines():
        blob, *rest = line.split(" ")
        if rest[:1] == ["blob"] and int(rest[1]) <= MOST_BYTES:
            sizes.append(blob)
        elif rest[:1] != ["commit"]:
            left_out.append(
                f"{visible(paths.get(blob, blob))} is too large to be shown, or git has not got its content."
            )
    output = repository.git.read("cat-file", "--batch", given="\n".join(sizes).encode() + b"\n") if sizes else b""
    found: dict[str, bytes] = {}
    at = 0
    while at < len(output):
        end = output.index(b"\n", at)
        blob, kind, size = output[at:end].decode().split(" ")
        found[blob] = output[end + 1 : end + 1 + int(size)] if kind == "blob" else b""
        at = end + 2 + int(size)
    return found, left_out


def _mode(mode: str) -> int:
    return EXECUTABLE if int(mode, 8) & 0o100 else REGULAR


def snapshot_around(repository: Repository, change_set: ChangeSet, *, is_in_place: bool) -> Snapshot:
    """What a grant for the change set is bound to: the newer texts where the work tree has them, else the older ones."""
    paths = {path for change in change_set for path in (change.path, change.source_path)}
    around = repository.snapshot(paths)
    files: dict[str, SnapshotFile] = {}
    for change in change_set:
        if is_in_place and change.after is not None:
            files[change.path] = SnapshotFile(change.after, change.new_mode)
        elif not is_in_place and change.before is not None:
            files[change.source_path] = SnapshotFile(change.before, change.old_mode)
    return Snapshot(files, around.known_paths, around.links, around.ignored, around.protected)


def finder(repository: Repository, paths: Iterable[str]) -> Mapping[str, SnapshotFile]:
    """The plain files of the work tree among `paths`; raises `UsageError` for a path that is none inside it."""
    wanted = set(paths)
    for path in sorted(wanted):
        reason = forbidden_reason(path, Snapshot())
        if reason is not None:
            raise UsageError(f"The patch cannot be reviewed: {reason}.")
    return repository.snapshot(wanted).files
