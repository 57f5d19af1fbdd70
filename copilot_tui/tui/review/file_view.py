"""How one file of a review is shown: the view's part of it, and which of its lines that shows.

Invariant: a view holds no rows; the same view and the same change show the same lines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.compute import CONTEXT, Block
from copilot_tui.review.facts import Facts, is_blank_only
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import ItemKind, Unit
from copilot_tui.tui.review.spans import Span, spans_of


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


def spans_in(change: FileChange, view: FileView) -> Iterator[Span]:
    """The hunks of a file as far as they are shown in a view."""

    def folded(hunk: int) -> str:
        if view.folds_quiet and (reason := view.facts.quiet.get(HunkKey(change.path, hunk))):
            return reason
        is_blank = view.white_space is WhiteSpace.IGNORED and all(
            is_blank_only(change, block) for block in change.hunk_blocks[hunk]
        )
        return "white space only" if is_blank else ""

    return spans_of(change, view.context, folded)


def cuts_of(units: Sequence[Unit]) -> frozenset[int]:
    """The changed lines that a unit begins at."""
    return frozenset(unit.first for unit in units if unit.kind is ItemKind.LINES)


def is_paired(view: FileView, cuts: frozenset[int], changed: int, block: Block) -> bool:
    """Whether a block is shown on two sides; one that a split cuts in two is shown line by line, each with its own unit."""
    return view.side_by_side and not any(cut in cuts for cut in range(changed + 1, changed + block.rows))
