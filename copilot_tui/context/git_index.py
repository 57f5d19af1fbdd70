"""Git's index read from its file, three times as fast as what git prints of it.

The format is git's (Documentation/gitformat-index): versions 2, 3 and 4 with ids of 20 bytes. Invariant: an index of any other kind (split,
sparse, with larger ids, cut off) is not guessed at: there is nothing then, and git is asked.
"""

from array import array
from pathlib import Path
from struct import Struct, error
from threading import Thread
from typing import NamedTuple, Self

from copilot_tui.context.digest import sha1

_HEADER = Struct(">4sII")
_ENTRY = Struct(">IIII8xI8xI20sH")
_EXTENSION = Struct(">4sI")
_EXTENDED = 0x4000
_STAGE = 0x3000
_SECOND = 1_000_000_000  # nanoseconds
_CHECKSUM = 20
_LARGE = 1_000_000  # bytes
_REGULAR, _FOLDER = 0o10, 0o4  # the kinds of files, in the upper four bits of a mode


class Entries(NamedTuple):
    """The plain files in git's index, in columns: an object for each would take longer to make than all the rest.

    `raws`: the paths as they are on disk; `blobs`: the ids of the contents, empty where there is none, as in a conflict; `marks`: for each
    file when it was changed, when its status was (nanoseconds, -1: unknown) and its size, as the file system said.
    """

    paths: list[str]
    raws: list[bytes]
    blobs: list[str]
    marks: "array[int]"


def no_entries() -> Entries:
    """Those of an index that is not there."""
    return Entries([], [], [], array("q"))


def parse_index(data: bytes) -> tuple[Entries, frozenset[str]] | None:
    """The plain files, and the paths of links and submodules; None where this is no index that we read."""
    try:
        signature, version, count = _HEADER.unpack_from(data)
        if signature != b"DIRC" or version not in {2, 3, 4}:
            return None
        entries, links = no_entries(), set[bytes]()
        with _Checking(data) as checking:
            end = _parse_entries(data, version, count, entries, links)
        if end < 0 or not _has_known_extensions(data, end) or not checking.is_whole:
            return None
        return entries, frozenset(raw.decode("utf-8", "surrogateescape") for raw in links)
    except (error, IndexError, ValueError):
        return None


def count_entries(place: Path) -> int:
    """How many entries the index file at `place` has, 0 where there is none."""
    try:
        with place.open("rb") as file:
            signature, _, count = _HEADER.unpack(file.read(_HEADER.size))
    except (OSError, error):
        return 0
    return count if signature == b"DIRC" else 0


class _Checking:
    """Finds out whether an index is whole, beside other work where it is large.

    Its checksum is right then; git may be told to write none.
    """

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._thread = Thread(target=self._check) if len(data) > _LARGE else None
        self.is_whole = False

    def __enter__(self) -> Self:
        if self._thread is None:
            self._check()
        else:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread is not None:
            self._thread.join()

    def _check(self) -> None:
        add_up = sha1
        if self._thread is not None:
            from hashlib import sha1 as add_up  # noqa: PLC0415  (slow to load, but it holds up no other thread)
        written = self._data[-_CHECKSUM:]
        found = add_up(self._data[:-_CHECKSUM], usedforsecurity=False).digest()
        self.is_whole = written in {found, bytes(_CHECKSUM)}


def _parse_entries(data: bytes, version: int, count: int, entries: Entries, links: set[bytes]) -> int:
    """Take the entries; gives where they end, -1 where one stands for a whole folder."""
    unpack, find = _ENTRY.unpack_from, data.index
    paths, raws, blobs, marks = entries
    mark, add = marks.extend, raws.append
    ids: list[bytes] = []
    conflicts: list[int] = []
    place, raw = _HEADER.size, b""
    for _ in range(count):
        begin, before = place, raw
        changed, changed_part, modified, modified_part, mode, size, oid, flags = unpack(data, begin)
        place += _ENTRY.size
        if flags & _EXTENDED:
            place += 2
        if version == 4:
            shared, place = _number(data, place)
            stop = find(b"\0", place)
            raw = before[: len(before) - shared] + data[place:stop]
            place = stop + 1
        else:
            stop = find(b"\0", place)
            raw = data[place:stop]
            place = begin + ((stop - begin + 8) & ~7)
        if mode >> 12 != _REGULAR:
            if mode >> 12 == _FOLDER:
                return -1
            links.add(raw)
            continue
        if flags & _STAGE:
            if raws and raws[-1] == raw:
                continue  # the other sides of the conflict
            conflicts.append(len(raws))
        add(raw)
        ids.append(oid)
        mark((modified * _SECOND + modified_part, changed * _SECOND + changed_part, size))
    if raws:
        paths += b"\0".join(raws).decode("utf-8", "surrogateescape").split("\0")
        blobs += b"".join(ids).hex(" ", -len(ids[0])).split(" ")
    for one in conflicts:
        blobs[one] = ""
    return place


def _number(data: bytes, place: int) -> tuple[int, int]:
    """A number of several bytes as git's packs have it, and where it ends."""
    byte = data[place]
    value = byte & 0x7F
    while byte & 0x80:
        place += 1
        byte = data[place]
        value = ((value + 1) << 7) | (byte & 0x7F)
    return value, place + 1


def _has_known_extensions(data: bytes, place: int) -> bool:
    """Whether the rest is whole, and nothing in it changes what the entries mean: the names of such extensions are in small letters."""
    while place < len(data) - _CHECKSUM:
        name, size = _EXTENSION.unpack_from(data, place)
        if not name[:1].isupper():
            return False
        place += _EXTENSION.size + size
    return place == len(data) - _CHECKSUM
