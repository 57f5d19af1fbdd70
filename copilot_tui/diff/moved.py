"""Code that moved: runs of removed lines that stand elsewhere as added ones.

Invariant: each changed line is in one run at most, and a run holds at least 20 letters and digits, as git's own rule has it, so that
braces and blank lines move nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.line import LineKind

_LEAST_CHARACTERS = 20
_MOST_PLACES = 50  # of one line: what stands so often is no sign of a move


@dataclass(frozen=True, slots=True)
class MovedEnd:
    """One end of a move: lines `first` to `last` (not included) of `FileChange.changed_lines`; `line` is the first's number, 1-based."""

    path: str
    first: int
    last: int
    line: int


@dataclass(frozen=True, slots=True)
class MovedRun:
    """Lines that went from one place to another; `is_exact`: no byte of them changed, their indentation included."""

    source: MovedEnd
    target: MovedEnd
    is_exact: bool


def find_moved(change_set: ChangeSet) -> tuple[MovedRun, ...]:
    """The moved runs between all files of a change set, in the order of their new places."""
    places: dict[bytes, list[tuple[int, int]]] = {}
    files = change_set.files
    for number, change in enumerate(files):
        for index, line in enumerate(change.changed_lines):
            if line.kind is LineKind.REMOVED and (text := _plain(change, index)):
                places.setdefault(text, []).append((number, index))
    taken: set[tuple[int, int]] = set()
    return tuple(run for number in range(len(files)) for run in _runs_into(files, number, places, taken))


def _runs_into(
    files: tuple[FileChange, ...],
    number: int,
    places: dict[bytes, list[tuple[int, int]]],
    taken: set[tuple[int, int]],
) -> Iterator[MovedRun]:
    change = files[number]
    at = 0
    while at < len(change.changed_lines):
        best: tuple[int, tuple[int, int]] = (0, (0, 0))
        found = places.get(_plain(change, at), ()) if change.changed_lines[at].kind is LineKind.ADDED else ()
        for place in found if len(found) <= _MOST_PLACES else ():
            size = _length(change, at, files[place[0]], place, taken)
            best = max(best, (size, (-place[0], -place[1])))
        size, source_file, source_at = best[0], -best[1][0], -best[1][1]
        texts = [_raw(change, at + offset) for offset in range(size)]
        if sum(byte.isalnum() for text in texts for byte in text.decode("latin-1")) < _LEAST_CHARACTERS:
            at += 1
            continue
        source = files[source_file]
        taken.update((source_file, source_at + offset) for offset in range(size))
        yield MovedRun(
            _end(source, source_at, size),
            _end(change, at, size),
            texts == [_raw(source, source_at + offset) for offset in range(size)],
        )
        at += size


def _length(
    change: FileChange, at: int, source: FileChange, place: tuple[int, int], taken: set[tuple[int, int]]
) -> int:
    """How many lines from there on are the same, blanks at their ends aside."""
    size = 0
    number, first = place
    while (
        _continues(change, at, size, LineKind.ADDED)
        and _continues(source, first, size, LineKind.REMOVED)
        and (number, first + size) not in taken
        and _plain(change, at + size) == _plain(source, first + size)
    ):
        size += 1
    return size


def _continues(change: FileChange, first: int, size: int, kind: LineKind) -> bool:
    lines = change.changed_lines
    if first + size >= len(lines) or lines[first + size].kind is not kind:
        return False
    return lines[first + size].index == lines[first].index + size


def _raw(change: FileChange, index: int) -> bytes:
    line = change.changed_lines[index]
    return (change.new_lines if line.kind is LineKind.ADDED else change.old_lines)[line.index]


def _plain(change: FileChange, index: int) -> bytes:
    return _raw(change, index).strip()


def _end(change: FileChange, first: int, size: int) -> MovedEnd:
    line = change.changed_lines[first]
    path = change.path if line.kind is LineKind.ADDED else change.source_path
    return MovedEnd(path, first, first + size, line.index + 1)
