"""Help for the moment: what is possible where the person is, from the action table.

Invariant: choosing a row does what the row says.
"""

from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tui.actions import Place, all_actions, find_action, possible
from copilot_tui.tui.key_names import shown_key
from copilot_tui.tui.key_table import KeyTable
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.sheet import MOVING, KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace, find_sheet_action, possible_in


def help_rows(place: Place, table: KeyTable) -> list[Row]:
    """One row for each action that is possible there, then the others and those of sheets, muted."""
    here = [action for action in possible(place) if action.identifier != "question"]
    elsewhere = [action for action in all_actions() if action not in here and action.identifier != "question"]
    rows = [Row("", ((f"Here: {place.value}", "strong"),))]
    for action in here:
        keys = "  ".join(shown_key(key) for key in table.keys(action))
        rows.append(
            Row(
                action.identifier,
                ((f" {keys:<15}", "marked"), (f"{action.title:<26} ", "plain"), (action.help, "muted")),
            )
        )
    rows += [Row("", (("", "plain"),)), Row("", (("Elsewhere", "strong"),))]
    for action in elsewhere:
        places = ", ".join(sorted(place.value for place in action.places))
        keys = "  ".join(shown_key(key) for key in table.keys(action))
        rows.append(
            Row("", ((f" {keys:<15}", "muted"), (f"{action.title:<26} ", "muted"), (f"while {places}", "muted")))
        )
    for sheet in SheetPlace:
        rows += [Row("", (("", "plain"),)), Row("", ((f"In a sheet: {sheet.value}", "strong"),))]
        for row in possible_in(sheet):
            keys = "  ".join(shown_key(key) for key in table.keys(row))
            parts = ((f" {keys:<15}", "muted"), (f"{row.title:<26} ", "muted"), (row.help, "muted"))
            rows.append(Row(row.identifier, parts))
    return rows


class HelpSheet(Sheet[str]):
    """Gives the identifier of the action that was chosen."""

    heading = "help"
    keys: ClassVar[tuple[KeyWord, ...]] = ((MOVING, "move"), ("enter", "do it"), ("esc", "back"))

    DEFAULT_CSS: ClassVar[str] = """
    HelpSheet #more { dock: bottom; height: 2; width: 1fr; margin: 1 0 2 0; color: $foreground 80%; }
    HelpSheet RowList { max-height: 100%; }
    """

    def __init__(self, place: Place, table: KeyTable) -> None:
        super().__init__()
        self._table = table
        self._place = place

    def body(self) -> list[Widget]:
        """The list, and the help of the pointed row in full: on a narrow screen the list cuts it."""
        return [RowList(help_rows(self._place, self._table), id="help"), Static("", id="more", markup=False)]

    def on_mount(self) -> None:
        """Start on the first action."""
        rows = self.query_one(RowList)
        rows.focus()
        rows.cursor = 1
        self._explain(rows.current_key)

    @on(RowList.Pointed)
    def _pointed(self, event: RowList.Pointed) -> None:
        self._explain(event.key)

    def _explain(self, identifier: str) -> None:
        action = find_action(identifier) or find_sheet_action(identifier)
        self.query_one("#more", Static).update(action.help if action is not None else "")

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        if find_action(event.key) is not None:  # what a sheet does is done there
            self.dismiss(event.key)
