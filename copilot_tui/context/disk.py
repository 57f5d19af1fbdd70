"""Reading files of the work tree: plain files of a bearable size, and nothing through a link.

Invariant: what cannot or must not be read is empty; nothing raises because of what lies on the disk.
"""

import os
import stat
from pathlib import Path

from copilot_tui.context.document import MOST_BYTES, is_binary, is_pointer


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
            found = Path(f"{self._root}/{path}").lstat()
        except (OSError, ValueError):
            return None
        return found if stat.S_ISREG(found.st_mode) and self._is_folder(path.rpartition("/")[0]) else None

    def _is_folder(self, path: str) -> bool:
        """Whether a folder and those around it are no links."""
        known = self._folders.get(path)
        if known is None:
            try:
                mode = Path(f"{self._root}/{path}").lstat().st_mode
            except (OSError, ValueError):
                return False
            known = self._folders[path] = path == "" or (
                stat.S_ISDIR(mode) and self._is_folder(path.rpartition("/")[0])
            )
        return known

    def read(self, path: str) -> bytes:
        """A file's bytes; nothing where it is no plain file, too large or not to be read."""
        found = self.info(path)
        if found is None or found.st_size > MOST_BYTES:
            return b""
        try:
            return Path(f"{self._root}/{path}").read_bytes()
        except OSError:
            return b""

    def text(self, path: str) -> str:
        """A file's text; nothing where it holds something else than text."""
        data = self.read(path)
        return "" if is_binary(data) or is_pointer(data) else data.decode("utf-8", "replace")
