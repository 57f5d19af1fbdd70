"""The reviews that were left unfinished, to go on with one of them.

Invariant: choosing reads nothing of the repository and decides nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import MOVING, KeyWord, Sheet

if TYPE_CHECKING:
    from copilot_tui.session.kept_reviews import KeptReview


class KeptSheet(Sheet[str]):
    """Gives the identity of the review to go on with."""

    heading = "unfinished reviews"
    keys: ClassVar[tuple[KeyWord, ...]] = ((MOVING, "move"), ("enter", "go on with it"), ("esc", "back"))

    def __init__(self, kept: "Sequence[KeptReview]") -> None:
        super().__init__()
        self._kept = kept

    def body(self) -> list[Widget]:
        """One row for each, newest first."""
        return [RowList([_row(one) for one in self._kept], id="kept")]

    def on_mount(self) -> None:
        """Choose at once."""
        self.query_one(RowList).focus()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self.dismiss(event.key)


def _row(one: "KeptReview") -> Row:
    when = datetime.fromisoformat(one.when).astimezone().strftime("%d %b %H:%M")
    decided = f"{one.decided} of {one.hunks} decided"
    return Row(
        one.identity, ((f" {when}  ", "muted"), (f"{decided:<20} ", "marked"), (one_line(one.title, 60), "plain"))
    )
