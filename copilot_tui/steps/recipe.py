"""The recipes: which steps run at which level, as one table.

Invariant: every level has a row, higher levels never check less than lower ones, and whatever a person asks for instead can be run.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.errors import UsageError


class Step(StrEnum):
    """One thing that is asked or checked on the way to a proposal."""

    LOCATE = "locate"
    PLAN = "plan"
    EDIT = "edit"
    CHECKS = "checks"
    REPAIR = "repair"
    CRITIQUE = "critique"
    SUMMARIZE = "summarize"
    REMEMBER = "remember"


@dataclass(frozen=True, slots=True)
class Recipe:
    """The steps of one level, in their order; `repair_rounds` at the most, `critique_above` lines of the region only.

    `second_tries`: how often a region's text is asked for again where the answer cannot be used.
    """

    steps: tuple[Step, ...]
    repair_rounds: int = 0
    critique_above: int = 0
    second_tries: int = 0

    def has(self, step: Step) -> bool:
        """Whether the step is part of the recipe."""
        return step in self.steps


_WHOLE = (Step.LOCATE, Step.PLAN, Step.EDIT, Step.CHECKS, Step.REPAIR, Step.CRITIQUE, Step.SUMMARIZE)

RECIPES: Mapping[AutonomyLevel, Recipe] = MappingProxyType(
    {
        AutonomyLevel.LINE: Recipe((Step.EDIT, Step.CHECKS), second_tries=1),
        AutonomyLevel.BLOCK: Recipe((Step.EDIT, Step.CHECKS, Step.CRITIQUE), critique_above=15, second_tries=1),
        AutonomyLevel.FILE: Recipe((Step.EDIT, Step.CHECKS, Step.REPAIR, Step.CRITIQUE), repair_rounds=1),
        AutonomyLevel.DIRECTORY: Recipe(_WHOLE, repair_rounds=2),
        AutonomyLevel.REPO: Recipe(_WHOLE, repair_rounds=2),
    }
)


# What draws a rule from a person's decisions: no level's own, and asked for by the person alone.
REMEMBERING = Recipe((Step.REMEMBER, Step.CHECKS))


def recipe_for(level: AutonomyLevel, repair_rounds: int = 2) -> Recipe:
    """The level's recipe with at most so many repair rounds."""
    recipe = RECIPES[level]
    return replace(recipe, repair_rounds=min(recipe.repair_rounds, repair_rounds))


def chosen_recipe(level: AutonomyLevel, names: str) -> Recipe:
    """The recipe with the steps that a person names (`edit,checks,critique`) in place of the level's own; raises `UsageError`.

    The order is always that of the table. Steps that the level cannot use are refused: a region is neither planned nor located.
    """
    every = [step for step in Step if step is not Step.REMEMBER]
    wanted: set[Step] = set()
    for name in names.split(","):
        if name.strip() not in every:
            raise UsageError(f"{name.strip()!r} is no step: the steps are {', '.join(every)}.")
        wanted.add(Step(name.strip()))
    if Step.EDIT not in wanted:
        raise UsageError("A request without the step edit changes nothing: name it among the steps.")
    if level.is_region and (unfit := sorted(wanted & {Step.LOCATE, Step.PLAN})):
        raise UsageError(f"The level {level.value} has no use for {', '.join(unfit)}: leave it out.")
    if Step.LOCATE in wanted and Step.PLAN not in wanted:
        raise UsageError("The step locate only serves the step plan: name both, or neither.")
    if Step.REPAIR in wanted:
        wanted.add(Step.CHECKS)  # a repair mends what the checks find
    base = RECIPES[level]
    repairs = Step.REPAIR in wanted
    if level.is_region:
        wanted.discard(Step.REPAIR)  # a region is mended by a second try, within the step edit
    return replace(
        base,
        steps=tuple(step for step in Step if step in wanted),
        repair_rounds=max(base.repair_rounds, 1) if repairs and not level.is_region else 0,
        critique_above=0,
        second_tries=int(repairs and level.is_region),
    )
