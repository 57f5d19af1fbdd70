"""The numbers as plots: decisions, time of review, tokens and cost, by level, model, repository or week.

Invariant: it shows what `copilot-tui stats` prints, from the same tallies; looking changes nothing.
"""

import textwrap
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.session.stats import By, Stats
from copilot_tui.session.stats_plots import WIDTH, PlotRow, plots_of
from copilot_tui.tui.key_names import shown_key
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.sheet import MOVING, KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace, find_sheet_action

_SHARE, _WIDEST, _FRAME = 0.9, 110, 6  # how much of the screen a sheet takes, and what of that is its frame
_LONGEST_NAME = 28

Ask = Callable[[By, Callable[[Stats], None]], None]


class StatsSheet(Sheet[None]):
    """The plots; `ask` gives the numbers of a grouping."""

    heading = "numbers"
    place = SheetPlace.STATS
    keys: ClassVar[tuple[KeyWord, ...]] = ("stats.next", (MOVING, "scroll"), ("esc", "back"))
    DEFAULT_CSS: ClassVar[str] = """
    StatsSheet #groupings { dock: top; height: 1; width: 1fr; margin-bottom: 1; }
    StatsSheet VerticalScroll { max-height: 100%; }
    """

    def __init__(self, ask: Ask) -> None:
        super().__init__()
        self._ask = ask
        self._by = By.LEVEL
        self._found: Stats | None = None

    def body(self) -> list[Widget]:
        """The groupings, and the plots."""
        return [Static("", id="groupings", markup=False), RowList(id="plots", empty="counting …")]

    def on_mount(self) -> None:
        """Begin with the levels."""
        self.query_one(RowList).focus()
        self._group(self._by)

    def on_resize(self, _event: events.Resize) -> None:
        """Put the words where there is room for them."""
        if self._found is not None:
            self._show(self._found)

    def action_turn(self, step: int) -> None:
        """Show the next grouping."""
        every = list(By)
        self._group(every[(every.index(self._by) + step) % len(every)])

    def action_group(self, number: int) -> None:
        """Show the grouping of that number, from 1."""
        if number <= len(By):
            self._group(list(By)[number - 1])

    def _group(self, by: By) -> None:
        self._by = by
        self.query_one("#groupings", Static).update(Content("   ").join(map(self._with_key, By, range(len(By)))))
        self._ask(by, self._show)

    def _with_key(self, by: By, number: int) -> Content:
        """A grouping with its key, which it has none of where the settings name fewer than there are groupings."""
        row = find_sheet_action("stats.group")
        keys = self.key_table.keys(row) if row is not None else ()
        key = f"{shown_key(keys[number])} " if number < len(keys) else ""
        return Content.styled(f"{key}{by.value}", "bold $text-accent" if by is self._by else "$foreground 60%")

    def _show(self, found: Stats) -> None:
        if not self.is_mounted or found.by is not self._by:
            return
        self._found = found
        rows = rows_of(found, min(int(self.app.size.width * _SHARE), _WIDEST) - _FRAME)
        plots = self.query_one(RowList)
        plots.empty = "nothing to count yet: requests are written down as numbers alone"
        plots.show(rows, 0)


def rows_of(found: Stats, columns: int) -> list[Row]:
    """The plots as rows of at most so many columns; where there is no room beside the bars, their words stand below them."""
    if not found.whole.requests and not found.whole.questions and not found.whole.reviews:
        return []
    plots = plots_of(found)
    width = min(max((len(row.name) for plot in plots for row in plot.rows), default=0), _LONGEST_NAME)
    rows: list[Row] = []
    for number, plot in enumerate(plots):
        rows += [Row(f"gap:{number}", (("", "plain"),))] if rows else []
        rows.append(Row(f"title:{number}", ((plot.title, "strong"),)))
        rows += [Row(f"legend:{number}", ((f" {plot.legend}", "muted"),))] if plot.legend else []
        for at, row in enumerate(plot.rows):
            rows += _plot_rows(f"{number}:{at}", row, width, columns)
    return rows


def _plot_rows(key: str, row: PlotRow, width: int, columns: int) -> list[Row]:
    name = row.name if len(row.name) <= width else f"{row.name[: width - 1]}…"
    head = ((f" {name:<{width}}  ", "plain"), *row.bar)
    if width + WIDTH + len(row.words) + 5 <= columns:
        return [Row(key, (*head, (f"  {row.words}", "muted")))]
    first, _, rest = row.words.partition("  ") if "  " in row.words else ("", "", row.words)
    margin = " " * (width + 3)
    below = textwrap.wrap(rest, max(20, columns - len(margin)))
    words = [Row(f"{key}:{at}", ((margin + line, "muted"),)) for at, line in enumerate(below)]
    return [Row(key, (*head, (f"  {first}", "muted"))), *words]
