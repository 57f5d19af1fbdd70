"""Reading files of the work tree: plain files of a bearable size, and nothing through a link.

Invariant: what cannot or must not be read is empty and has its reason; nothing raises because of what lies on the disk.
"""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from copilot_tui.context.document import (
    BINARY,
    MOST_BYTES,
    POINTER,
    Document,
    is_binary,
    is_pointer,
    make_document,
    marked_document,
)


class Reading(NamedTuple):
    """A file's bytes, or why there are none; `is_lasting`: another try reads the same; `mark`: what it holds instead of text."""

    data: bytes
    reason: str = ""
    is_lasting: bool = True
    mark: str = ""

    def document(self) -> Document:
        """What the index holds of the file."""
        return marked_document(self.mark) if self.mark else make_document(self.data.decode("utf-8", "replace"))


class Disk:
    """The work tree at `root`."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._folders: dict[str, bool] = {}

    def forget(self) -> None:
        """Look at the folders again: they may have become links."""
        self._folders = {"": True}

    def info(self, path: str) -> os.stat_result | None:
        """Size and time of a plain file, None for anything else."""
        try:
            found = os.lstat(f"{self._root}/{path}")
        except (OSError, ValueError):
            return None
        return found if stat.S_ISREG(found.st_mode) and self._is_folder(path.rpartition("/")[0]) else None

    def is_denied(self, path: str) -> bool:
        """Whether a file may not even be looked at."""
        try:
            os.lstat(f"{self._root}/{path}")
        except PermissionError:
            return True
        except (OSError, ValueError):
            return False
        return False

    def _is_folder(self, path: str) -> bool:
        """Whether a folder and those around it are no links."""
        known = self._folders.get(path)
        if known is None:
            try:
                mode = os.lstat(f"{self._root}/{path}").st_mode
            except (OSError, ValueError):
                return False
            known = self._folders[path] = path == "" or (
                stat.S_ISDIR(mode) and self._is_folder(path.rpartition("/")[0])
            )
        return known

    def read(self, path: str) -> Reading:
        """A file's bytes; none where it is no plain file, too large or not to be read."""
        found = self.info(path)
        if found is None:
            return Reading(b"", "it is not there, or no plain file", is_lasting=False)
        if found.st_size > MOST_BYTES:
            return Reading(b"", f"it is too large: {size_in_words(found.st_size)}")
        try:
            with open(f"{self._root}/{path}", "rb") as file:  # noqa: PTH123  (it is done for every file: a Path costs more than the rest)
                return Reading(file.read())
        except OSError as error:
            return Reading(b"", f"it cannot be read: {error.strerror}", is_lasting=False)

    def read_text(self, path: str) -> Reading:
        """The same for text: none where a file holds something else."""
        found = self.read(path)
        if is_binary(found.data):
            return Reading(b"", "it holds something else than text", mark=BINARY)
        if is_pointer(found.data):
            return Reading(b"", "it only points to a file that Git LFS keeps elsewhere", mark=POINTER)
        return found

    def text(self, path: str) -> str:
        """A file's text; nothing where it holds something else than text."""
        return self.read_text(path).data.decode("utf-8", "replace")


def size_in_words(size: int) -> str:
    """Bytes as a person reads them."""
    number = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if number < 1_000 or unit == "GB":
            break
        number /= 1_000
    return f"{number:.0f} {unit}" if number >= 10 or unit == "bytes" else f"{number:.1f} {unit}"
