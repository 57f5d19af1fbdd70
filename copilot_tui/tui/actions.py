"""The one table of actions: keys, footer, help, command palette and slash commands are all made from it.

Invariant: every action has an identifier, a title, a sentence of help and at least one place where it is possible; within one place
no key stands for two actions.
"""

from copilot_tui.tui.action import ANYWHERE as ANYWHERE  # noqa: PLC0414  (part of the table: offered here)
from copilot_tui.tui.action import ASKING as ASKING  # noqa: PLC0414
from copilot_tui.tui.action import BESIDE_PROMPT as BESIDE_PROMPT  # noqa: PLC0414
from copilot_tui.tui.action import MOVING as MOVING  # noqa: PLC0414
from copilot_tui.tui.action import Action as Action  # noqa: PLC0414
from copilot_tui.tui.action import Place as Place  # noqa: PLC0414
from copilot_tui.tui.context_actions import CONTEXT_TABLE
from copilot_tui.tui.moving_actions import MOVING_TABLE
from copilot_tui.tui.record_actions import RECORD_TABLE
from copilot_tui.tui.review_actions import REVIEW_TABLE
from copilot_tui.tui.talking_actions import READING_TABLE, TALKING_TABLE

_ASKING_TABLE = (
    Action(
        "send",
        ("enter",),
        "Send the request",
        "Asks the model; ctrl+j starts a new line.",
        frozenset({Place.PROMPT}),
        "send",
        own=True,
    ),
    Action(
        "newline",
        ("ctrl+j",),
        "New line in the request",
        "The request may have many lines.",
        frozenset({Place.PROMPT}),
        "newline",
        own=True,
    ),
    Action(
        "recall",
        ("ctrl+r",),
        "Find an earlier request",
        "By some letters of it; up and down go through them at the edges of the box.",
        frozenset({Place.PROMPT}),
    ),
    Action(
        "cancel",
        ("escape",),
        "Cancel the answer",
        "Closes the stream; nothing is changed.",
        frozenset({Place.ANSWERING}),
        "cancel",
    ),
    Action(
        "lower",
        ("alt+minus",),
        "Less may change",
        "Moves the slider one level down: repo, directory, file, block, line.",
        ANYWHERE,
        "slider",
    ),
    Action(
        "raise",
        ("alt+equals_sign",),
        "More may change",
        "Moves the slider one level up: line, block, file, directory, repo.",
        ANYWHERE,
        "slider",
    ),
    Action(
        "grow",
        ("alt+up",),
        "Grow the lit block",
        "Takes the next enclosing statement, function, class.",
        ASKING,
        "grow",
    ),
    Action("shrink", ("alt+down",), "Shrink the lit block", "Goes back to the next smaller block.", ASKING),
    Action(
        "find",
        ("ctrl+f",),
        "Open a file",
        "Finds a file by some letters of its path; cart.py:30 goes to the line.",
        ASKING,
        "open",
    ),
    Action("files", ("f2", "ctrl+b"), "Files", "Shows or hides the tree of files.", ANYWHERE, "files"),
    Action(
        "context",
        ("ctrl+o", "f5"),
        "Context",
        "What the model will see, while you type: each item, why it is in, its tokens; again goes into it, then closes it.",
        ASKING,
        "context",
    ),
    Action("calls", ("f3",), "Calls", "The calls to models: role, model, tokens, seconds, cost.", ANYWHERE, "calls"),
    Action("raw", ("f4",), "Answer as it came", "The model's answer, letter by letter.", ANYWHERE, "answer"),
    Action(
        "reasoning",
        ("alt+r",),
        "Fold or unfold the reasoning",
        "What the model thought before it answered.",
        frozenset({Place.ANSWERING}),
        "reasoning",
    ),
    Action(
        "history",
        ("H",),
        "History",
        "Every landing with its diff; takes any of them back, and lands again.",
        BESIDE_PROMPT,
        "history",
    ),
    Action(
        "resume",
        ("f8",),
        "Go on with a review",
        "Takes up a review that was left unfinished, with every decision; a quit or a crash loses none.",
        ASKING,
    ),
    Action("trust", ("f9",), "Trust", "What of this repository could run here, and whether it may.", ANYWHERE),
    Action(
        "commit",
        ("C",),
        "Commit",
        "Commits what landed; the message is proposed and yours to edit.",
        BESIDE_PROMPT,
        "commit",
    ),
    Action(
        "revert",
        ("U",),
        "Take back what landed",
        "Puts the bytes back as they were before the last landing.",
        BESIDE_PROMPT,
    ),
    Action(
        "copy",
        ("ctrl+c",),
        "Copy the selected lines",
        "Copies the selection, or the line under the cursor.",
        frozenset({Place.CODE, Place.REVIEW}),
    ),
    Action(
        "focus-prompt",
        ("escape", "i"),
        "Back to the request",
        "Puts the cursor into the request.",
        BESIDE_PROMPT,
        "request",
    ),
    Action("switch", ("tab",), "Next part of the screen", "Request, code, files, context.", ASKING),
    Action(
        "model",
        ("f7",),
        "Choose a model",
        "For all roles or for one, from the next call on; only in this session.",
        ASKING,
    ),
    Action(
        "setup",
        (),
        "Set up who answers",
        "The built-in model, a server on this machine, or a provider and its key, tested before it is kept.",
        ASKING,
    ),
    Action(
        "models",
        (),
        "Local models",
        "Those installed and those that can be fetched, with size and memory; install, use, remove, test.",
        ASKING,
    ),
    Action("theme", ("f6",), "Next theme", "Goes through the colour themes, dark and light.", ANYWHERE),
    Action("palette", ("ctrl+p",), "All actions", "Every action, found by some letters.", ANYWHERE, "all actions"),
    Action("help", ("f1",), "Help", "What is possible here, with its keys.", ANYWHERE, "help"),
    Action(
        "question", ("question_mark",), "Help", "What is possible here, with its keys.", BESIDE_PROMPT | {Place.REVIEW}
    ),
    Action("quit", ("ctrl+q",), "Quit", "Ends the program; nothing of a proposal is kept in the repository.", ANYWHERE),
)


def all_actions() -> tuple[Action, ...]:
    """The whole table, in the order of help and palette."""
    return (
        *READING_TABLE,
        *_ASKING_TABLE,
        *CONTEXT_TABLE,
        *RECORD_TABLE,
        *REVIEW_TABLE,
        *MOVING_TABLE,
        *TALKING_TABLE,
    )


def possible(place: Place) -> tuple[Action, ...]:
    """The actions that are possible at a place; in a review or the context those of that place come before the others."""
    found = [action for action in all_actions() if place in action.places]
    if place in {Place.REVIEW, Place.CONTEXT}:
        found.sort(key=lambda action: len(action.places))
    return tuple(found)


def find_action(identifier: str) -> Action | None:
    """The action of that identifier."""
    return next((action for action in all_actions() if action.identifier == identifier), None)
