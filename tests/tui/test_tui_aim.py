"""What may change, in words and as a request."""

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Target
from copilot_tui.tui.aim import Aim

BLOCKS = (LineRange(14, 14), LineRange(12, 14), LineRange(6, 17))
AIM = Aim(
    path="shop/cart.py",
    folder="shop",
    line=14,
    line_count=17,
    blocks=BLOCKS,
    symbols=((LineRange(12, 14), "Cart.total"),),
)


@pytest.mark.parametrize(
    ("level", "sentence", "target"),
    [
        (AutonomyLevel.LINE, "may change line 14 of cart.py; budget 1 line", Target("shop/cart.py", LineRange(14, 14))),
        (
            AutonomyLevel.BLOCK,
            "may change line 14 of cart.py; budget 80 lines",
            Target("shop/cart.py", LineRange(14, 14)),
        ),
        (
            AutonomyLevel.FILE,
            "may change cart.py, 17 lines; budget 200 lines",
            Target("shop/cart.py", LineRange(14, 14)),
        ),
        (AutonomyLevel.DIRECTORY, "may change files in shop/; budget 400 lines", Target("shop")),
        (
            AutonomyLevel.REPO,
            "may change any file of the repository; budget 1000 lines",
            Target("shop/cart.py", LineRange(14, 14)),
        ),
    ],
)
def test_each_level_says_and_sends_the_same_place(level: AutonomyLevel, sentence: str, target: Target) -> None:
    aim = AIM.at(level)
    assert aim.sentence() == sentence
    assert aim.request("do it").target == target
    assert aim.request("do it").level is level


def test_growing_takes_the_enclosing_nodes_one_by_one_and_stops_at_the_last() -> None:
    grown = [AIM.grow(steps).lines for steps in (0, 1, 2, 9)]
    assert grown == [LineRange(14, 14), LineRange(12, 14), LineRange(6, 17), LineRange(6, 17)]
    assert AIM.grow(1).sentence() == "may change Cart.total, 3 lines of cart.py; budget 80 lines"
    assert AIM.grow(1).grow(-1).lines == LineRange(14, 14)
    assert AIM.grow(-1).lines == LineRange(14, 14)


def test_a_selection_is_the_block_until_it_is_grown() -> None:
    selected = Aim(path="a.py", line=13, line_count=17, selection=LineRange(13, 14), blocks=BLOCKS)
    assert selected.lines == LineRange(13, 14)
    assert selected.grow(1).lines == LineRange(12, 14)


def test_the_whole_file_is_lit_above_block_level_and_nothing_without_a_file() -> None:
    assert AIM.at(AutonomyLevel.REPO).lit == LineRange(1, 17)
    assert Aim().lit is None
    assert not Aim().is_possible
    assert Aim(level=AutonomyLevel.DIRECTORY).is_possible


def test_an_empty_file_may_be_written() -> None:
    empty = Aim(path="new.py", level=AutonomyLevel.BLOCK)
    assert empty.sentence() == "may change new.py, which is empty; budget 80 lines"
    assert empty.request("x").target == Target("new.py")
