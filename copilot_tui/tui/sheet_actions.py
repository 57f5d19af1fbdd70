"""The rows of the action table for sheets: what a key does in a sheet, the word for the sheet's line of keys, and the words for help.

Invariant: as for the whole table, see `actions`: within one sheet no key stands for two actions. What is the same in every sheet (escape
leaves, enter chooses, tab goes on) has no row and no other key; what moves a cursor has its rows in `moving_actions`, for every list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SheetPlace(StrEnum):
    """A sheet with keys of its own, as help names it."""

    FINISH = "finishing a review"
    TRY = "trying before landing"
    EDIT = "editing a hunk"
    COMMIT = "the commit"
    HISTORY = "the history"
    WAITING = "proposals that wait"
    PLAN = "the plan"
    QUEUE = "requests that wait"
    SESSIONS = "recorded sessions"
    STATS = "numbers"
    MODELS = "local models"
    TRUST = "the question of trust"
    FINDER = "finding by letters"
    TOUR = "the tour"


TYPED_IN = frozenset({SheetPlace.COMMIT, SheetPlace.EDIT})  # all of the sheet is a box of text
BEFORE_BOX = TYPED_IN | {SheetPlace.FINDER}  # their keys go before those of the box
WITH_LISTS = frozenset(SheetPlace) - TYPED_IN - {SheetPlace.TOUR}
LIST_MOVES = ("move-up", "move-down", "page-up", "page-down", "first-row", "last-row")

# The actions of the main table that have their keys in sheets too.
ALSO_IN_SHEETS: Mapping[str, frozenset[SheetPlace]] = {
    **dict.fromkeys(LIST_MOVES, WITH_LISTS),
    "quit": frozenset(SheetPlace),
}


@dataclass(frozen=True, slots=True)
class SheetAction:
    """One thing that a person can do in a sheet.

    `identifier` is its name in the settings; `keys` are Textual's key names, the first one is shown; `verb` is the sheet's action as
    Textual calls it, with `{}` for the number where it is `numbered`; `short` is the word in the sheet's line of keys, which a sheet may
    put otherwise (empty: not in the line).
    """

    identifier: str
    keys: tuple[str, ...]
    title: str
    help: str
    places: frozenset[SheetPlace]
    verb: str
    short: str = ""
    numbered: bool = False


_FINDER = frozenset({SheetPlace.FINDER})
_FINISH = frozenset({SheetPlace.FINISH})
_HISTORY = frozenset({SheetPlace.HISTORY})
_MODELS = frozenset({SheetPlace.MODELS})
_PLAN = frozenset({SheetPlace.PLAN})
_SESSIONS = frozenset({SheetPlace.SESSIONS})
_STATS = frozenset({SheetPlace.STATS})
_TRY = frozenset({SheetPlace.TRY})
_TRUST = frozenset({SheetPlace.TRUST})

SHEET_TABLE = (
    SheetAction(
        "finish.apply",
        ("a",),
        "Apply",
        "Writes what was accepted; in a review of your own changes it puts back what was rejected.",
        _FINISH,
        "choose('apply')",
        "apply",
    ),
    SheetAction(
        "finish.try",
        ("t",),
        "Try before landing",
        "Runs tests, linter or any command on what is accepted, in a copy.",
        _FINISH,
        "choose('try')",
        "try",
    ),
    SheetAction(
        "finish.stage",
        ("s",),
        "Apply and stage",
        "Writes what was accepted and puts it into git's index; what is there already is staged alone.",
        _FINISH,
        "choose('stage')",
        "apply, stage",
    ),
    SheetAction(
        "finish.export",
        ("x",),
        "Write a patch",
        "Writes what was accepted as a patch, and changes nothing else.",
        _FINISH,
        "choose('export')",
        "patch",
    ),
    SheetAction(
        "finish.discard",
        ("D",),
        "Discard",
        "Lets the whole proposal go.",
        _FINISH,
        "choose('discard')",
        "discard",
    ),
    SheetAction(
        "try.agree",
        ("y",),
        "Agree to the command",
        "Runs exactly what is shown, in the copy.",
        _TRY,
        "agree",
        "agree to exactly this and run it",
    ),
    SheetAction("try.type", ("t",), "Type a command", "Any command, run without a shell.", _TRY, "type", "type one"),
    SheetAction(
        "try.bisect",
        ("b",),
        "Find the hunk that breaks",
        "Searches for the hunks that make the last command fail.",
        _TRY,
        "bisect",
        "which hunk?",
    ),
    SheetAction(
        "try.take",
        ("h",),
        "Take its changes",
        "Takes what the commands changed into the review, as hunks.",
        _TRY,
        "take",
        "take its changes",
    ),
    SheetAction(
        "edit.save",
        ("ctrl+s", "alt+enter"),
        "Accept as edited",
        "Takes the text of the box as the hunk.",
        frozenset({SheetPlace.EDIT}),
        "save",
        "accept as edited",
    ),
    SheetAction(
        "commit.commit",
        ("ctrl+s", "alt+enter"),
        "Commit",
        "Commits with the message in the box.",
        frozenset({SheetPlace.COMMIT}),
        "commit",
        "commit",
    ),
    SheetAction(
        "history.take_back",
        ("u",),
        "Take back",
        "Puts the bytes back as they were before the landing at the cursor.",
        _HISTORY,
        "take_back",
        "take back",
    ),
    SheetAction(
        "history.land_again",
        ("r",),
        "Land again",
        "Lands again what was taken back last.",
        _HISTORY,
        "land_again",
        "land again",
    ),
    SheetAction(
        "waiting.reject",
        ("x",),
        "Reject it whole",
        "Rejects the proposal at the cursor, all of it.",
        frozenset({SheetPlace.WAITING}),
        "reject",
        "reject it whole",
    ),
    SheetAction("plan.go_on", ("g",), "Go on", "Starts the edits of the steps that stand.", _PLAN, "go_on", "go on"),
    SheetAction("plan.edit", ("e", "enter"), "Edit the step", "What it says.", _PLAN, "edit", "edit"),
    SheetAction(
        "plan.strike",
        ("x", "delete"),
        "Strike the step",
        "Leaves it out, or takes it in again.",
        _PLAN,
        "strike",
        "strike",
    ),
    SheetAction("plan.earlier", ("K", "shift+up"), "Earlier", "Moves the step up.", _PLAN, "shift(-1)", "move"),
    SheetAction("plan.later", ("J", "shift+down"), "Later", "Moves the step down.", _PLAN, "shift(1)", "move"),
    SheetAction(
        "queue.take_out",
        ("d", "delete"),
        "Take out",
        "Lets the request at the cursor go.",
        frozenset({SheetPlace.QUEUE}),
        "take_out",
        "take out",
    ),
    SheetAction(
        "sessions.resume",
        ("r",),
        "Resume",
        "Goes on with the review that the session left.",
        _SESSIONS,
        "go_on",
        "resume",
    ),
    SheetAction("sessions.name", ("n",), "Name", "Gives the session a name.", _SESSIONS, "name", "name"),
    SheetAction(
        "sessions.export",
        ("x",),
        "Export",
        "Writes the session out as Markdown.",
        _SESSIONS,
        "export",
        "export as Markdown",
    ),
    SheetAction(
        "stats.next",
        ("tab",),
        "Next grouping",
        "By level, model, repository, week.",
        _STATS,
        "turn(1)",
        "next grouping",
    ),
    SheetAction("stats.previous", ("shift+tab",), "Previous grouping", "The same, backwards.", _STATS, "turn(-1)"),
    SheetAction(
        "stats.group",
        tuple("1234"),
        "Grouping by number",
        "By level, model, repository, week; the first key is number one.",
        _STATS,
        "group({})",
        numbered=True,
    ),
    SheetAction(
        "models.test",
        ("t",),
        "Test",
        "Asks the model that answers now, and measures it.",
        _MODELS,
        "test",
        "test what answers now",
    ),
    SheetAction(
        "models.remove",
        ("D", "delete"),
        "Remove",
        "Takes the model at the cursor off this machine.",
        _MODELS,
        "remove_model",
        "remove",
    ),
    SheetAction(
        "trust.no",
        ("n",),
        "No",
        "Nothing that the repository brings runs.",
        _TRUST,
        "answer(False)",
        "let nothing run",
    ),
    SheetAction("trust.yes", ("y",), "Yes", "Exactly what is shown may run.", _TRUST, "answer(True)", "let it run"),
    SheetAction(
        "finder.up", ("up",), "Up", "One row up; the letters keep the cursor.", _FINDER, "go('move-up')", "move"
    ),
    SheetAction("finder.down", ("down",), "Down", "One row down.", _FINDER, "go('move-down')", "move"),
    SheetAction("finder.page_up", ("pageup",), "Page up", "A screen of rows up.", _FINDER, "go('page-up')"),
    SheetAction("finder.page_down", ("pagedown",), "Page down", "A screen of rows down.", _FINDER, "go('page-down')"),
    SheetAction(
        "tour.next",
        ("f10",),
        "Next step",
        "Goes on without the step.",
        frozenset({SheetPlace.TOUR}),
        "next_step",
        "next",
    ),
    SheetAction(
        "sheet.leave",
        ("q",),
        "Back",
        "Leaves the sheet, as escape does in every sheet.",
        frozenset({SheetPlace.FINISH, SheetPlace.HISTORY, SheetPlace.WAITING, SheetPlace.SESSIONS, SheetPlace.STATS}),
        "leave",
    ),
)


def possible_in(place: SheetPlace) -> tuple[SheetAction, ...]:
    """The rows of a sheet."""
    return tuple(action for action in SHEET_TABLE if place in action.places)


def find_sheet_action(identifier: str) -> SheetAction | None:
    """The row of that identifier."""
    return next((action for action in SHEET_TABLE if action.identifier == identifier), None)
