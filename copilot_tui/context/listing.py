"""Which files a repository has, asked of git and of the file system without running anything of the repository.

Invariant: nothing is written and no file is opened.
"""

import os
import stat
from array import array
from pathlib import Path
from typing import NamedTuple

from copilot_tui.autonomy.secret_names import is_secret
from copilot_tui.context.document import MOST_BYTES
from copilot_tui.context.file_marks import MISSING, OTHER, FileMarks, look
from copilot_tui.context.git_ahead import OTHERS
from copilot_tui.context.git_call import GitCall, decode_path
from copilot_tui.context.git_index import Entry
from copilot_tui.context.kinds import is_binary_name
from copilot_tui.context.tracked import IndexReader, Tracked, is_clean

_MOST_UNTRACKED = 20_000
_MANY = 20_000  # files: looking at so many is left to processes of its own
_MOST_LOOKERS = 4


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
    """Lists the files of the work tree at `root`, again and again; from `many` of them on processes of their own look at them."""

    def __init__(self, root: Path, many: int = _MANY) -> None:
        self._root = root
        self._many = many
        self._index = IndexReader(root)
        self._tracked = Tracked({}, frozenset(), 0)
        self._texts: dict[str, Entry] = {}
        self._secrets: frozenset[str] = frozenset()
        self._others: GitCall | None = None
        self._is_new = self._is_looking = False
        self._raws: list[bytes] = []  # where the tracked files lie
        self._marks: FileMarks | None = None

    def rest(self) -> None:
        """End the processes that look at files; they come back with the next listing."""
        self._is_looking = False
        if self._marks is not None:
            self._marks.close()
            self._marks = None

    def begin(self) -> None:
        """Start git's part of it, and what other processes look at, so that both run beside other work."""
        self._others = GitCall(self._root, *OTHERS)
        self._index.begin()
        tracked = self._index.tracked()
        if tracked is not self._tracked:
            self._is_new = True
            self._tracked = tracked
            start = os.fsencode(self._root) + b"/"
            self._raws = [start + entry.raw for entry in tracked.files.values()]
            self.rest()
        self._begin_looking()

    def listing(self) -> Listing:
        """The text files that git tracks, or would track, in the work tree as it was when `begin` was last called, or later."""
        tracked, is_new, self._is_new = self._tracked, self._is_new, False
        if is_new:
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
        written, texts = self._tracked.written, self._texts
        marks = self._look()
        files = zip(self._tracked.files.items(), marks[::3], marks[1::3], marks[2::3], strict=True)
        for (path, entry), mtime, ctime, size in files:
            if size in {MISSING, OTHER} or path not in texts:
                continue
            if size > MOST_BYTES:
                large[path] = size
            else:
                blobs[path] = entry.blob if is_clean(entry, size, (mtime, ctime), written) else ""

    def _begin_looking(self) -> None:
        if len(self._raws) < self._many:
            return
        try:
            if self._marks is not None and self._is_looking:
                self._marks.found()  # for a listing that was given up: files may have changed since
            if self._marks is None:
                self._marks = FileMarks(self._raws, min(_MOST_LOOKERS, os.cpu_count() or 1))
            self._marks.begin()
            self._is_looking = True
        except OSError:
            self.rest()

    def _look(self) -> "array[int]":
        """What the file system says of each tracked file; where the processes fail it is asked here."""
        is_looking, self._is_looking = self._is_looking, False
        try:
            if self._marks is not None and is_looking:
                return self._marks.found()
        except OSError:
            self.rest()
        return look(self._raws)

    def _add_other(self, path: str, blobs: dict[str, str], large: dict[str, int]) -> None:
        try:
            found = Path(self._root, path).lstat()
        except (OSError, ValueError):
            return
        if stat.S_ISREG(found.st_mode) and found.st_size > MOST_BYTES:
            large[path] = found.st_size
        else:
            blobs[path] = ""
