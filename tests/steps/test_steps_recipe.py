"""The recipes are one table: which steps run at which level."""

from itertools import pairwise

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.steps.recipe import RECIPES, Step

ROWS = {
    AutonomyLevel.LINE: "edit checks",
    AutonomyLevel.BLOCK: "edit checks critique",
    AutonomyLevel.FILE: "edit checks repair critique",
    AutonomyLevel.DIRECTORY: "locate plan edit checks repair critique summarize",
    AutonomyLevel.REPO: "locate plan edit checks repair critique summarize",
}


@pytest.mark.parametrize("level", AutonomyLevel)
def test_every_level_has_its_row(level: AutonomyLevel) -> None:
    assert " ".join(RECIPES[level].steps) == ROWS[level]


def test_a_block_is_criticised_from_16_lines_on_and_repairs_are_few() -> None:
    assert RECIPES[AutonomyLevel.BLOCK].critique_above == 15
    assert [RECIPES[level].repair_rounds for level in AutonomyLevel] == [0, 0, 1, 2, 2]


def test_a_region_is_asked_for_a_second_time_where_the_answer_cannot_be_used() -> None:
    assert [RECIPES[level].second_tries for level in AutonomyLevel] == [1, 1, 0, 0, 0]


def test_a_higher_level_never_checks_less() -> None:
    checking = {Step.CHECKS, Step.REPAIR, Step.CRITIQUE}
    for lower, higher in pairwise(AutonomyLevel):
        assert checking & set(RECIPES[lower].steps) <= checking & set(RECIPES[higher].steps)
        assert RECIPES[lower].repair_rounds <= RECIPES[higher].repair_rounds
