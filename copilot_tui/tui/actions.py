"""The one table of actions: keys, footer, help, command palette and slash commands are all made from it.

Invariant: every action has an identifier, a title, a sentence of help and at least one place where it is possible; within one place
no key stands for two actions.
"""

from dataclasses import dataclass
from enum import StrEnum


class Place(StrEnum):
    """Where the person is: what is possible depends on it."""

    PROMPT = "typing"
    CODE = "code"
    FILES = "files"
    ANSWERING = "answering"
    REVIEW = "review"


ASKING = frozenset({Place.PROMPT, Place.CODE, Place.FILES})
BESIDE_PROMPT = frozenset({Place.CODE, Place.FILES})
ANYWHERE = frozenset(Place)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a person can do.

    `identifier` is also the slash command; `keys` are Textual's key names, the first one is shown; `short` is the footer's word (empty:
    not in the footer); `places` where it is possible; `own` true where a widget reads the key itself and no binding is made.
    """

    identifier: str
    keys: tuple[str, ...]
    title: str
    help: str
    places: frozenset[Place]
    short: str = ""
    own: bool = False


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
        "What the model will see: each item, why it is in, its tokens; pin, drop, add.",
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
        frozenset({Place.CODE}),
    ),
    Action(
        "focus-prompt",
        ("escape", "i"),
        "Back to the request",
        "Puts the cursor into the request.",
        BESIDE_PROMPT,
        "request",
    ),
    Action("switch", ("tab",), "Next part of the screen", "Request, code, files.", ASKING),
    Action(
        "model",
        ("f7",),
        "Choose a model",
        "For all roles or for one, from the next call on; only in this session.",
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


_REVIEW = frozenset({Place.REVIEW})
_REVIEW_TABLE = (
    Action(
        "accept",
        ("y",),
        "Accept",
        "Accepts the unit at the cursor and goes to the next undecided one.",
        _REVIEW,
        "accept",
    ),
    Action(
        "reject",
        ("x",),
        "Reject",
        "Rejects the unit at the cursor and goes to the next undecided one.",
        _REVIEW,
        "reject",
    ),
    Action("next-undecided", ("n",), "Next undecided", "Decides nothing.", _REVIEW, "next"),
    Action("previous-undecided", ("p",), "Previous undecided", "Decides nothing.", _REVIEW),
    Action(
        "accept-screen",
        ("space",),
        "Accept the screen",
        "Accepts what is wholly seen and not flagged; pages on.",
        _REVIEW,
        "screen",
    ),
    Action("undo-decision", ("u",), "Undo a decision", "As often as you like.", _REVIEW, "undo"),
    Action("finish", ("q",), "Finish", "The summary: apply, export, or back.", _REVIEW, "finish"),
    Action(
        "try",
        ("T",),
        "Try before landing",
        "Runs tests, linter or any command on what is accepted, in a copy; finds the hunk that breaks.",
        _REVIEW,
        "try",
    ),
    Action("edit", ("e",), "Edit the hunk", "In place; what you save is accepted as edited.", _REVIEW, "edit"),
    Action(
        "again", ("r",), "Ask again", "Another version of this hunk alone, from a one-line remark.", _REVIEW, "again"
    ),
    Action("comment", ("c",), "Comment", "A remark for the model's next answer; decides nothing.", _REVIEW, "comment"),
    Action(
        "again-file",
        ("R",),
        "Ask again for the file",
        "Another version of the whole file, from a one-line remark; u brings the old one back.",
        _REVIEW,
    ),
    Action("edit-outside", ("E",), "Edit in your editor", "The whole file, at this line, in $EDITOR.", _REVIEW),
    Action("leave", ("escape",), "Leave", "Ends a range of lines; else the summary.", _REVIEW),
    Action("ask", ("a",), "Back to the request", "Types the next request; the review stays.", _REVIEW),
    Action(
        "accept-file",
        ("Y",),
        "Accept the rest of the file",
        "All undecided hunks of the file that nothing flags.",
        _REVIEW,
    ),
    Action("reject-file", ("X",), "Reject the rest of the file", "All undecided hunks of the file.", _REVIEW),
    Action(
        "reject-whole-file",
        ("D",),
        "Reject the whole file",
        "Every hunk of the file, also what was accepted; one step for undo.",
        _REVIEW,
    ),
    Action(
        "accept-with-needed",
        ("A",),
        "Accept with what it needs",
        "The hunk, and the hunks whose names it uses; what is flagged waits for you.",
        _REVIEW,
    ),
    Action("redo-decision", ("ctrl+r",), "Redo a decision", "Makes the undone decision again.", _REVIEW),
    Action("smaller-unit", ("minus",), "Smaller unit", "What y and x act on: line, hunk, file, everything.", _REVIEW),
    Action(
        "larger-unit", ("equals_sign",), "Larger unit", "What y and x act on: line, hunk, file, everything.", _REVIEW
    ),
    Action("range", ("v",), "Select lines", "Then move; y and x act on the range.", _REVIEW),
    Action("split", ("s",), "Split the hunk", "Cuts it in two before the line at the cursor.", _REVIEW),
    Action(
        "repeat",
        ("full_stop",),
        "Repeat on the same edits",
        "The last decision on every hunk with the same edit.",
        _REVIEW,
    ),
    Action("next-file", ("right_square_bracket", "right_curly_bracket"), "Next file", "Its first line.", _REVIEW),
    Action("previous-file", ("left_square_bracket", "left_curly_bracket"), "Previous file", "Its first line.", _REVIEW),
    Action("next-flag", ("tab",), "Next flagged hunk", "High risk, a failing check, protected, or withheld.", _REVIEW),
    Action("previous-flag", ("shift+tab",), "Previous flagged hunk", "The same, backwards.", _REVIEW),
    Action("two-sides", ("t",), "One side or two", "The old text beside the new one.", _REVIEW),
    Action("order", ("o",), "Order of the files", "As proposed, by path, by risk, what is needed first.", _REVIEW),
    Action("fold", ("z",), "Fold the file", "Hides or shows its lines.", _REVIEW),
    Action("viewed", ("V",), "Viewed", "Folds the file until its content changes; goes on to the next.", _REVIEW),
    Action("search", ("slash",), "Search", "Words, f:file, r:high, undecided, flagged.", _REVIEW),
    Action("search-again", ("N",), "Search again", "The next hunk that fits.", _REVIEW),
    Action(
        "alternative",
        ("b",),
        "Next candidate",
        "Where several answers were asked for: the next one in this one's place.",
        _REVIEW,
    ),
    Action(
        "follow",
        ("m",),
        "Follow what belongs together",
        "From moved code to its other end; else to the hunk that this one needs, or that needs it.",
        _REVIEW,
    ),
    Action(
        "accept-layout",
        ("L",),
        "Accept what changes the layout alone",
        "Every undecided hunk that changes no token of the code, as one step.",
        _REVIEW,
    ),
    Action(
        "fold-quiet",
        ("M",),
        "Fold quiet hunks",
        "One row for each hunk that moved as it was, changes the layout alone or is generated.",
        _REVIEW,
    ),
    Action(
        "white-space",
        ("w",),
        "White space",
        "As it is; ignored: what changes it alone is drawn back; shown: blanks as marks.",
        _REVIEW,
    ),
    Action("wrap", ("W",), "Wrap long lines", "Goes on in the next row instead of cutting.", _REVIEW),
    Action(
        "more-lines",
        ("greater_than_sign",),
        "More lines around",
        "3, 10, 40 lines around the hunks of the file, then the whole file.",
        _REVIEW,
    ),
    Action("fewer-lines", ("less_than_sign",), "Fewer lines around", "Back towards three lines.", _REVIEW),
    Action("explain", ("i",), "Explanations", "Shows or hides why, risk and checks.", _REVIEW),
)


def all_actions() -> tuple[Action, ...]:
    """The whole table, in the order of help and palette."""
    return (*_ASKING_TABLE, *_REVIEW_TABLE)


def possible(place: Place) -> tuple[Action, ...]:
    """The actions that are possible at a place; in a review those that decide come before those that are possible anywhere."""
    found = [action for action in all_actions() if place in action.places]
    if place is Place.REVIEW:
        found.sort(key=lambda action: len(action.places) == len(Place))
    return tuple(found)


def find_action(identifier: str) -> Action | None:
    """The action of that identifier."""
    return next((action for action in all_actions() if action.identifier == identifier), None)
