"""What the mouse does in a review pane: point, select, and click what would else take a key.

Invariant: a click does what a key of the action table does; it decides only the unit, or the file, that it stands on.
"""

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import events

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.review import Unit
from copilot_tui.tui.picking import Picked, word_at
from copilot_tui.tui.review.change_map import row_at
from copilot_tui.tui.review.messages import MenuWanted
from copilot_tui.tui.review.one_file import RowKind
from copilot_tui.tui.review.painting import FIXED
from copilot_tui.tui.review.rooms import MARGIN, NUMBERS

if TYPE_CHECKING:
    from copilot_tui.tui.review.pane import ReviewPane

_LABEL = 3  # cells of the margin before the number and the flag
_RIGHT = 3  # the button that opens the menu


def press(pane: "ReviewPane", event: events.MouseDown) -> None:
    """Point at a row; a drag from here selects."""
    index = pane.top + event.y - FIXED
    pane.picked, pane.pressed = None, None
    if event.y >= FIXED and index < len(pane.rows) and event.x < pane.size.width - MARGIN:
        pane.mark, pane.keeps_mark = None, False
        pane.cursor, pane.pressed = index, (index, event.x)
        pane.refresh()


def drag(pane: "ReviewPane", event: events.MouseMove) -> None:
    """Select while the button is held: letters within the row where it was pressed, rows beyond it."""
    index = pane.top + event.y - FIXED
    if event.button != 1 or event.y < FIXED or index >= len(pane.rows):
        return
    if index != pane.cursor:
        pane.mark = pane.cursor if pane.mark is None else pane.mark
        pane.cursor, pane.picked = index, None
        pane.refresh()
    elif pane.mark is None and pane.pressed is not None and pane.pressed != (index, event.x):
        pane.pick(Picked(pane.pressed, (index, min(event.x, pane.size.width - MARGIN - 1))))


def click(pane: "ReviewPane", event: events.Click) -> None:
    """The right button opens the menu, as does the summary; the rest depends on what stands there.

    The map goes to its place. In a file's header the triangle folds, its ✓ and ✗ decide the rest of the file. A gap opens. At the
    margin the mark accepts (and rejects what is accepted), the number rejects. Two clicks pick a word, beside the words they edit, and in
    the line numbers they comment.
    """
    pane.focus()
    if pane.picked is not None:
        return  # it was no click, but the end of a drag
    index = pane.top + event.y - FIXED
    if event.button == _RIGHT or event.y < FIXED:
        pane.post_message(MenuWanted())
    elif event.x == pane.map_column:
        pane.go_to(row_at(event.y - FIXED, pane.rows, pane.page), at_top=True)
    elif index < len(pane.rows) and pane.mark is None:
        _click_row(pane, event, index)


def _click_row(pane: "ReviewPane", event: events.Click, index: int) -> None:
    row = pane.rows[index]
    if row.kind is RowKind.FILE or event.y == FIXED:
        pane.go_to(index)
        verb = _verb_of_header(pane.render_line(event.y).text, event.x)
        if verb:
            pane.do(verb)
    elif row.kind is RowKind.GAP:
        pane.go_to(index)
        pane.do("more-lines")
    elif row.unit >= 0 and event.x >= pane.size.width - MARGIN:
        pane.go_to(index)
        is_number = event.x >= pane.size.width - MARGIN + _LABEL
        _toggle(pane, pane.review.units[row.unit], Decision.REJECTED if is_number else Decision.ACCEPTED)
    elif event.chain == 2:
        word = word_at(pane.drawn(index), index, event.x) if event.x > NUMBERS else None
        if word is not None:
            pane.pick(word)
        else:
            pane.do("comment" if event.x <= NUMBERS else "edit")


def _verb_of_header(text: str, x: int) -> str:
    """What a click does at column `x` of a file's header, where `✓3 ✗0 of 7` stands at the right."""
    if x < 2:
        return "fold"
    accept, reject, end = (text.rfind(mark) for mark in ("✓", "✗", " of "))
    if not 0 < accept < reject < end:
        return ""
    edges = [cell_len(text[:at]) for at in (accept, reject, end)]
    return "accept-file" if edges[0] <= x < edges[1] else "reject-file" if edges[1] <= x <= edges[2] else ""


def _toggle(pane: "ReviewPane", unit: Unit, decision: Decision) -> None:
    """The decision at the unit; where it is made already, the mark turns it round and the number takes it back."""
    if pane.review.state(unit) is decision:
        decision = Decision.REJECTED if decision is Decision.ACCEPTED else Decision.PENDING
    pane.take(decide(pane.review, unit, decision))
