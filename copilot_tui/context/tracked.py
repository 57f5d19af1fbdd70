"""Which tracked files differ from git's index, by what the file system says of them alone.

`git diff-files` would read every file whose time is as new as the index's, which after a clone is many, whatever their size.
Invariant: no file is opened; in doubt a file counts as changed.
"""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from copilot_tui.context.git_call import GitCall
from copilot_tui.context.git_index import Entries, no_entries, parse_index

if TYPE_CHECKING:
    from array import array

# One entry of `git ls-files -z --stage --debug`. Git may change what stands behind the path: then an entry has no time.
_ENTRY = re.compile(
    rb"(\d{6}) ([0-9a-f]{40,64}) (\d)\t([^\0]+)\0"
    rb"(?:  ctime: (\d+:\d+)\n  mtime: (\d+:\d+)\n  dev: \d+\tino: \d+\n  uid: \d+\tgid: \d+\n  size: (\d+)\tflags: [0-9a-f]+\n)?"
)
_SECOND = 1_000_000_000  # nanoseconds
# A file that is written this near to the index may be written once more within the same tick of the file system's clock.
_TICK = 20_000_000  # nanoseconds
_INDEX_SIZE = 0xFFFFFFFF  # git keeps a file's size in 32 bits

Mark = tuple[int, int, int]  # of a file: when it was changed, when its status was (nanoseconds), its size


class Tracked(NamedTuple):
    """Git's index: the plain files, the paths of links and submodules, and when it was written (nanoseconds)."""

    files: Entries
    links: frozenset[str]
    written: int


def parse_tracked(printed: bytes, written: int) -> Tracked:
    """Git's index as `git ls-files -z --stage --debug` prints it."""
    paths, raws, blobs, marks = files = no_entries()
    links: set[str] = set()
    times: dict[bytes, int] = {b"": -1}  # many files have one time: whoever checks out writes fast
    for match in _ENTRY.finditer(printed):  # one by one: a single call for all would hold up the interface
        mode, blob, stage, raw, ctime, mtime, size = match.groups(default=b"")
        path = raw.decode("utf-8", "surrogateescape")
        if not mode.startswith(b"100"):
            links.add(path)
            continue
        if raws and raws[-1] == raw:
            continue  # the other sides of a conflict
        for time in (ctime, mtime):
            if time not in times:
                whole, _, rest = time.partition(b":")
                times[time] = int(whole) * _SECOND + int(rest)
        is_plain = stage == b"0" and mtime != b""
        paths.append(path)
        raws.append(raw)
        blobs.append(blob.decode("ascii") if is_plain else "")
        marks.extend((times[mtime], times[ctime], int(size or 0)))
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
        self._tracked = Tracked(no_entries(), frozenset(), 0)
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
                self._tracked = Tracked(*found, written)
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


def is_clean(known: Mark, found: Mark, written: int) -> bool:
    """Whether a file of which this is `found` holds for certain what git's index has, which was `written` when this was `known` of it."""
    mtime, ctime, size = known
    if mtime < 0 or size != found[2] & _INDEX_SIZE:
        return False
    if mtime % _SECOND == 0 and ctime % _SECOND == 0:  # an index or a file system of whole seconds
        is_same = (found[0] // _SECOND, found[1] // _SECOND) == (mtime // _SECOND, ctime // _SECOND)
        return is_same and mtime // _SECOND < written // _SECOND
    return (found[0], found[1]) == (mtime, ctime) and mtime < written - _TICK


def is_settled(known: "array[int]", written: int) -> bool:
    """Whether all these files, three numbers for each, are clean for certain if the file system says just the same of them."""
    times = known[::3]
    return min(times) >= 0 and max(times) < written - _SECOND and max(known[2::3]) < _INDEX_SIZE
