"""Reading files and making their documents, on two cores where the process can be split cheaply.

A process with one thread forks: its child reads every second file, hands its documents over in a pipe and is gone. A process with
several threads (the interface) never forks; there a process of its own does the bulk (`background`).
Invariant: each file is in the documents, in `unread` or in `rest`, and no child is left behind.
"""

import time

from copilot_tui.context.disk import Disk
from copilot_tui.context.document import Document, make_document
from copilot_tui.context.forking import beside, can_fork, has_cores
from copilot_tui.context.order import File

_LEAST_FORKED = 60  # files: fewer are read before a child is at work
_MOST_BYTES = 4_000_000  # that one process reads before they are written into the index
_LOOK = 16  # files between two looks at the clock


class Read:
    """The documents by content id, why some files cannot be read, and the files that there was no time or room for."""

    __slots__ = ("documents", "rest", "unread")

    def __init__(self) -> None:
        self.documents: list[tuple[str, Document]] = []
        self.unread: dict[str, str] = {}
        self.rest: list[File] = []


def read_files(files: list[File], disk: Disk, ends: float | None = None) -> Read:
    """Read the files until `ends` (of the monotonic clock), at least none."""
    if len(files) < _LEAST_FORKED or not (can_fork() and has_cores()):
        return _read(files, disk, ends)
    mine, handed = beside(lambda: _as_values(_read(files[1::2], disk, ends)), lambda: _read(files[::2], disk, ends))
    if handed is None:
        mine.rest += files[1::2]
        return mine
    documents, unread, rest = handed
    mine.documents += [(blob, Document(*fields)) for blob, fields in documents]
    mine.unread |= unread
    mine.rest += rest
    return mine


def _as_values(read: Read) -> tuple[list[tuple[str, tuple[dict[str, bytes], bytes, int]]], dict[str, str], list[File]]:
    return [(blob, (one.lines, one.sums, one.size)) for blob, one in read.documents], read.unread, read.rest


def _read(files: list[File], disk: Disk, ends: float | None) -> Read:
    done, size = Read(), 0
    for place, (path, blob) in enumerate(files):
        if size > _MOST_BYTES or (ends is not None and place % _LOOK == 0 and time.monotonic() > ends):
            done.rest = files[place:]
            break
        found = disk.read_text(path)
        if found.is_lasting:
            size += len(found.data)
            done.documents.append((blob, make_document(found.data.decode("utf-8", "replace"))))
        else:
            done.unread[path] = found.reason
    return done
