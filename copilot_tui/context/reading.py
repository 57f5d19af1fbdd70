"""Reading files and making their documents, on two cores where the process can be split cheaply.

A process with one thread forks: its child reads every second file, hands its documents over in a pipe and is gone. A process with
several threads (the interface) never forks; there a process of its own does the bulk (`background`).
Invariant: each file is in the documents, in `unread` or in `rest`, and no child is left behind.
"""

import time

from copilot_tui.context.disk import Disk
from copilot_tui.context.document import Document
from copilot_tui.context.forking import Looked, look_through
from copilot_tui.context.order import File

_LEAST_FORKED = 60  # files: fewer are read before a child is at work
_MOST_BYTES = 4_000_000  # that one process reads before they are written into the index
_LOOK = 16  # files between two looks at the clock


# The documents by content id.
Read = Looked[tuple[str, Document]]


def read_files(files: list[File], disk: Disk, ends: float | None = None) -> Read:
    """Read the files until `ends` (of the monotonic clock), at least none."""
    return look_through(files, _LEAST_FORKED, lambda some: _read(some, disk, ends), _as_values, _of_values)


def _as_values(documents: list[tuple[str, Document]]) -> list[tuple[str, tuple[dict[str, bytes], bytes, int]]]:
    return [(blob, (one.lines, one.sums, one.size)) for blob, one in documents]


def _of_values(values: list[tuple[str, tuple[dict[str, bytes], bytes, int]]]) -> list[tuple[str, Document]]:
    return [(blob, Document(*fields)) for blob, fields in values]


def _read(files: list[File], disk: Disk, ends: float | None) -> Read:
    done: Read = Looked()
    size = 0
    for place, (path, blob) in enumerate(files):
        if size > _MOST_BYTES or (ends is not None and place % _LOOK == 0 and time.monotonic() > ends):
            done.rest = files[place:]
            break
        found = disk.read_text(path)
        if found.is_lasting:
            size += len(found.data)
            done.found.append((blob, found.document()))
        else:
            done.unread[path] = found.reason
    return done
