"""Which tracked files differ from git's index, by what the file system says of them alone.

`git diff-files` would read every file whose time is as new as the index's, which after a clone is many, whatever their size.
Invariant: no file is opened; in doubt a file counts as changed.
"""

import os
import re
from pathlib import Path
from typing import NamedTuple

from copilot_tui.context.git_call import GitCall
from copilot_tui.context.git_index import Entry, parse_index

# One entry of `git ls-files -z --stage --debug`. Git may change what stands behind the path: then an entry has no time.
_ENTRY = re.compile(
    rb"(\d{6}) ([0-9a-f]{40,64}) (\d)\t([^\0]+)\0"
    rb"(?:  ctime: (\d+:\d+)\n  mtime: (\d+:\d+)\n  dev: \d+\tino: \d+\n  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: [0-9a-f]+\n)?"
)
_SECOND = 1_000_000_000  # nanoseconds
# A file that is written this near to the index may be written once more within the same tick of the file system's clock.
_TICK = 20_000_000  # nanoseconds
_INDEX_SIZE = 0xFFFFFFFF  # git keeps a file's size in 32 bits


class Tracked(NamedTuple):
    """Git's index: `files` and `links` (links and submodules) by path, and when it was written (nanoseconds)."""

    files: dict[str, Entry]
    links: frozenset[str]
    written: int


def parse_tracked(printed: bytes, written: int) -> Tracked:
    """Git's index as `git ls-files -z --stage --debug` prints it."""
    files: dict[str, Entry] = {}
    links: set[str] = set()
    times: dict[bytes, int] = {b"": -1}  # many files have one time: whoever checks out writes fast
    for match in _ENTRY.finditer(printed):  # one by one: a single call for all would hold up the interface
        mode, blob, stage, raw, ctime, mtime, size = match.groups(default=b"")
        path = raw.decode("utf-8", "surrogateescape")
        if not mode.startswith(b"100"):
            links.add(path)
            continue
        for time in (ctime, mtime):
            if time not in times:
                whole, _, rest = time.partition(b":")
                times[time] = int(whole) * _SECOND + int(rest)
        is_plain = stage == b"0" and mtime != b""
        files[path] = Entry(raw, blob.decode("ascii") if is_plain else "", times[mtime], times[ctime], int(size or 0))
    return Tracked(files, frozenset(links), written)


def place_of_index(root: Path) -> Path:
    """Where git's index of the work tree at `root` lies."""
    place = root / ".git" / "index"
    if place.is_file():
        return place
    # A work tree beside others, a submodule, or another folder than the topmost.
    printed = GitCall(root, "rev-parse", "--git-path", "index").output()
    return root / os.fsdecode(printed.removesuffix(b"\n") or b".git/index")


class IndexReader:
    """Reads git's index anew only when it was written since."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._place: Path | None = None
        self._mark: tuple[int, int, int] | None = None
        self._tracked = Tracked({}, frozenset(), 0)
        self._is_new = False

    def begin(self) -> None:
        """See whether there is something new."""
        if self._place is None:
            self._place = place_of_index(self._root)
        try:
            found = self._place.stat()
            mark = (found.st_mtime_ns, found.st_size, found.st_ino)
        except OSError:
            mark = (0, 0, 0)
        if mark != self._mark:
            self._mark = mark
            self._is_new = True

    def tracked(self) -> Tracked:
        """Git's index as it is, if it changed since `begin` was called before."""
        if self._is_new:
            self._is_new = False
            written = self._mark[0] if self._mark is not None else 0
            found = parse_index(self._data())
            if found is not None:
                self._tracked = Tracked(found[0], frozenset(found[1]), written)
                return self._tracked
            printed = GitCall(self._root, "ls-files", "-z", "--stage", "--debug").output()
            self._tracked = parse_tracked(printed, written)
            if not printed:
                self._mark = None  # it is asked again: git may have failed
        return self._tracked

    def _data(self) -> bytes:
        try:
            return self._place.read_bytes() if self._place is not None else b""
        except OSError:
            return b""


def is_clean(entry: Entry, size: int, times: tuple[int, int], written: int) -> bool:
    """Whether a file of this size and these times (of change and of status change, nanoseconds) holds for certain what git's index says."""
    if not entry.blob or entry.mtime < 0 or entry.size != size & _INDEX_SIZE:
        return False
    if entry.mtime % _SECOND == 0 and entry.ctime % _SECOND == 0:  # an index or a file system of whole seconds
        is_same = (times[0] // _SECOND, times[1] // _SECOND) == (entry.mtime // _SECOND, entry.ctime // _SECOND)
        return is_same and entry.mtime // _SECOND < written // _SECOND
    return times == (entry.mtime, entry.ctime) and entry.mtime < written - _TICK
