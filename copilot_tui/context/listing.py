"""Which files a repository has, asked of git and of the file system without running anything of the repository.

Invariant: nothing is written and no file is opened.
"""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from copilot_tui.autonomy.secret_names import is_secret
from copilot_tui.context.document import MOST_BYTES
from copilot_tui.context.git_ahead import OTHERS
from copilot_tui.context.git_call import GitCall, decode_path
from copilot_tui.context.git_index import Entry
from copilot_tui.context.kinds import is_binary_name
from copilot_tui.context.tracked import IndexReader, Tracked, is_clean

_MOST_UNTRACKED = 20_000


class Listing(NamedTuple):
    """`blobs`: path to the content's git id (empty where the file on disk may differ from it); `links`: links, submodules.

    `large`: the files that are too large to be read, with their size in bytes; they are in `blobs` no more.
    `recorded`: for the files of `blobs` that may differ, the id that git's index has of them.
    """

    blobs: dict[str, str]
    links: frozenset[str]
    secrets: frozenset[str]
    large: dict[str, int]
    notes: tuple[str, ...]
    recorded: dict[str, str]


class Lister:
    """Lists the files of the work tree at `root`, again and again."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._index = IndexReader(root)
        self._tracked = Tracked({}, frozenset(), 0)
        self._texts: dict[str, Entry] = {}
        self._secrets: frozenset[str] = frozenset()
        self._others: GitCall | None = None

    def begin(self) -> None:
        """Start git's part of it, so that it runs beside other work."""
        self._others = GitCall(self._root, *OTHERS)
        self._index.begin()

    def listing(self) -> Listing:
        """The text files that git tracks, or would track, in the work tree."""
        tracked = self._index.tracked()
        if tracked is not self._tracked:
            self._tracked = tracked
            self._secrets = frozenset(path for path in tracked.files if is_secret(path))
            self._texts = {
                path: entry
                for path, entry in tracked.files.items()
                if path not in self._secrets and not is_binary_name(path)
            }
        blobs: dict[str, str] = {}
        large: dict[str, int] = {}
        self._add_tracked(blobs, large)
        links, secrets = set(tracked.links), set(self._secrets)
        raw_others = self._others.output().split(b"\0") if self._others is not None else []
        others = [decode_path(raw) for raw in raw_others if raw]
        for path in others[:_MOST_UNTRACKED]:
            if path.endswith("/"):
                links.add(path.rstrip("/"))
            elif is_secret(path):
                secrets.add(path)
            elif not is_binary_name(path):
                self._add_other(path, blobs, large)
        left = len(others) - _MOST_UNTRACKED
        notes = (f"{left} untracked files were left out.",) if left > 0 else ()
        recorded = {path: self._texts[path].blob for path, blob in blobs.items() if not blob and path in self._texts}
        return Listing(blobs, frozenset(links), frozenset(secrets), large, notes, recorded)

    def _add_tracked(self, blobs: dict[str, str], large: dict[str, int]) -> None:
        start = os.fsencode(self._root) + b"/"
        written, look = self._tracked.written, os.lstat
        for path, entry in self._texts.items():
            try:
                found = look(start + entry.raw)
            except OSError:
                continue
            if not stat.S_ISREG(found.st_mode):
                continue
            if found.st_size > MOST_BYTES:
                large[path] = found.st_size
            else:
                blobs[path] = entry.blob if is_clean(entry, found, written) else ""

    def _add_other(self, path: str, blobs: dict[str, str], large: dict[str, int]) -> None:
        try:
            found = Path(self._root, path).lstat()
        except (OSError, ValueError):
            return
        if stat.S_ISREG(found.st_mode) and found.st_size > MOST_BYTES:
            large[path] = found.st_size
        else:
            blobs[path] = ""
