"""A box of letters and the rows that fit: open a file, all actions, add to the context.

Invariant: what is typed only chooses among the rows that were given.
"""

import re
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.widget import Widget
from textual.widgets import Input

from copilot_tui.tui.moving import move
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace

_MOST_SHOWN = 200
_ROWS_AROUND = 8  # of the sheet: above it, its frame, the box, the line of keys, and what stands between them
_LINE = re.compile(r":(\d{0,9})$")


def fitting(query: str, words: str) -> int | None:
    """How well a query fits, smaller is better; None where its letters do not stand in `words` in their order."""
    query, words = query.lower().replace(" ", ""), words.lower()
    if not query:
        return 0
    at = words.rfind(query)
    if at >= 0:
        return len(words) - at + (0 if at == 0 or words[at - 1] in "/_.- " else 20)
    at, gaps = -1, 0
    for letter in query:
        found = words.find(letter, at + 1)
        if found < 0:
            return None
        gaps += found - at - 1
        at = found
    return 1_000 + gaps


class Finder(Sheet[str]):
    """Gives the key of the row that was chosen."""

    place = SheetPlace.FINDER
    keys: ClassVar[tuple[KeyWord, ...]] = ("finder.up", "finder.down", ("enter", "choose"), ("esc", "back"))
    DEFAULT_CSS: ClassVar[str] = """
    Finder {
        align: center top;
        & > #sheet { margin-top: 2; max-height: 80%; }
        & RowList { height: auto; }
        & Input { border: none; height: 1; padding: 0; margin-bottom: 1; background: $surface; }
        & Input:focus { border: none; background-tint: $surface; }
    }
    """

    def __init__(self, heading: str, rows: Sequence[Row], words_of: Callable[[Row], str] = lambda row: row.key) -> None:
        super().__init__()
        self.heading = heading
        self._words_of = words_of
        self.line = 1  # the number behind a colon: cart.py:30
        self._waits_to_choose = False
        self._all = [(words_of(row), row) for row in rows]

    def body(self) -> list[Widget]:
        """Box and rows."""
        box = Input(placeholder="some letters", id="letters")
        box.cursor_blink = False
        rows = RowList([row for _, row in self._all[:_MOST_SHOWN]], empty="nothing fits")
        rows.styles.max_height = self._most_rows
        return [box, rows]

    @property
    def _most_rows(self) -> int:
        """How many rows leave the line of keys on the screen."""
        return max(1, self.app.size.height * 4 // 5 - _ROWS_AROUND)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(Input).focus()

    def on_resize(self) -> None:
        """Keep the line of keys on the screen."""
        for rows in self.query(RowList):
            rows.styles.max_height = self._most_rows

    def offer(self, rows: Sequence[Row]) -> None:
        """Take other rows: the list of files came after the box was opened."""
        self._all = [(self._words_of(row), row) for row in rows]
        for box in self.query(Input):  # none before the first paint
            self._show(box.value)
        if self._waits_to_choose:
            self._submitted()

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def _show(self, letters: str) -> None:
        written = _LINE.search(letters)
        self.line = int(written[1] or 1) if written else 1
        letters = letters[: written.start()] if written else letters
        fits = [(fit, words, row) for words, row in self._all if (fit := fitting(letters, words)) is not None]
        if letters:
            fits.sort(key=lambda found: (found[0], len(found[1])))
        self.query_one(RowList).show([row for _, _, row in fits[:_MOST_SHOWN]], 0)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        # Enter before the rows have come is meant for the row that will then be the first.
        self._waits_to_choose = not self._all
        self.query_one(RowList).action_choose()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self.dismiss(event.key)

    def action_go(self, identifier: str) -> None:
        """Move in the rows, whatever has the focus."""
        move(identifier, self.query_one(RowList), None)
