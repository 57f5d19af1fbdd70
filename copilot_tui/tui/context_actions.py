"""The actions on the items of the context pane.

Invariant: as for the whole table, see `actions`; what they do lasts for the session and holds for the next request.
"""

from copilot_tui.tui.action import IN_CONTEXT, Action

CONTEXT_TABLE = (
    Action(
        "pin",
        ("p",),
        "Keep a file in",
        "Pins the file for this session, or lets it go; /pin PATH as well.",
        IN_CONTEXT,
        "pin",
    ),
    Action(
        "drop",
        ("d", "delete"),
        "Keep a file out",
        "Drops it for this session, or lets it in again; /drop PATH as well.",
        IN_CONTEXT,
        "drop",
    ),
    Action("add", ("a",), "Add a file", "Finds a file by some letters and pins it.", IN_CONTEXT, "add"),
    Action(
        "open-item",
        ("enter",),
        "Open at its lines",
        "Shows the file where the item begins.",
        IN_CONTEXT,
        "show",
        own=True,
    ),
    Action("read-item", ("v", "space"), "Read the item", "The text as it goes to the model.", IN_CONTEXT, "read"),
)
