"""A file as the code view shows it: lines of characters, and where each character stands in cells.

Invariant: line numbers agree with the file's bytes split on LF; nothing of the text is changed but how hidden characters and tabs look.
"""

from dataclasses import dataclass
from functools import lru_cache

from rich.cells import cell_len

from copilot_tui.visible import HIDDEN, visible

TAB_WIDTH = 4
LONGEST_SHOWN = 2_000  # characters of one line; the rest is counted
LONGEST_COLOURED = 20_000  # lines; parsing holds the interpreter, so larger files stay plain


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line on the screen: `text` as shown, and for each character of the file's line where it starts in `text`."""

    text: str
    starts: tuple[int, ...] | None  # None where each character is shown as itself

    def column(self, character: int) -> int:
        """Where the file's `character`-th character starts in `text`."""
        if self.starts is None:
            return min(character, len(self.text))
        return self.starts[min(character, len(self.starts) - 1)]


def show_line(line: str) -> ShownLine:
    """A line of a file with tabs as spaces and hidden characters as marks."""
    rest = len(line) - LONGEST_SHOWN
    if rest > 0:
        line = line[:LONGEST_SHOWN]
    if HIDDEN.search(line) is None:
        return ShownLine(line + (f" … {rest} more characters" if rest > 0 else ""), None)
    parts: list[str] = []
    starts: list[int] = []
    at = 0
    for character in line:
        starts.append(at)
        shown = " " * (TAB_WIDTH - at % TAB_WIDTH) if character == "\t" else visible(character)
        parts.append(shown)
        at += len(shown)
    starts.append(at)
    if rest > 0:
        parts.append(f" … {rest} more characters")
    return ShownLine("".join(parts), tuple(starts))


class CodeDocument:
    """The lines of one file; `problem` is a sentence where the file cannot be shown as text."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self.problem = "This file is binary: it is not shown and cannot be edited." if b"\0" in data[:8000] else ""
        text = "" if self.problem else data.decode("utf-8", "surrogateescape")
        lines = text.split("\n")
        if lines and not lines[-1]:
            lines.pop()
        self._lines = [line.removesuffix("\r") for line in lines]
        self._show = lru_cache(maxsize=4096)(self._show_uncached)

    def _show_uncached(self, number: int) -> ShownLine:
        return show_line(self._lines[number - 1])

    @property
    def line_count(self) -> int:
        """How many lines the file has."""
        return len(self._lines)

    @property
    def is_coloured(self) -> bool:
        """Whether the file is small enough for syntax colours."""
        return 0 < self.line_count <= LONGEST_COLOURED and len(self.data) < 2_000_000

    def shown(self, number: int) -> ShownLine:
        """Line `number` (1-based) as shown."""
        return self._show(number)

    def text(self, first: int, last: int) -> str:
        """The lines `first` to `last` as text, for copying."""
        return "\n".join(self._lines[first - 1 : last]).encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    def widest(self) -> int:
        """The cells of the widest line, measured on the longest lines alone."""
        longest = sorted(range(len(self._lines)), key=lambda index: len(self._lines[index]), reverse=True)[:20]
        return max((cell_len(self.shown(index + 1).text) for index in longest), default=0)
