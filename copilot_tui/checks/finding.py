"""What a check found, and where.

Invariant: line numbers are those of the new text, 1-based; a finding without lines is about the file as a whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from copilot_tui.autonomy.request import LineRange
from copilot_tui.diff.change import FileChange
from copilot_tui.diff.line import LineKind

_LINES = 64  # that are looked at between two pauses


class Severity(StrEnum):
    """How much a finding weighs."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: the rule's name, the place, and a sentence."""

    rule: str
    path: str
    lines: LineRange | None
    severity: Severity
    message: str

    @property
    def is_error(self) -> bool:
        """Whether the change is broken as it stands, so that a repair is worth a call."""
        return self.severity is Severity.ERROR

    @property
    def blocks_batches(self) -> bool:
        """Whether a person must look at the hunk before it is accepted."""
        return self.severity is not Severity.INFO


def added_lines(change: FileChange, pause: Callable[[], object] = int) -> Iterator[tuple[int, bytes]]:
    """The added lines with their 1-based numbers in the new text; `pause` is called every few lines."""
    yield from _lines(change, LineKind.ADDED, pause)


def removed_lines(change: FileChange, pause: Callable[[], object] = int) -> Iterator[tuple[int, bytes]]:
    """The removed lines, each with the 1-based number of the new line that follows it; `pause` is called every few lines."""
    yield from _lines(change, LineKind.REMOVED, pause)


def _lines(change: FileChange, wanted: LineKind, pause: Callable[[], object]) -> Iterator[tuple[int, bytes]]:
    for hunk in change.hunks:
        number = hunk.new_start
        for at_line, line in enumerate(hunk.lines):
            if not at_line % _LINES:
                pause()
            if line.kind is wanted:
                yield number, line.text
            number += line.kind is not LineKind.REMOVED


def at(number: int) -> LineRange:
    """One line as a range."""
    return LineRange(max(number, 1), max(number, 1))
