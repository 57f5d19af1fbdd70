"""The requests that wait for their turn: take one out, or take it back into the box to edit it.

Invariant: escape changes nothing, and what is taken out to be edited goes back into the box.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace

if TYPE_CHECKING:
    from copilot_tui.session.queued import Entry


class QueueSheet(Sheet["Entry"]):
    """Gives the request that is to be edited; what comes or goes meanwhile never makes a row stand for another one."""

    heading = "requests that wait"
    place = SheetPlace.QUEUE
    keys: ClassVar[tuple[KeyWord, ...]] = (("enter", "edit"), "queue.take_out", ("esc", "back"))

    def __init__(self, entries: "Callable[[], Sequence[Entry]]", take_out: "Callable[[Entry], object]") -> None:
        super().__init__()
        self._entries = entries
        self._take_out = take_out
        self._shown: tuple[Entry, ...] = ()

    def body(self) -> list[Widget]:
        """One row for each."""
        return [RowList(self._rows(), id="queue", empty="nothing waits")]

    def on_mount(self) -> None:
        """Move in the rows at once."""
        self.query_one(RowList).focus()

    def _rows(self) -> list[Row]:
        self._shown = tuple(self._entries())
        return [
            Row(
                str(index),
                ((f"{index + 1}. ", "muted"), (one_line(entry.text, 200), "plain")),
                ((_place_of(entry), "marked"),),
            )
            for index, entry in enumerate(self._shown)
        ]

    def action_take_out(self) -> None:
        """Let the request under the cursor go."""
        rows = self.query_one(RowList)
        if rows.current_key:
            self._take_out(self._shown[int(rows.current_key)])
            rows.show(self._rows(), rows.cursor)

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self.dismiss(self._shown[int(event.key)])


def _place_of(entry: "Entry") -> str:
    if entry.is_question:
        return "question"
    target, level = entry.request.target, entry.request.level
    if level is AutonomyLevel.REPO:
        return level.value
    is_part = level in {AutonomyLevel.LINE, AutonomyLevel.BLOCK}
    lines = target.lines.behind_path if is_part and target.lines is not None else ""
    return f"{level.value} {one_line(target.path, 40)}{lines}"
