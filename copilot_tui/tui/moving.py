"""Moves the cursor of what has the focus: the code, a list of rows (files, context, sheets), a text that scrolls, or the review.

Invariant: a key that moves reaches only what can move; any other widget keeps its own keys.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from copilot_tui.tui.moving_actions import MOVING_TABLE

if TYPE_CHECKING:
    from textual.containers import VerticalScroll
    from textual.widget import Widget

    from copilot_tui.tui.code_view import CodeView
    from copilot_tui.tui.review.pane import ReviewPane
    from copilot_tui.tui.row_list import RowList

_MOVES = frozenset(action.identifier for action in MOVING_TABLE)
_IN_LIST: Mapping[str, "Callable[[RowList], None]"] = {
    "move-up": lambda rows: rows.action_move(-1),
    "move-down": lambda rows: rows.action_move(1),
    "page-up": lambda rows: rows.action_page(-1),
    "page-down": lambda rows: rows.action_page(1),
    "first-row": lambda rows: rows.action_edge(last=False),
    "last-row": lambda rows: rows.action_edge(last=True),
}
_IN_CODE: Mapping[str, "Callable[[CodeView], None]"] = {
    "move-up": lambda code: code.move(-1),
    "move-down": lambda code: code.move(1),
    "page-up": lambda code: code.page(-1),
    "page-down": lambda code: code.page(1),
    "first-row": lambda code: code.edge(last=False),
    "last-row": lambda code: code.edge(last=True),
    "move-left": lambda code: code.slide(-8),
    "move-right": lambda code: code.slide(8),
    "select-up": lambda code: code.move(-1, select=True),
    "select-down": lambda code: code.move(1, select=True),
}
_IN_TEXT: Mapping[str, "Callable[[VerticalScroll], None]"] = {
    "move-up": lambda text: text.scroll_up(),
    "move-down": lambda text: text.scroll_down(),
    "page-up": lambda text: text.scroll_page_up(),
    "page-down": lambda text: text.scroll_page_down(),
    "first-row": lambda text: text.scroll_home(),
    "last-row": lambda text: text.scroll_end(),
}


def moves(identifier: str) -> bool:
    """Whether an action moves a cursor."""
    return identifier in _MOVES


def can_move(identifier: str, focused: "Widget | None", pane: "ReviewPane | None") -> bool:
    """Whether the action moves what has the focus."""
    from copilot_tui.tui.code_view import CodeView  # noqa: PLC0415  (after the first paint)
    from copilot_tui.tui.row_list import RowList  # noqa: PLC0415

    if isinstance(focused, RowList):
        return identifier in _IN_LIST
    if isinstance(focused, CodeView):
        return identifier in _IN_CODE
    return pane is not None and focused in {pane, None}


def move(identifier: str, focused: "Widget | None", pane: "ReviewPane | None", number: int = 0) -> None:
    """Move what has the focus; `number` is that of a numbered key."""
    from textual.containers import VerticalScroll  # noqa: PLC0415  (after the first paint)

    from copilot_tui.tui.code_view import CodeView  # noqa: PLC0415  (after the first paint)
    from copilot_tui.tui.row_list import RowList  # noqa: PLC0415

    if isinstance(focused, RowList):
        _IN_LIST[identifier](focused)
    elif isinstance(focused, CodeView):
        _IN_CODE[identifier](focused)
    elif isinstance(focused, VerticalScroll) and identifier in _IN_TEXT:
        _IN_TEXT[identifier](focused)
    elif pane is not None:
        pane.do(identifier, number)
