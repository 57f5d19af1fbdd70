"""A git repository, read without running anything of it.

Invariant: nothing here writes; links are never followed; a path that is not a plain file inside the work tree is not read.
"""

import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from copilot_tui.autonomy.protected import forbidden_reason
from copilot_tui.diff.snapshot import EXECUTABLE, REGULAR, SUBMODULE, SYMLINK, Snapshot, SnapshotFile
from copilot_tui.errors import RepositoryError, TargetError
from copilot_tui.visible import visible
from copilot_tui.workspace.git import Git, decode_path, encode_path, split_zero

MOST_BYTES = 50_000_000  # of one file that is read


@dataclass(frozen=True, slots=True)
class FileList:
    """`paths`: what git tracks or would track; `links`: symlinks and submodules among them and untracked ones beside them."""

    paths: frozenset[str]
    links: frozenset[str]


class Repository:
    """The work tree at `root`."""

    def __init__(self, root: Path, git_folder: Path, git: Git) -> None:
        self.root = root
        self.git_folder = git_folder
        self.git = git

    @classmethod
    def open(cls, folder: Path, environment: Mapping[str, str]) -> "Repository":
        """The repository around `folder`; raises `RepositoryError` in one sentence where there is none to work in."""
        if not folder.is_dir():
            raise RepositoryError(f"{visible(str(folder))} is no folder: name one that lies in a git repository.")
        git = Git(folder.resolve(), environment)
        found = git.run("rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--absolute-git-dir")
        if found.status:
            if b"dubious ownership" in found.complaint:
                raise RepositoryError(
                    f"{visible(str(folder))} belongs to another user, so git does not open it: "
                    "run `git config --global --add safe.directory` with its path if you trust it."
                )
            if b"not a git repository" in found.complaint:
                raise RepositoryError(
                    f"{visible(str(folder))} is not in a git repository: run `git init` there, or name another folder."
                )
            raise RepositoryError(f"git does not open {visible(str(folder))}: {found.sentence}")
        is_bare, is_inside, git_folder = found.output.split(b"\n")[:3]
        if is_inside != b"true":
            if is_bare == b"true":
                raise RepositoryError(
                    f"{visible(str(folder))} is a bare repository without files: clone it and open the clone."
                )
            raise RepositoryError(f"{visible(str(folder))} lies in git's own folder: name the work tree instead.")
        top = git.read("rev-parse", "--show-toplevel").rstrip(b"\n")
        root = Path(os.fsdecode(top))
        return cls(root, Path(os.fsdecode(git_folder)), Git(root, environment))

    def branch(self) -> str:
        """The branch's name, `detached at SHORT` or empty; a branch without a commit has its name."""
        found = self.git.run("symbolic-ref", "--quiet", "--short", "HEAD")
        if found.status == 0:
            return decode_path(found.output.rstrip(b"\n"))
        commit = self.git.run("rev-parse", "--quiet", "--verify", "--short", "HEAD")
        return f"detached at {commit.output.decode().strip()}" if commit.status == 0 else ""

    def has_commit(self) -> bool:
        """Whether HEAD names a commit."""
        return self.git.run("rev-parse", "--quiet", "--verify", "HEAD^{commit}").status == 0

    def list_files(self) -> FileList:
        """Every path that git tracks or would track."""
        paths: set[str] = set()
        links: set[str] = set()
        for entry in split_zero(self.git.read("ls-files", "-z", "--stage")):
            head, _, raw = entry.partition(b"\t")
            mode, path = int(head.split(b" ")[0], 8), decode_path(raw)
            paths.add(path)
            if mode in {SYMLINK, SUBMODULE}:
                links.add(path)
        for raw in split_zero(self.git.read("ls-files", "-z", "--others", "--exclude-standard")):
            path = decode_path(raw)
            if path.endswith("/"):
                links.add(path.rstrip("/"))  # a repository inside this one
                continue
            paths.add(path)
            if self._is_link(path):
                links.add(path)
        return FileList(frozenset(paths), frozenset(links))

    def status(self) -> dict[str, str]:
        """Path to mark for everything that differs from the last commit: `M`, `A`, `D`, `U` or `?`.

        Made from plumbing that compares sizes and times: `git status` would run the repository's filters.
        """
        marks: dict[str, str] = {}
        if self.has_commit():
            self._add_marks(
                marks,
                self.git.read("diff-index", "--raw", "-z", "--cached", "--no-renames", "--no-ext-diff", "HEAD", "--"),
            )
        else:
            marks |= dict.fromkeys(map(decode_path, split_zero(self.git.read("ls-files", "-z"))), "A")
        self._add_marks(
            marks, self.git.read("diff-files", "--raw", "-z", "--no-ext-diff", "--ignore-submodules=all", "--")
        )
        for raw in split_zero(self.git.read("ls-files", "-z", "--others", "--exclude-standard")):
            marks[decode_path(raw)] = "?"
        return marks

    def _add_marks(self, marks: dict[str, str], output: bytes) -> None:
        entries = split_zero(output)
        for head, raw in zip(entries[::2], entries[1::2], strict=False):
            letter = head.rsplit(b" ", 1)[-1][:1].decode()
            path = decode_path(raw)
            if letter == "M" and head.startswith(b":") and path not in marks and self._same_as_index(head, path):
                continue
            marks[path] = {"T": "M"}.get(letter, letter)

    def _same_as_index(self, head: bytes, path: str) -> bool:
        """Whether a file whose time alone differs still has the index's bytes: no filter is run for it."""
        fields = head[1:].split(b" ")
        if len(fields) < 5 or fields[3].strip(b"0") or fields[0] != fields[1]:
            return False
        content = self._content(path)
        return content is not None and content[1] <= 5_000_000 and self._hash(path) == fields[2].decode()

    def _hash(self, path: str) -> str:
        found = self.git.run("hash-object", "--no-filters", "--", encode_path(path))
        return found.output.decode().strip()

    def read(self, path: str) -> bytes:
        """A file's bytes; raises `TargetError` where it is no plain file of a size that can be shown."""
        reason = forbidden_reason(path, Snapshot())
        if reason is not None and ".copilot-tui.toml" not in path:
            raise TargetError(f"{reason}.")
        if self._passes_link(path):
            raise TargetError(f"{visible(path)} is a link or lies behind one: links are never followed.")
        found = self._content(path)
        if found is None:
            raise TargetError(f"{visible(path)} cannot be read: it is gone, or it is not a plain file.")
        if found[1] > MOST_BYTES:
            raise TargetError(f"{visible(path)} has {found[1] / 1e6:.0f} MB, which is too large to show.")
        try:
            return self.place(path).read_bytes()
        except OSError as error:
            raise TargetError(f"{visible(path)} cannot be read: {error.strerror}.") from error

    def _content(self, path: str) -> tuple[int, int] | None:
        """Mode and size of a plain file, None for anything else."""
        try:
            info = self.place(path).lstat()
        except (OSError, ValueError):
            return None
        return (info.st_mode, info.st_size) if stat.S_ISREG(info.st_mode) else None

    def place(self, path: str) -> Path:
        """Where a path of the repository lies."""
        return Path(os.fsdecode(os.fsencode(self.root) + b"/" + encode_path(path)))

    def _is_link(self, path: str) -> bool:
        try:
            return self.place(path).is_symlink()
        except (OSError, ValueError):
            return False

    def _passes_link(self, path: str) -> bool:
        parts = path.split("/")
        return any(self._is_link("/".join(parts[:count])) for count in range(1, len(parts) + 1))

    def snapshot(self, paths: Iterable[str]) -> Snapshot:
        """The files of `paths` that exist, with the names around them; what is no plain readable file is left out."""
        listed = self.list_files()
        wanted = {path for path in paths if path and forbidden_reason(path, Snapshot()) is None}
        links = set(listed.links)
        files: dict[str, SnapshotFile] = {}
        for path in wanted:
            parts = path.split("/")
            found = [link for count in range(1, len(parts) + 1) if self._is_link(link := "/".join(parts[:count]))]
            if found:
                links.add(found[0])
                continue
            info = self._content(path)
            if info is None:
                continue
            if info[1] > MOST_BYTES:
                raise TargetError(
                    f"{visible(path)} has {info[1] / 1e6:.0f} MB: files above {MOST_BYTES // 1_000_000} MB are not edited."
                )
            try:
                content = self.place(path).read_bytes()
            except OSError:
                continue
            files[path] = SnapshotFile(content, EXECUTABLE if info[0] & 0o100 else REGULAR)
        unknown = [path for path in files if path not in listed.paths]
        return Snapshot(MappingProxyType(files), listed.paths, frozenset(links), self._ignored(unknown))

    def _ignored(self, paths: list[str]) -> frozenset[str]:
        if not paths:
            return frozenset()
        given = b"\0".join(encode_path(path) for path in paths)
        found = self.git.run("check-ignore", "-z", "--stdin", "--no-index", given=given)
        return frozenset(decode_path(raw) for raw in split_zero(found.output)) if found.status == 0 else frozenset()

    def recent_subjects(self, count: int) -> tuple[str, ...]:
        """The newest commits' subjects, newest first; none before the first commit."""
        if not self.has_commit():
            return ()
        output = self.git.read("log", f"--max-count={count}", "--format=%s", "--no-show-signature")
        return tuple(output.decode("utf-8", "replace").splitlines())

    def state(self) -> str:
        """What git is in the middle of: `merge`, `rebase`, `cherry-pick`, `revert`, `bisect`, or empty."""
        marks = {
            "rebase-merge": "rebase",
            "rebase-apply": "rebase",
            "MERGE_HEAD": "merge",
            "CHERRY_PICK_HEAD": "cherry-pick",
            "REVERT_HEAD": "revert",
            "BISECT_LOG": "bisect",
        }
        return next((name for mark, name in marks.items() if (self.git_folder / mark).exists()), "")
