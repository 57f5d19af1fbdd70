"""Searching in a review: words in its lines, `f:` in paths, `r:` by risk, and `undecided`.

Invariant: searching moves the cursor and decides nothing.
"""

from typing import TYPE_CHECKING

from copilot_tui.review.review import Review, Unit
from copilot_tui.tui.question_sheet import QuestionSheet

if TYPE_CHECKING:
    from copilot_tui.tui.review.pane import ReviewPane


def matches(review: Review, unit: Unit, query: str) -> bool:
    """Whether a unit fits every word of the query, capitals aside."""
    file = review.files[unit.file]
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
            fits = any(word in text.lower() for text in _texts(review, unit))
        if not fits:
            return False
    return bool(query.strip())


def _texts(review: Review, unit: Unit) -> list[str]:
    file = review.files[unit.file]
    lines = file.lines[unit.first : unit.last]
    return [
        (file.old_lines if line.kind.value == "-" else file.new_lines)[line.index].decode("utf-8", "replace")
        for line in lines
    ]


def search(pane: "ReviewPane", query: str) -> None:
    """Go to the next unit that fits, around the end."""
    for unit in pane.rows.units_from(pane.unit, 1):
        if matches(pane.review, unit, query):
            pane.go_to(pane.row_of(unit))
            return
    pane.say(
        f"No hunk fits {query}." if query.strip() else f"Type what to look for first: {pane.keys.shown('search')}."
    )


def ask_search(pane: "ReviewPane") -> None:
    """Ask for what to search."""

    def found(query: str | None) -> None:
        if query:
            pane.query_text = query
            search(pane, query)

    sheet = QuestionSheet("search", "words   f:file   r:high   undecided   flagged", pane.query_text)
    pane.app.push_screen(sheet, found)
