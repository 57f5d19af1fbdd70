"""Searching in a review: words in its changed lines, `f:` in paths, `r:` by risk, `undecided` and `flagged`.

Invariant: searching moves the cursor and decides nothing; what is marked as found stands in lines that are searched.
"""

import re
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size

from copilot_tui.review.review import Review, Unit
from copilot_tui.tui.question_sheet import QuestionSheet
from copilot_tui.tui.review.one_file import RowKind
from copilot_tui.visible import visible

if TYPE_CHECKING:
    from copilot_tui.tui.review.pane import ReviewPane

_STATES = {"undecided", "flagged"}
_MOST_SHOWN = 16  # cells of the query in the first line of the pane


def matches(review: Review, unit: Unit, query: str) -> bool:
    """Whether a unit fits every word of the query, capitals aside."""
    file = review.files[unit.file]
    text: str | None = None
    for word in query.lower().split():
        if word.startswith("f:"):
            fits = word[2:] in file.path.lower()
        elif word.startswith("r:"):
            risk = review.note(unit).risk
            fits = risk is not None and risk.value.startswith(word[2:])
        elif word == "undecided":
            fits = review.is_pending(unit)
        elif word == "flagged":
            fits = bool(review.flags(unit))
        else:
            text = _text(review, unit) if text is None else text
            fits = word in text
        if not fits:
            return False
    return bool(query.strip())


def _text(review: Review, unit: Unit) -> str:
    """The changed lines of a unit in small letters; no word goes over the end of one."""
    file = review.files[unit.file]
    lines = file.lines[unit.first : unit.last]
    raw = [(file.old_lines if line.kind.value == "-" else file.new_lines)[line.index] for line in lines]
    return b"\n".join(raw).decode("utf-8", "replace").lower()


def pattern_of(query: str) -> "re.Pattern[str] | None":
    """What fits the words of the query that are looked for in lines, capitals aside; None where it has none."""
    words = [word for word in query.split() if word.lower() not in _STATES and word[:2].lower() not in {"f:", "r:"}]
    longest = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest)), re.IGNORECASE) if words else None


class Searching:
    """The search of one pane: what is looked for, whether it is shown, and which of how many hits was gone to."""

    def __init__(self, pane: "ReviewPane") -> None:
        self._pane = pane
        self.query = ""
        self.is_shown = False
        self.pattern: re.Pattern[str] | None = None
        self._says = ""

    def look_for(self, query: str) -> None:
        """Look for something else from now on, and go to the next unit that fits."""
        self.query = query
        self.step()

    def step(self) -> None:
        """Go to the next unit that fits, around the end."""
        pane, query = self._pane, self.query
        self.hide()
        if not query.strip():
            pane.say(f"Type what to look for first: {pane.keys.shown('search')}.")
            return
        hits = [unit for unit in pane.rows.units if matches(pane.review, unit, query)]
        if not hits:
            pane.say(f"No hunk fits {query}.")
            return
        fitting = set(hits)
        hit = next(unit for unit in pane.rows.units_from(pane.unit, 1) if unit in fitting)
        self.is_shown, self.pattern = True, pattern_of(query)
        self._says = f"{hits.index(hit) + 1} of {len(hits)}"
        pane.go_to(self._place(hit))

    def _place(self, hit: Unit) -> int:
        """The first row of a unit; where what was found stands too far below it to be seen, the row of that."""
        rows, pattern = self._pane.rows, self.pattern
        first, last = rows.ends_of(self._pane.review.layout.index[hit])
        if pattern is None:
            return first
        for index, row in rows.between(first, last + 1):
            if row.kind not in {RowKind.LINE, RowKind.PAIR} or (row.changed < 0 and row.changed_right < 0):
                continue
            sides = [old for old, number in ((True, row.old), (False, row.new)) if number]
            if any(pattern.search(rows.raw_text(row, old=old).decode("utf-8", "replace")) for old in sides):
                return index if index - first > self._pane.page // 2 else first
        return first

    def hide(self) -> None:
        """Mark nothing any more; what was looked for can be looked for again."""
        self.is_shown, self.pattern = False, None
        self._pane.refresh()

    @property
    def says(self) -> str:
        """What is looked for and which of how many hits was gone to: `/total 3 of 17`."""
        shown = visible(self.query)
        cut = shown if cell_len(shown) <= _MOST_SHOWN else set_cell_size(shown, _MOST_SHOWN - 1) + "…"
        return f"/{cut} {self._says}"


def ask_search(pane: "ReviewPane") -> None:
    """Ask for what to search."""

    def found(query: str | None) -> None:
        if query:
            pane.searching.look_for(query)

    sheet = QuestionSheet("search", "words   f:file   r:high   undecided   flagged", pane.searching.query)
    pane.app.push_screen(sheet, found)
