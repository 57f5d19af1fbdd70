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

from copilot_tui.errors import LandingError
from copilot_tui.visible import visible

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True, slots=True)
class Found:
    """A plain file as it is now: bytes, permission bits, number of hard links."""

    content: bytes
    mode: int
    links: int


@contextlib.contextmanager
def parent_folder(root: Path, path: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
    """The folder of `path` as an open descriptor, with the file's name; raises `LandingError` where a part is no real folder."""
    *folders, name = path.split("/")
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            part = os.fsencode(folder)
            if create:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(part, dir_fd=descriptor)
            following = os.open(part, _FOLDER, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = following
        yield descriptor, name
    except NotADirectoryError:
        raise LandingError(f"{visible(path)} lies behind a link or a file, so nothing was written.") from None
    finally:
        os.close(descriptor)


def find(root: Path, path: str) -> Found | None:
    """The plain file at `path`, None if there is nothing; raises `LandingError` for a link or another special file."""
    try:
        with parent_folder(root, path) as (folder, name):
            descriptor = os.open(os.fsencode(name), _READ, dir_fd=folder)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LandingError(
            f"{visible(path)} is no plain file that can be read ({error.strerror}), so nothing was written."
        ) from error
    with os.fdopen(descriptor, "rb") as stream:
        info = os.fstat(stream.fileno())
        if not stat.S_ISREG(info.st_mode):
            raise LandingError(f"{visible(path)} is no plain file, so nothing was written.")
        return Found(stream.read(), stat.S_IMODE(info.st_mode), info.st_nlink)


def remove_empty_folders(root: Path, path: str) -> None:
    """Remove the folders above `path` that have become empty, as git does."""
    parts = path.split("/")[:-1]
    while parts:
        try:
            with parent_folder(root, "/".join(parts)) as (folder, name):
                os.rmdir(os.fsencode(name), dir_fd=folder)
        except (OSError, LandingError):
            return
        parts.pop()
