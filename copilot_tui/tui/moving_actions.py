"""The rows of the action table that move a cursor, wherever lines or files are shown.

Invariant: moving decides nothing, so it is possible also while an answer comes.
"""

from copilot_tui.tui.action import MOVING, REVIEWED, Action

MOVING_TABLE = (
    Action("move-up", ("up", "k"), "Up", "One row up.", MOVING),
    Action("move-down", ("down", "j"), "Down", "One row down.", MOVING),
    Action("page-up", ("pageup", "ctrl+u"), "Page up", "A screen up.", MOVING),
    Action("page-down", ("pagedown", "ctrl+d"), "Page down", "A screen down.", MOVING),
    Action("first-row", ("home", "g"), "To the beginning", "The first row.", MOVING),
    Action("last-row", ("end", "G"), "To the end", "The last row.", MOVING),
    Action("move-left", ("left", "h"), "To the left", "Slides long lines back.", MOVING),
    Action(
        "move-right",
        ("right", "l"),
        "To the right",
        "Slides long lines, and what is said of a hunk, to the left, to read their ends.",
        MOVING,
    ),
    Action("select-up", ("shift+up", "K"), "Select upwards", "Grows the selection of lines by a row.", MOVING),
    Action("select-down", ("shift+down", "J"), "Select downwards", "Grows the selection of lines by a row.", MOVING),
    Action(
        "reject-numbered",
        tuple("123456789"),
        "Reject by number",
        "The hunk with that number at its margin, and back; the first key is number one.",
        REVIEWED,
        numbered=True,
    ),
)
