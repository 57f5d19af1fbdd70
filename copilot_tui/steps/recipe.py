"""The recipes: which steps run at which level, as one table.

Invariant: every level has a row, and higher levels never check less than lower ones.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from copilot_tui.autonomy.level import AutonomyLevel


class Step(StrEnum):
    """One thing that is asked or checked on the way to a proposal."""

    LOCATE = "locate"
    PLAN = "plan"
    EDIT = "edit"
    CHECKS = "checks"
    REPAIR = "repair"
    CRITIQUE = "critique"
    SUMMARIZE = "summarize"


@dataclass(frozen=True, slots=True)
class Recipe:
    """The steps of one level, in their order; `repair_rounds` at the most, `critique_above` lines of the region only."""

    steps: tuple[Step, ...]
    repair_rounds: int = 0
    critique_above: int = 0

    def has(self, step: Step) -> bool:
        """Whether the step is part of the recipe."""
        return step in self.steps


_WHOLE = (Step.LOCATE, Step.PLAN, Step.EDIT, Step.CHECKS, Step.REPAIR, Step.CRITIQUE, Step.SUMMARIZE)

RECIPES: Mapping[AutonomyLevel, Recipe] = MappingProxyType(
    {
        AutonomyLevel.LINE: Recipe((Step.EDIT, Step.CHECKS)),
        AutonomyLevel.BLOCK: Recipe((Step.EDIT, Step.CHECKS, Step.CRITIQUE), critique_above=15),
        AutonomyLevel.FILE: Recipe((Step.EDIT, Step.CHECKS, Step.REPAIR, Step.CRITIQUE), repair_rounds=1),
        AutonomyLevel.DIRECTORY: Recipe(_WHOLE, repair_rounds=2),
        AutonomyLevel.REPO: Recipe(_WHOLE, repair_rounds=2),
    }
)
