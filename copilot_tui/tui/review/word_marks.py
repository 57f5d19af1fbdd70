"""The changed words of changed lines, computed for a run of changes when one of its lines is first drawn.

Invariant: a run is one block of the diff; its marks are computed once.
"""

from copilot_tui.diff.line import LineKind
from copilot_tui.diff.words import Spans, changed_words, pair_lines
from copilot_tui.review.changed_file import ChangedFile

_MOST_LINES = 256  # of one block; longer ones are new text rather than changed words


class WordMarks:
    """Marks by changed line, for the files of one review."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], dict[int, Spans]] = {}

    def of(self, number: int, file: ChangedFile, changed: int) -> Spans:
        """The changed words (spans in characters) of the `changed`-th changed line of a file."""
        lines = file.lines
        first = changed
        while first > 0 and changed - first <= _MOST_LINES and _belongs(file, first - 1, first):
            first -= 1
        key = (number, first)
        if key not in self._known:
            last = first
            while last + 1 < len(lines) and last - first <= 2 * _MOST_LINES and _belongs(file, last, last + 1):
                last += 1
            self._known[key] = _marks(file, first, last) if last - first < _MOST_LINES else {}
        return self._known[key].get(changed, [])


def _belongs(file: ChangedFile, at: int, after: int) -> bool:
    """Whether two changed lines that follow each other stand in the same block."""
    one, other = file.lines[at], file.lines[after]
    if one.hunk != other.hunk:
        return False
    if one.kind is other.kind:
        return other.index == one.index + 1
    return one.kind is LineKind.REMOVED


def _marks(file: ChangedFile, first: int, last: int) -> dict[int, Spans]:
    sides: dict[LineKind, list[int]] = {LineKind.REMOVED: [], LineKind.ADDED: []}
    for at in range(first, last + 1):
        sides[file.lines[at].kind].append(at)
    removed, added = sides[LineKind.REMOVED], sides[LineKind.ADDED]
    old = [_text(file.old_lines[file.lines[at].index]) for at in removed]
    new = [_text(file.new_lines[file.lines[at].index]) for at in added]
    marks: dict[int, Spans] = {}
    for left, right in pair_lines(old, new).items():
        marks[removed[left]], marks[added[right]] = changed_words(old[left], new[right])
    return marks


def text_of(file: ChangedFile, changed: int) -> str:
    """The text of the `changed`-th changed line of a file, without its end."""
    line = file.lines[changed]
    return _text((file.old_lines if line.kind is LineKind.REMOVED else file.new_lines)[line.index])


def _text(raw: bytes) -> str:
    return raw.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
