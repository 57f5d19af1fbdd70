"""What the pane learns from the syntax room, beside the event loop: the colours of lines and the names of what encloses them.

Invariant: a line is asked for once; what comes for a review that is no longer shown is thrown away.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from copilot_tui.autonomy.request import LineRange
from copilot_tui.review.review import Review
from copilot_tui.tui.review.code_text import Span
from copilot_tui.tui.review.one_file import Row

if TYPE_CHECKING:
    from copilot_tui.tui.review.pane import ReviewPane

_AROUND = 150  # lines around the visible ones that are coloured with them
_MOST_LINES = 20_000  # of a file that is parsed; larger ones stay plain
Symbols = tuple[tuple[LineRange, str], ...]


class Reading:
    """Colours and symbols of the files of one pane."""

    def __init__(self, pane: "ReviewPane") -> None:
        self._pane = pane
        self._spans: dict[tuple[int, bool, int], Sequence[Span]] = {}
        self._asked: set[tuple[int, bool, int]] = set()
        self._symbols: dict[tuple[int, bool], Symbols] = {}

    def forget(self) -> None:
        """Other texts are shown from now on."""
        self._spans.clear()
        self._asked.clear()
        self._symbols.clear()

    def spans(self, file: int, *, old: bool, line: int) -> Sequence[Span]:
        """The coloured spans of a line; asked for, and empty, until they have come."""
        key = (file, old, line)
        if key not in self._asked:
            around = range(max(1, line - _AROUND), line + _AROUND)
            self._asked |= {(file, old, one) for one in around}
            if self._is_small(file, old=old):
                self._pane.run_worker(self._colour(file, old, around), group="review-colours")
        return self._spans.get(key, ())

    def symbol(self, row: Row) -> str:
        """The innermost definition around a row, as far as it is known by now."""
        old = not row.new
        line = row.old if old else row.new
        if not line:
            return ""
        if (row.file, old) not in self._symbols:
            self._symbols[row.file, old] = ()
            if self._is_small(row.file, old=old):
                self._pane.run_worker(self._name(row.file, old), group="review-symbols")
        around = [
            (len(lines), name) for lines, name in self._symbols[row.file, old] if lines.first <= line <= lines.last
        ]
        return min(around, default=(0, ""))[1]

    def _is_small(self, file: int, *, old: bool) -> bool:
        change = self._pane.review.files[file].change
        return not change.is_binary and len(change.old_lines if old else change.new_lines) <= _MOST_LINES

    def _text(self, file: int, old: bool) -> tuple[Review, str, bytes]:
        review = self._pane.review
        change = review.files[file].change
        return review, change.source_path if old else change.path, (change.before if old else change.after) or b""

    def _is_stale(self, review: Review, file: int) -> bool:
        now = self._pane.review
        return file >= len(now.files) or now.files[file].change is not review.files[file].change

    async def _colour(self, file: int, old: bool, lines: range) -> None:
        review, path, data = self._text(file, old)
        courtesy = self._pane.courtesy
        found = await courtesy.beside("sight", lambda: _colours(path, data, lines, courtesy.pause))
        if not self._is_stale(review, file):
            for line, spans in found.items():
                self._spans[file, old, line] = spans
            self._pane.refresh()

    async def _name(self, file: int, old: bool) -> None:
        review, path, data = self._text(file, old)
        courtesy = self._pane.courtesy
        found = await courtesy.beside("sight", lambda: _names(path, data, courtesy.pause))
        if not self._is_stale(review, file):
            self._symbols[file, old] = found
            self._pane.refresh()


def _colours(path: str, data: bytes, lines: range, pause: Callable[[], object]) -> Mapping[int, Sequence[Span]]:
    from copilot_tui.syntax import highlight  # noqa: PLC0415  (in the thread that needs it)

    return highlight(path, data, lines.start, lines.stop, pause)


def _names(path: str, data: bytes, pause: Callable[[], object]) -> Symbols:
    from copilot_tui.syntax import definitions  # noqa: PLC0415  (in the thread that needs it)

    found = definitions(path, data, pause=pause)
    return tuple((one.lines, f"{one.parent}.{one.name}" if one.parent else one.name) for one in found)
