"""The actions of asking and following up: questions, answers, what waits for its turn.

Invariant: rows of the one action table, as all others; those of `TALKING_TABLE` have no place in the footer.
"""

from copilot_tui.tui.action import ANYWHERE, ASKING, Action, Place

_READING = frozenset({Place.READING})
_BESIDE = ASKING | {Place.ANSWERING, Place.READING}

READING_TABLE = (
    Action(
        "go-to-place",
        ("enter",),
        "Go to the place",
        "Shows the lines that this row of the answer names; the answer stays.",
        _READING,
        "go there",
        own=True,
    ),
    Action(
        "next-place",
        ("right_square_bracket",),
        "Next place",
        "The next row of the answer that names one.",
        _READING,
        "next place",
    ),
    Action("previous-place", ("left_square_bracket",), "Previous place", "The row before that names one.", _READING),
    Action("copy-answer", ("c",), "Copy the answer", "As it came, into the clipboard.", _READING, "copy"),
    Action(
        "follow-up",
        ("a", "question_mark"),
        "Ask on",
        "Types the next question, which is told of this answer.",
        _READING,
        "ask on",
    ),
    Action("close-answer", ("escape",), "Close the answer", "/answer shows it again.", _READING, "close"),
    Action(
        "wait",
        ("enter",),
        "Let it wait",
        "What you type while a request runs or a review is open goes out when that is done with.",
        frozenset({Place.ANSWERING}),
        "queue",
        own=True,
    ),
)

TALKING_TABLE = (
    Action(
        "ask",
        (),
        "Ask a question",
        "/ask or a ? before the words: answered with places that are looked up; nothing is changed.",
        ASKING | {Place.REVIEW, Place.ANSWERING},
    ),
    Action("answer", (), "The answer again", "/answer shows the newest answer to a question.", ASKING | {Place.REVIEW}),
    Action(
        "send-now",
        ("ctrl+s",),
        "Send at once",
        "Does not wait for the review at hand, which is kept to be gone on with.",
        ASKING,
    ),
    Action(
        "queue", ("ctrl+t",), "What waits", "Requests that wait for their turn: edit them, take them out.", ANYWHERE
    ),
    Action("themes", (), "Choose a theme", "/themes NAME or from the list; it is kept in your settings.", ANYWHERE),
    Action(
        "copy-path",
        (),
        "Copy the path",
        "/copy-path: the file's path with the line, into the clipboard.",
        _BESIDE | {Place.REVIEW},
    ),
    Action(
        "copy-hunk",
        (),
        "Copy the hunk",
        "/copy-hunk: its lines with their signs, into the clipboard.",
        frozenset({Place.REVIEW}),
    ),
    Action(
        "watch",
        (),
        "Watch saved files",
        "/watch begins and ends it: a comment that ends in AI! asks for a change at its place, AI? asks a question.",
        ASKING,
    ),
    Action(
        "fresh",
        ("ctrl+l",),
        "Start fresh",
        "The next request is told nothing of the earlier ones, of what was proposed and decided.",
        _BESIDE | {Place.REVIEW},
    ),
)
