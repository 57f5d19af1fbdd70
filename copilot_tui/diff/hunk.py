"""A hunk: a run of changed lines with the equal lines around them.

Invariant: a hunk never changes; its counts are those of its lines.
"""

from dataclasses import dataclass
from itertools import takewhile

from copilot_tui.diff.line import Line, LineKind


@dataclass(frozen=True, slots=True)
class Hunk:
    """A run of lines with at least one change; `old_start` and `new_start` are 1-based.

    Where one side has no line, its start is the number of the line before the hunk plus one (not git's "line before").
    """

    old_start: int
    new_start: int
    lines: tuple[Line, ...]

    @property
    def old_count(self) -> int:
        """How many lines of the old text the hunk spans, context included."""
        return sum(line.kind is not LineKind.ADDED for line in self.lines)

    @property
    def new_count(self) -> int:
        """How many lines of the new text the hunk spans, context included."""
        return sum(line.kind is not LineKind.REMOVED for line in self.lines)

    @property
    def first_changed(self) -> int:
        """The line of the new text (1-based) where the first change stands; behind a removal, the line that stands there then."""
        around = takewhile(lambda line: line.kind is LineKind.CONTEXT, self.lines)
        return self.new_start + sum(1 for _ in around)

    @property
    def removed(self) -> int:
        """How many lines it takes out."""
        return sum(line.kind is LineKind.REMOVED for line in self.lines)

    @property
    def added(self) -> int:
        """How many lines it puts in."""
        return sum(line.kind is LineKind.ADDED for line in self.lines)


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A changed line: `index` is 0-based in the old text (removed) or the new text (added); `hunk` its index in the file's hunks."""

    kind: LineKind
    index: int
    hunk: int
