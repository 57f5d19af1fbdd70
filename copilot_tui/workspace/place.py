"""Files of the work tree, reached without following a link anywhere on the way.

Invariant: every folder from the root down is opened with O_NOFOLLOW, relative to the one before; so a folder that is swapped for a
link in the meantime ends in an error and never outside the work tree.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from copilot_tui.errors import LandingError
from copilot_tui.visible import visible

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Found:
    """A plain file as it is now: bytes, permission bits, number of hard links, owner and group, extended attributes."""

    content: bytes
    mode: int
    links: int
    owner: tuple[int, int]
    attributes: tuple[tuple[str, bytes], ...] = ()


@contextlib.contextmanager
def parent_folder(root: Path, path: str, *, create: bool = False) -> Iterator[tuple[int, bytes]]:
    """The folder of `path` as an open descriptor, with the file's name; raises `LandingError` where a part is no real folder."""
    descriptor = open_parent(root, path, create=create)
    try:
        yield descriptor, os.fsencode(path.rpartition("/")[2])
    finally:
        os.close(descriptor)


def open_parent(root: Path, path: str, *, create: bool = False) -> int:
    """The folder of `path` as a descriptor that the caller closes; raises `LandingError` where a part is no real folder."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in path.split("/")[:-1]:
            part = os.fsencode(folder)
            if create:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=descriptor)
            following = os.open(part, _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = following
    except OSError as error:
        os.close(descriptor)
        # With O_NOFOLLOW a link counts as no folder on Linux, and as a loop elsewhere.
        if isinstance(error, NotADirectoryError) or (error.strerror or "").startswith("Too many levels"):
            raise LandingError(f"{visible(path)} lies behind a link or a file, so nothing was written.") from None
        raise
    return descriptor


def find(root: Path, path: str) -> Found | None:
    """The plain file at `path`, None if there is nothing; raises `LandingError` for a link or another special file."""
    try:
        with parent_folder(root, path) as (folder, name):
            return read_plain(folder, name, path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LandingError(f"{visible(path)} cannot be reached ({error.strerror}), so nothing was written.") from error


def read_plain(folder: int, name: bytes, path: str) -> Found | None:
    """As `find`, for a name in an open folder; `path` is for the sentence."""
    try:
        descriptor = os.open(name, _READ, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LandingError(
            f"{visible(path)} is no plain file that can be read ({error.strerror}), so nothing was written."
        ) from error
    info = os.fstat(descriptor)
    if not stat.S_ISREG(info.st_mode):
        os.close(descriptor)
        raise LandingError(f"{visible(path)} is no plain file, so nothing was written.")
    with os.fdopen(descriptor, "rb") as stream:
        owner, attributes = (info.st_uid, info.st_gid), _attributes(descriptor)
        return Found(stream.read(), stat.S_IMODE(info.st_mode), info.st_nlink, owner, attributes)


def _attributes(descriptor: int) -> tuple[tuple[str, bytes], ...]:
    if not hasattr(os, "listxattr"):
        return ()
    try:
        return tuple((name, os.getxattr(descriptor, name)) for name in sorted(os.listxattr(descriptor)))
    except OSError:
        return ()  # a file system without extended attributes


def remove_empty_folders(root: Path, path: str) -> None:
    """Remove the folders above `path` that have become empty, as git does."""
    parts = path.split("/")[:-1]
    while parts:
        try:
            with parent_folder(root, "/".join(parts)) as (folder, name):
                os.rmdir(name, dir_fd=folder)
        except (OSError, LandingError):
            return
        parts.pop()


class HeldFolders:
    """The folders of a batch, each opened once and held until the end.

    What was put into a folder can so be taken out again even if the folder has been moved away since; `check` says whether it was.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._held: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for descriptor in self._held.values():
            os.close(descriptor)
        self._held.clear()

    def of(self, path: str, *, create: bool = False) -> tuple[int, bytes]:
        """The folder of `path` and the file's name; raises OSError or `LandingError`."""
        parent, _, name = path.rpartition("/")
        if parent not in self._held:
            self._held[parent] = open_parent(self.root, path, create=create)
        return self._held[parent], os.fsencode(name)

    def sync(self) -> None:
        """Make what was renamed and removed in these folders last; raises OSError."""
        for descriptor in self._held.values():
            os.fsync(descriptor)

    def check(self, path: str) -> None:
        """Raise `LandingError` unless the held folder still is the one that the path leads to."""
        held, _ = self.of(path)
        with parent_folder(self.root, path) as (now, _):
            if not os.path.samestat(os.fstat(held), os.fstat(now)):
                raise LandingError(f"The folder of {visible(path)} was moved meanwhile, so nothing was written.")
