"""A copy of the work tree outside the repository, to try a change in before it lands.

It is a git work tree of its own, at the same commit and with the person's own edits, that only borrows the repository's objects; it has
copies of folders of installed packages too. It is no sandbox: a command that names a place outside reaches that place.

Invariant: making, changing and removing it writes nothing in the repository; when it is left, nothing of it stays.
"""

import contextlib
import fcntl
import hashlib
import os
import posixpath
import secrets
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import EXECUTABLE, REGULAR
from copilot_tui.errors import LandingError, RepositoryError
from copilot_tui.visible import visible
from copilot_tui.workspace.environment import search_path
from copilot_tui.workspace.git import Git, decode_path, encode_path, split_zero
from copilot_tui.workspace.installed import INSTALLED, copy_installed
from copilot_tui.workspace.journal import make_private
from copilot_tui.workspace.place import Found, find
from copilot_tui.workspace.repository import MOST_BYTES, Repository


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file as it was put: the digest of its bytes and its git mode; `change`: its text, where it is not the repository's own."""

    digest: bytes
    mode: int
    change: bytes | None = None


class ScratchTree:
    """The copy; enter it to make it, leave it to remove it. Not for several threads at once."""

    def __init__(self, repository: Repository, cache_folder: Path, environment: Mapping[str, str]) -> None:
        self._repository = repository
        self._environment = {**environment, "PATH": search_path(environment, repository.root)}
        self._parent = cache_folder
        self.folder = Path()
        self._base: dict[str, _Kept] = {}
        self._put: dict[str, _Kept | None] = {}
        self._stamps: dict[str, tuple[int, ...]] = {}
        self._newest: dict[str, int] = {}
        self._cleanup = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """Raises `RepositoryError` where the copy cannot be made; then nothing of it is left."""
        try:
            self._claim_folder()
            self._make_git()
            self._copy()
        except OSError as error:
            self._cleanup.close()
            raise RepositoryError(
                f"The change cannot be tried: {visible(str(error.filename or self.folder))}: {error.strerror}."
            ) from error
        except BaseException:
            self._cleanup.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._cleanup.close()

    def bring_to(self, change_set: ChangeSet) -> None:
        """Make it the repository's work tree with `change_set` on top, whatever was in it before; raises `RepositoryError`."""
        wanted: dict[str, _Kept | None] = {}
        for change in change_set:
            if change.source_path != change.path or change.after is None:
                wanted[change.source_path] = None
            if change.after is not None:
                wanted[change.path] = _Kept(_digest(change.after), change.new_mode, change.after)
        touched = {*self._put, *wanted, *(path for path, _, _ in self._differing())}
        self._put = wanted
        for path in sorted(touched):
            try:
                self._restore(path)
            except (OSError, LandingError) as error:
                raise RepositoryError(
                    f"The change cannot be tried: {visible(path)} cannot be written ({error})."
                ) from error

    def changes(self) -> ChangeSet:
        """What differs from what was put there: what a command has changed. Files that git ignores do not count."""
        found = []
        for path, kept, now in self._differing():
            before = None if kept is None else self._content(path, kept)
            old = kept.mode if kept else _mode(now)
            found.append(
                FileChange(
                    path, before, now.content if now else None, old_mode=old, new_mode=_mode(now) if now else old
                )
            )
        return ChangeSet(tuple(change for change in found if not change.is_empty))

    def _claim_folder(self) -> None:
        """A folder of its own, locked as long as it lives; those that a killed program left are removed."""
        parent = make_private(self._parent, "scratch")
        for lock in parent.glob("*.lock"):
            descriptor = os.open(lock, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _remove(lock.with_suffix(""))
                lock.unlink(missing_ok=True)
            os.close(descriptor)
        name = secrets.token_hex(8)
        self.folder = parent / name
        lock = parent / f"{name}.lock"
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._cleanup.callback(os.close, descriptor)
        self._cleanup.callback(lock.unlink, missing_ok=True)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        self._cleanup.callback(_remove, self.folder)
        self.folder.mkdir(mode=0o700)

    def _git(self, *arguments: str, given: bytes | None = None) -> bytes:
        # Made anew for each call: a command may have changed the configuration, or taken the whole folder away.
        own = {"GIT_DIR": str(self.folder / ".git"), "GIT_WORK_TREE": str(self.folder)}
        extra = own if arguments[0] != "init" else {}
        done = Git(self.folder, self._environment).run(*arguments, given=given, extra=extra)
        if done.status:
            raise RepositoryError(f"The change cannot be tried: {done.sentence}")
        return done.output

    def _git_path(self, name: str) -> Path:
        """A file or folder of the repository's git folder, also where several work trees share it."""
        found = self._repository.git.read("rev-parse", "--git-path", name).removesuffix(b"\n")
        return self._repository.root / os.fsdecode(found)

    def _make_git(self) -> None:
        git = self._repository.git
        kind = git.run("rev-parse", "--show-object-format").output.decode().strip() or "sha1"
        format_option = [f"--object-format={kind}"] if kind != "sha1" else []
        self._git("init", "--quiet", "--template=", *format_option)
        own = self.folder / ".git"
        (own / "objects/info").mkdir(exist_ok=True)
        objects = os.fsencode(self._git_path("objects"))
        quoted = objects.replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")
        (own / "objects/info/alternates").write_bytes(b'"' + quoted + b'"\n')
        if self._git_path("shallow").is_file():
            shutil.copyfile(self._git_path("shallow"), own / "shallow")
        for name in ("core.autocrlf", "core.eol", "core.fileMode"):
            value = git.run("config", name).output.decode("utf-8", "replace").strip()
            if value:
                self._git("config", name, value)
        if self._repository.has_commit():
            commit = git.read("rev-parse", "HEAD").decode().strip()
            self._git("update-ref", "HEAD", commit)
            self._git("read-tree", "HEAD")

    def _copy(self) -> None:
        listed = self._repository.list_files()
        for path in sorted(listed.paths):
            if path in listed.links:
                self._copy_link(path)
                continue
            try:
                found = find(self._repository.root, path)
            except LandingError:
                continue
            if found is not None and len(found.content) <= MOST_BYTES:
                self._base[path] = _Kept(_digest(found.content), _mode(found))
                # With its own time: what was built from it before must not look outdated.
                self._write(path, found.content, _mode(found), self._repository.place(path).lstat().st_mtime_ns)
        tops = {path.split("/", 1)[0] for path in listed.paths}
        own = self._repository.root
        installed = [
            name for name in INSTALLED if name not in tops and (own / name).is_dir() and not (own / name).is_symlink()
        ]
        for name in installed:
            copy_installed(own / name, self.folder / name)
        (self.folder / ".git/info").mkdir(exist_ok=True)
        excluded = self._git_path("info/exclude")
        lines = excluded.read_bytes() if excluded.is_file() else b""
        (self.folder / ".git/info/exclude").write_bytes(
            lines + b"\n" + b"".join(b"/%s\n" % name.encode() for name in installed)
        )

    def _copy_link(self, path: str) -> None:
        """A link that leads to a place inside; one that leads out is left away, as submodules are."""
        source = self._repository.place(path)
        if not source.is_symlink():
            return
        target = os.fsdecode(os.readlink(source))  # noqa: PTH115  (as it is written)
        inside = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        if posixpath.isabs(target) or inside == ".." or inside.startswith("../"):
            return
        place = self._place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)

    def _differing(self) -> list[tuple[str, _Kept | None, Found | None]]:
        """Each path that is not as it was put: how it was put, and how it is now."""
        expected = {**self._base, **self._put}
        found = []
        for path, kept in expected.items():
            if kept is not None and self._stamp(path) == self._stamps.get(path):
                continue
            now = self._find(path)
            if (kept is None) != (now is None) or (
                kept and now and (_digest(now.content) != kept.digest or _mode(now) != kept.mode)
            ):
                found.append((path, kept, now))
        others = self._git("ls-files", "-z", "--others", "--exclude-standard")
        new = [path for path in map(decode_path, split_zero(others)) if path not in expected and not path.endswith("/")]
        return [*found, *((path, None, now) for path in new if (now := self._find(path)) is not None)]

    def _find(self, path: str) -> Found | None:
        """A plain file as it is now; a link, a folder or one too large to edit counts as none."""
        try:
            if self._place(path).lstat().st_size > MOST_BYTES:
                return None
            return find(self.folder, path)
        except (OSError, LandingError):
            return None

    def _content(self, path: str, kept: _Kept) -> bytes:
        if kept.change is not None:
            return kept.change
        own = find(self._repository.root, path)
        if own is None or _digest(own.content) != kept.digest:
            raise RepositoryError(f"{visible(path)} was changed in the repository meanwhile: try the change again.")
        return own.content

    def _restore(self, path: str) -> None:
        kept = self._put[path] if path in self._put else self._base.get(path)
        self._clear(path)
        if kept is not None:
            self._write(path, self._content(path, kept), kept.mode)

    def _clear(self, path: str) -> None:
        """Remove whatever stands at `path`, or in the way to it."""
        parts = path.split("/")
        for count in range(1, len(parts) + 1):
            place = self._place("/".join(parts[:count]))
            if count == len(parts) or place.is_symlink() or (place.exists() and not place.is_dir()):
                _remove(place)
        self._stamps.pop(path, None)

    def _write(self, path: str, content: bytes, mode: int, time_ns: int = 0) -> None:
        place = self._place(path)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        place.chmod(0o755 if mode == EXECUTABLE else 0o644)
        # Caches tell texts of one size apart by the second in which they were written: no two versions share one.
        newest = time_ns or max(time.time_ns(), self._newest.get(path, 0) + 1_000_000_000)
        self._newest[path] = newest
        os.utime(place, ns=(newest, newest))
        self._stamps[path] = self._stamp(path)

    def _stamp(self, path: str) -> tuple[int, ...]:
        try:
            info = self._place(path).lstat()
        except OSError:
            return ()
        return info.st_mode, info.st_size, info.st_ino, info.st_mtime_ns, info.st_ctime_ns

    def _place(self, path: str) -> Path:
        return Path(os.fsdecode(os.fsencode(self.folder) + b"/" + encode_path(path)))


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).digest()


def _mode(found: Found | None) -> int:
    return EXECUTABLE if found is not None and found.mode & 0o100 else REGULAR


def _remove(place: Path) -> None:
    """Remove a file, a link or a whole folder, also one that a command made read-only."""
    if place.is_dir() and not place.is_symlink():
        folders: Iterable[Path] = (Path(folder) for folder, _, _ in os.walk(place))
        for folder in (place, *folders):
            with contextlib.suppress(OSError):
                if folder.lstat().st_mode & 0o700 != 0o700:
                    folder.chmod(0o700)
        shutil.rmtree(place, ignore_errors=True)
    else:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            place.unlink()
