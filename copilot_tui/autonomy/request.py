"""What a person asks for, and where.

Invariant: line numbers are 1-based and inclusive; paths are relative to the work tree's root.
"""

from dataclasses import dataclass

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.diff.line import LineRange as LineRange  # noqa: PLC0414  (part of a target: offered here)


@dataclass(frozen=True, slots=True)
class Target:
    """The place a request is about.

    `path`: a file, or at directory level a folder (empty for the root). `lines`: the cursor's line or the selection, None for the whole
    file. `paths`: at directory level an explicit set of files in place of the folder.
    """

    path: str = ""
    lines: LineRange | None = None
    paths: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """One wish: the text as typed, its target, the level and the line budget; `unlocked` names protected paths that the person opened.

    `asked_by`: who asks, in words, where that is not the person themselves: another program, or `watch` with the place of a comment.
    """

    text: str
    target: Target
    level: AutonomyLevel
    budget: int | None = None
    unlocked: frozenset[str] = frozenset()
    asked_by: str = ""

    @property
    def line_budget(self) -> int:
        """The changed lines that the proposal may have."""
        return self.level.budget if self.budget is None else self.budget
