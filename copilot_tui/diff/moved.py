"""Code that moved: runs of removed lines that stand elsewhere as added ones, a few words of them changed on the way.

A run begins at a line that is the same on both sides, blanks at its ends aside, and grows both ways over lines that are the same or in
which few words differ. Invariant: each changed line is in one run at most; the lines of a run that are the same hold at least 20 letters
and digits, as git's own rule has it, so that braces and blank lines move nothing; no run begins or ends with a line of which most
changed; what changed its blanks alone where it stands did not move.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.line import LineKind
from copilot_tui.diff.matches import matching_runs

_LEAST_CHARACTERS = 20
_MOST_PLACES = 50  # of one line: what stands so often is no sign of a move
_MOST_WORDS = 3  # that may differ in one line
_WORDS_FOR_LINE = 2  # that may differ, for each line that is the same
_STEPS = 256  # changed lines that are looked at between two pauses
_WORD = re.compile(rb"\w+|[^\w\s]")
_WORD_LETTER = re.compile(rb"\w")
_LETTERS = bytes(byte for byte in range(256) if chr(byte).isalnum())

_Place = tuple[int, int]  # a file's number and the index of a changed line of it


@dataclass(frozen=True, slots=True)
class MovedEnd:
    """One end of a move: lines `first` to `last` (not included) of `FileChange.changed_lines`; `line` is the first's number, 1-based."""

    path: str
    first: int
    last: int
    line: int


@dataclass(frozen=True, slots=True)
class MovedRun:
    """Lines that went from one place to another; `is_exact`: no byte of them changed, their indentation included.

    `changed` are the lines in which words differ (0-based in the run), `words` how many differ in all.
    """

    source: MovedEnd
    target: MovedEnd
    is_exact: bool
    changed: tuple[int, ...] = ()
    words: int = 0


def find_moved(change_set: ChangeSet, pause: Callable[[], object] = int) -> tuple[MovedRun, ...]:
    """The moved runs between all files of a change set, in the order of their new places; `pause` is called every few milliseconds."""
    files = []
    for change in change_set:
        files.append(_Lines(change))
        pause()
    places: dict[bytes, list[_Place]] = {}
    for number, lines in enumerate(files):
        pause()
        for index, text in enumerate(lines.plain):
            if text and not lines.is_added[index]:
                places.setdefault(text, []).append((number, index))
    runs: list[MovedRun] = []
    for number in range(len(files)):
        pause()
        runs += _runs_into(files, number, places, pause)
    return tuple(runs)


class _Lines:
    """The changed lines of one file: their text, whether they were added, and where their stretch of the text ends."""

    def __init__(self, change: FileChange) -> None:
        self.change = change
        self.raw: list[bytes] = []
        self.is_added = bytearray()
        self.first: list[int] = []
        self.last: list[int] = []
        for block in change.blocks:
            for lines, is_added in (
                (change.old_lines[block.old_first : block.old_last], False),
                (change.new_lines[block.new_first : block.new_last], True),
            ):
                start, size = len(self.raw), len(lines)
                self.raw += lines
                self.is_added += bytes([is_added]) * size
                self.first += [start] * size
                self.last += [start + size] * size
        self.plain = [raw.strip() for raw in self.raw]
        self.is_taken = bytearray(len(self.raw))
        at = 0
        for block in change.blocks:
            middle, end = at + block.old_last - block.old_first, at + block.rows
            self._leave_in_place(at, middle, end)
            at = end

    def _leave_in_place(self, start: int, middle: int, end: int) -> None:
        """What changed its blanks alone within one block stands where it stood: it did not move."""
        old, new = self.plain[start:middle], self.plain[middle:end]
        if set(old).isdisjoint(new):
            return
        for first, second, size in matching_runs(old, new):
            for step in range(size):
                removed, added = start + first + step, middle + second + step
                if _WORD_LETTER.search(self.plain[removed]) and self.raw[removed] != self.raw[added]:
                    self.is_taken[removed] = self.is_taken[added] = 1

    def end(self, first: int, last: int) -> MovedEnd:
        """A run of the lines as the end of a move."""
        line = self.change.changed_lines[first]
        path = self.change.path if line.kind is LineKind.ADDED else self.change.source_path
        return MovedEnd(path, first, last, line.index + 1)


@dataclass(slots=True)
class _Growth:
    """A run while it grows: lines before and behind the one it began at, those that are the same, and the words that differ in others."""

    before: int = 0
    behind: int = 0
    same: int = 0
    words: int = 0


def _runs_into(
    files: list[_Lines], number: int, places: dict[bytes, list[_Place]], pause: Callable[[], object]
) -> Iterator[MovedRun]:
    lines = files[number]
    at = steps = 0
    while at < len(lines.raw):
        steps += 1
        if not steps % _STEPS:
            pause()
        found = places.get(lines.plain[at], ()) if lines.is_added[at] and not lines.is_taken[at] else ()
        best: tuple[_Growth, _Place] | None = None
        for place in found if len(found) <= _MOST_PLACES else ():
            source = files[place[0]]
            if not source.is_taken[place[1]]:
                growth = _grown(lines, at, source, place[1])
                if best is None or growth.same > best[0].same:
                    best = growth, place
        if best is None or not _tells(lines, at, best[0], files[best[1][0]], best[1][1]):
            at += 1
            continue
        yield _taken(lines, at, best[0], files[best[1][0]], best[1][1])
        at += best[0].behind


def _grown(lines: _Lines, at: int, source: _Lines, place: int) -> _Growth:
    """The run around two equal lines: first onwards, then backwards, as far as most of it is the same."""
    growth = _Growth()
    same, words, size = 0, 0, 0
    most = min(lines.last[at] - at, source.last[place] - place)
    while size < most and not lines.is_taken[at + size] and not source.is_taken[place + size]:
        differ = _words_between(source.plain[place + size], lines.plain[at + size])
        if differ is None or words + differ > _WORDS_FOR_LINE * same:
            break
        same, words, size = same + (not differ), words + differ, size + 1
        if not differ or _resemble(source.plain[place + size - 1], lines.plain[at + size - 1], differ):
            growth.behind, growth.same, growth.words = size, same, words
    same, words, size = growth.same, growth.words, 1
    most = min(at - lines.first[at], place - source.first[place])
    while size <= most and not lines.is_taken[at - size] and not source.is_taken[place - size]:
        differ = _words_between(source.plain[place - size], lines.plain[at - size])
        if differ is None or words + differ > _WORDS_FOR_LINE * same:
            break
        same, words = same + (not differ), words + differ
        if not differ or _resemble(source.plain[place - size], lines.plain[at - size], differ):
            growth.before, growth.same, growth.words = size, same, words
        size += 1
    return growth


def _words_between(old: bytes, new: bytes) -> int | None:
    """How many words differ between two lines; None where too many do."""
    if old == new:
        return 0
    before, after = _WORD.findall(old), _WORD.findall(new)
    if abs(len(before) - len(after)) > _MOST_WORDS or not before or not after:
        return None
    if len(before) == len(after):
        differ = sum(map(bytes.__ne__, before, after))
    else:
        head = 0
        least = min(len(before), len(after))
        while head < least and before[head] == after[head]:
            head += 1
        tail = 0
        while tail < least - head and before[-1 - tail] == after[-1 - tail]:
            tail += 1
        differ = max(len(before), len(after)) - head - tail
    differ = max(differ, 1)  # blanks alone differ within the line
    return differ if differ <= _MOST_WORDS and 2 * differ <= max(len(before), len(after)) else None


def _resemble(old: bytes, new: bytes, differ: int) -> bool:
    """Whether a run may begin or end with a changed line: most of it is the same."""
    return min(len(_WORD.findall(old)), len(_WORD.findall(new))) >= 3 * differ + 1


def _tells(lines: _Lines, at: int, growth: _Growth, source: _Lines, place: int) -> bool:
    """Whether the lines that are the same hold enough letters and digits."""
    span = range(-growth.before, growth.behind)
    texts = (lines.plain[at + step] for step in span if lines.plain[at + step] == source.plain[place + step])
    count = 0
    for text in texts:
        count += len(text) - len(text.translate(None, _LETTERS))
        if count >= _LEAST_CHARACTERS:
            return True
    return False


def _taken(lines: _Lines, at: int, growth: _Growth, source: _Lines, place: int) -> MovedRun:
    first, last = at - growth.before, at + growth.behind
    start, end = place - growth.before, place + growth.behind
    size = last - first
    lines.is_taken[first:last] = source.is_taken[start:end] = b"\1" * size
    changed = tuple(step for step in range(size) if lines.plain[first + step] != source.plain[start + step])
    return MovedRun(
        source.end(start, end),
        lines.end(first, last),
        lines.raw[first:last] == source.raw[start:end],
        changed,
        growth.words,
    )
