"""A git repository, read without running anything of it.

Invariant: nothing here writes; links are never followed; a path that is not a plain file inside the work tree is not read.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from copilot_tui.autonomy.protected import forbidden_reason
from copilot_tui.diff.snapshot import EXECUTABLE, REGULAR, SUBMODULE, SYMLINK, Snapshot, SnapshotFile
from copilot_tui.errors import LandingError, RepositoryError, TargetError
from copilot_tui.visible import visible
from copilot_tui.workspace.git import Git, GitResult, decode_path, encode_path, split_zero
from copilot_tui.workspace.place import find

MOST_BYTES = 50_000_000  # of one file that is read
_MOST_COMPARED = 5_000_000  # bytes of a file whose time alone differs from the index's
_BARE = "{} is a bare repository without files, or looks like one: clone it and open the clone."


@dataclass(frozen=True, slots=True)
class FileList:
    """`listed`: what git tracks or would track, as git has it in order; `links`: symlinks, submodules, untracked repositories."""

    listed: tuple[str, ...]
    links: frozenset[str]

    @property
    def paths(self) -> frozenset[str]:
        """What git tracks or would track."""
        return frozenset(self.listed)


class Repository:
    """The work tree at `root`."""

    def __init__(self, root: Path, git_folder: Path, git: Git) -> None:
        self.root = root
        self.git_folder = git_folder
        self.git = git
        self.protected: tuple[str, ...] = ()  # the settings' patterns; the settings are read once the root is known

    @classmethod
    def open(cls, folder: Path, environment: Mapping[str, str]) -> "Repository":
        """The repository around `folder`; raises `RepositoryError` in one sentence where there is none to work in."""
        if not os.path.isdir(folder):  # noqa: PTH112  (a Path raises for a name that is too long, and where it may not look)
            raise RepositoryError(f"{visible(str(folder))} is no folder: name one that lies in a git repository.")
        git = Git(folder.resolve(), environment)
        found = git.run("rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--absolute-git-dir")
        if found.status:
            raise RepositoryError(_why_not_opened(folder, found))
        is_bare, is_inside, git_folder = found.output.removesuffix(b"\n").split(b"\n", 2)
        if is_inside != b"true":
            if is_bare == b"true":
                raise RepositoryError(_BARE.format(visible(str(folder))))
            inside = folder.resolve().is_relative_to(Path(os.fsdecode(git_folder)).resolve())
            raise RepositoryError(_inside_git(folder) if inside else _elsewhere(folder, "elsewhere"))
        root = Path(os.fsdecode(git.read("rev-parse", "--show-toplevel").removesuffix(b"\n")))
        folder_of_git = Path(os.fsdecode(git_folder))
        if not folder.resolve().is_relative_to(root) or not _leads_to(root / ".git", folder_of_git):
            raise RepositoryError(_elsewhere(folder, f"in {visible(str(root))}"))
        return cls(root, folder_of_git, Git(root, environment))

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
        paths: dict[str, None] = {}
        links: set[str] = set()
        for entry in split_zero(self.git.read("ls-files", "-z", "--stage")):
            head, _, raw = entry.partition(b"\t")
            mode, path = int(head.split(b" ")[0], 8), decode_path(raw)
            paths[path] = None
            if mode in {SYMLINK, SUBMODULE}:
                links.add(path)
        for raw in split_zero(self.git.read("ls-files", "-z", "--others", "--exclude-standard")):
            path = decode_path(raw)
            if path.endswith("/"):
                links.add(path.rstrip("/"))  # a repository inside this one
                continue
            paths[path] = None
            if self._is_link(path):
                links.add(path)
        return FileList(tuple(paths), frozenset(links))

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
            # A conflict stays one, and a new file stays new, whatever the work tree adds to it.
            if marks.get(path) != "U" and (marks.get(path), letter) != ("A", "M"):
                marks[path] = {"T": "M"}.get(letter, letter)

    def _same_as_index(self, head: bytes, path: str) -> bool:
        """Whether a file whose time alone differs still has the index's bytes: no filter is run for it."""
        fields = head[1:].split(b" ")
        if len(fields) < 5 or fields[3].strip(b"0") or fields[0] != fields[1]:
            return False
        found = self._content(path)
        if found is None or found[1] > _MOST_COMPARED:
            return False
        content = self._bytes(path)
        if content is None:
            return False
        # Git names a blob by this hash of its length and bytes: SHA-256 where ids have 64 digits.
        blob = b"blob %d\0" % len(content) + content
        name = hashlib.sha256(blob) if len(fields[2]) == 64 else hashlib.sha1(blob, usedforsecurity=False)
        return name.hexdigest() == fields[2].decode()

    def read(self, path: str) -> bytes:
        """A file's bytes; raises `TargetError` where it is no plain file of a size that can be shown."""
        reason = forbidden_reason(path, Snapshot(known_paths=frozenset({path})))
        if reason is not None and ".copilot-tui.toml" not in path:
            raise TargetError(f"{reason}.")
        if self._passes_link(path):
            raise TargetError(f"{visible(path)} is a link or lies behind one: links are never followed.")
        found = self._content(path)
        if found is None:
            raise TargetError(f"{visible(path)} cannot be read: it is gone, or it is not a plain file.")
        if found[1] > MOST_BYTES:
            raise TargetError(f"{visible(path)} has {found[1] / 1e6:.0f} MB, which is too large to show.")
        content = self._bytes(path)
        if content is None:
            raise TargetError(f"{visible(path)} cannot be read: see whether its permissions let you.")
        return content

    def _content(self, path: str) -> tuple[int, int] | None:
        """Mode and size of a plain file, None for anything else."""
        try:
            info = self.place(path).lstat()
        except (OSError, ValueError):
            return None
        return (info.st_mode, info.st_size) if stat.S_ISREG(info.st_mode) else None

    def _bytes(self, path: str) -> bytes | None:
        """The bytes of a plain file, reached without a link however the folders change meanwhile."""
        try:
            found = find(self.root, path)
        except LandingError:
            return None
        return found.content if found else None

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
        known = Snapshot(known_paths=listed.paths)
        wanted = {path for path in paths if path and forbidden_reason(path, known) is None}
        tracked, links = Snapshot(links=listed.links), set(listed.links)
        files: dict[str, SnapshotFile] = {}
        for path in wanted:
            parts = path.split("/")
            if tracked.passes_link(path):
                continue  # behind a submodule
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
            content = self._bytes(path)
            if content is None:
                continue
            files[path] = SnapshotFile(content, EXECUTABLE if info[0] & 0o100 else REGULAR)
        behind = Snapshot(links=frozenset(links))
        unknown = [path for path in wanted - listed.paths if not behind.passes_link(path)]
        return Snapshot(MappingProxyType(files), listed.paths, frozenset(links), self.ignored(unknown), self.protected)

    def ignored(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of `paths` that git ignores, whether they exist or not."""
        if not paths:
            return frozenset()
        given = b"\0".join(encode_path(path) for path in paths)
        # This command takes paths as they are, and knows no option that says so.
        found = self.git.run("check-ignore", "-z", "--stdin", given=given, literal=False)
        if found.status > 1:
            raise RepositoryError(f"git cannot say which files it ignores: {found.sentence}")
        return frozenset(decode_path(raw) for raw in split_zero(found.output))

    def not_checked_out(self, paths: Sequence[str]) -> frozenset[str]:
        """Those of `paths` that git tracks but leaves out of the work tree (a sparse checkout)."""
        if not paths:
            return frozenset()
        output = self.git.read("ls-files", "-z", "-t", "--", *[encode_path(path) for path in paths])
        return frozenset(decode_path(entry[2:]) for entry in split_zero(output) if entry.startswith(b"S "))

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


def _why_not_opened(folder: Path, found: GitResult) -> str:
    shown = visible(str(folder))
    if b"dubious ownership" in found.complaint:
        return (
            f"{shown} belongs to another user, so git does not open it: "
            "run `git config --global --add safe.directory` with its path if you trust it."
        )
    if b"not a git repository" in found.complaint:
        return f"{shown} is not in a git repository: run `git init` there, or name another folder."
    if b"bare repository" in found.complaint:
        return _inside_git(folder) if ".git" in folder.resolve().parts else _BARE.format(shown)
    return f"git does not open {shown}: {found.sentence}"


def _elsewhere(folder: Path, where: str) -> str:
    return f"{visible(str(folder))} says that its files lie {where} (core.worktree), so it is not opened."


def _inside_git(folder: Path) -> str:
    return f"{visible(str(folder))} lies in git's own folder: name the work tree instead."


def _leads_to(place: Path, git_folder: Path) -> bool:
    """Whether a work tree's own `.git` leads to the repository's folder: a configuration alone could claim any folder as work tree."""
    try:
        if place.is_dir():
            return place.samefile(git_folder)
        named = place.read_bytes().removeprefix(b"gitdir:").strip()
        return (place.parent / os.fsdecode(named)).samefile(git_folder)
    except OSError:
        return False
