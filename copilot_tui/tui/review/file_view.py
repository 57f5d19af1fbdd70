"""How one file of a review is shown: the view's part of it, and which of its blocks are shown on two sides.

Invariant: a view holds no rows; the same view and the same change show the same lines.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from copilot_tui.diff.compute import CONTEXT, Block
from copilot_tui.review.facts import Facts
from copilot_tui.review.review import ItemKind, Unit


class WhiteSpace(StrEnum):
    """How white space is shown: as it is; what changes it alone drawn back; or every blank as a mark."""

    PLAIN = "as it is"
    IGNORED = "ignored"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class FileView:
    """How a file is shown; `context` lines around each hunk, long lines continued in a width of `wrap` cells (0: cut).

    `raise_key` is what a person presses for a higher level.
    """

    explains: bool = True
    side_by_side: bool = False
    is_folded: bool = False
    context: int = CONTEXT
    wrap: int = 0
    white_space: WhiteSpace = WhiteSpace.PLAIN
    folds_quiet: bool = False
    facts: Facts = field(default_factory=Facts)
    raise_key: str = ""


def cuts_of(units: Sequence[Unit]) -> list[int]:
    """The changed lines that a unit begins at, ascending."""
    return [unit.first for unit in units if unit.kind is ItemKind.LINES]


def is_paired(view: FileView, cuts: Sequence[int], changed: int, block: Block) -> bool:
    """Whether a block is shown on two sides; one that a split cuts in two is shown line by line, each with its own unit."""
    if not view.side_by_side:
        return False
    following = bisect_right(cuts, changed)
    return following == len(cuts) or cuts[following] >= changed + block.rows
