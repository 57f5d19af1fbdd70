"""The ladder: five levels of autonomy as frozen data.

Invariant: a higher level admits all that a lower one admits.
"""

from enum import StrEnum

SMALL_CONTEXT = 2000  # tokens of context below which a model is up to lines and blocks alone


class AutonomyLevel(StrEnum):
    """How much a proposal may change, from least to most."""

    LINE = "line"
    BLOCK = "block"
    FILE = "file"
    DIRECTORY = "directory"
    REPO = "repo"

    @property
    def rank(self) -> int:
        """0 for line to 4 for repo."""
        return list(AutonomyLevel).index(self)

    @property
    def budget(self) -> int:
        """The changed lines (added plus removed) that a proposal of this level may have unless the person says otherwise."""
        return _BUDGETS[self]

    @property
    def is_region(self) -> bool:
        """Whether the model answers with the new text of one region instead of edits."""
        return self in {AutonomyLevel.LINE, AutonomyLevel.BLOCK}

    def raised(self) -> "AutonomyLevel":
        """The next higher level, or the highest."""
        return list(AutonomyLevel)[min(self.rank + 1, len(AutonomyLevel) - 1)]

    def lowered(self) -> "AutonomyLevel":
        """The next lower level, or the lowest."""
        return list(AutonomyLevel)[max(self.rank - 1, 0)]


_BUDGETS = {
    AutonomyLevel.LINE: 1,
    AutonomyLevel.BLOCK: 80,
    AutonomyLevel.FILE: 200,
    AutonomyLevel.DIRECTORY: 400,
    AutonomyLevel.REPO: 1000,
}
