"""In how many more rows the lines of a text go on where their room is too narrow for them.

Invariant: the numbers are those that the parts of each line give; a plain text is only measured, not drawn.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

from copilot_tui.tui.review.code_text import MOST_CHARACTERS, TAB, without_end
from copilot_tui.tui.review.rooms import parts_of

_PLAIN = bytes(range(0x20, 0x7F)) + b"\n\t"
_UNKNOWN = -1  # cells of a line that has to be drawn to be known


class Continued:
    """The lines of one text; `keeps_return` counts a carriage return at a line's end as a mark that is shown."""

    def __init__(self, lines: Sequence[bytes], keeps_return: bool) -> None:
        self._lines = lines
        self._keeps_return = keeps_return
        self._rows: dict[int, list[int]] = {}
        self._sums: dict[int, list[int]] = {}

    @cached_property
    def most(self) -> int:
        """The cells of the longest line at most; a very large number where a line has to be drawn to be known."""
        text = self._plain_text()
        if text is not None and b"\t" not in text:
            return max(map(len, self._lines), default=0)  # with their ends: measured without a list of them all
        return 1 << 60 if _UNKNOWN in self._cells else max(self._cells, default=0)

    @cached_property
    def _cells(self) -> list[int]:
        """The cells of each line."""
        text = self._plain_text()
        if text is not None:
            spread = text.expandtabs(TAB) if b"\t" in text else text
            measured = list(map(len, spread.split(b"\n")))[: len(self._lines)]
            if max(measured, default=0) <= MOST_CHARACTERS:
                return measured
        return [_measured(without_end(line, keeps_return=self._keeps_return)) for line in self._lines]

    def _plain_text(self) -> bytes | None:
        """The whole text, if each of its signs but the tab takes one cell."""
        text = b"".join(self._lines)
        if not self._keeps_return and b"\r" in text:
            text = text.replace(b"\r\n", b"\n")
        return None if text.translate(None, _PLAIN) else text

    def rows(self, room: int) -> list[int]:
        """For each line the rows beyond its first, in so many cells."""
        if room not in self._rows:
            self._rows[room] = [
                0 if 0 <= cells <= room else (cells - 1) // room if cells > 0 else self._drawn(line, room)
                for cells, line in zip(self._cells, self._lines, strict=True)
            ]
        return self._rows[room]

    def between(self, first: int, last: int, room: int) -> int:
        """The rows beyond the first ones of lines `first` to `last` (0-based, the last one not included)."""
        if room not in self._sums:
            self._sums[room] = list(accumulate(self.rows(room), initial=0))
        return self._sums[room][last] - self._sums[room][first]

    def _drawn(self, line: bytes, room: int) -> int:
        return len(parts_of(without_end(line, keeps_return=self._keeps_return), room)) - 1


def _measured(line: bytes) -> int:
    if len(line) > MOST_CHARACTERS or line.translate(None, _PLAIN):
        return _UNKNOWN
    return len(line.expandtabs(TAB))
