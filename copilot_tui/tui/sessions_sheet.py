"""The recorded sessions: read one, go on with the review that it left, name it, write it out.

Invariant: looking and reading change nothing; text of a session is shown letter by letter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.widget import Widget

from copilot_tui.tui.question_sheet import QuestionSheet
from copilot_tui.tui.row_list import Row, RowList
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace

if TYPE_CHECKING:
    from copilot_tui.session.recorded_sessions import RecordedSession
    from copilot_tui.tui.record_ports import ShelfPort

Sessions = Sequence["RecordedSession"]


@dataclass(frozen=True, slots=True)
class SessionVerbs:
    """What the sheet asks for, each by a session's identity: `read` and `export` it, `name` it and list anew."""

    read: Callable[[str], None]
    export: Callable[[str], None]
    name: Callable[[str, str, Callable[[Sessions], None]], None]


def session_row(one: "RecordedSession", shelf: "ShelfPort") -> Row:
    """A session as a row: when, its name, what was asked first; the repository and how much was asked at the right."""
    asked, is_here = (*one.requests, *one.questions), shelf.has(one)
    first = one_line(" ".join(asked[:1]), 200) or "(nothing was asked)"
    name = ((f"[{one_line(one.name, 40)}] ", "accent"),) if one.name else ()
    counts = [f"{len(words)} {what}{'s' if len(words) != 1 else ''}" for words, what in _kinds(one) if words]
    return Row(
        one.identity,
        ((f"{_when(one.begun)}  ", "muted"), *name, (first, "plain" if is_here else "muted")),
        (
            *((("now  ", "good"),) if one.identity == shelf.own else ()),
            (f"{', '.join(counts)}  ", "muted"),
            (
                one_line(one.repository, 20) + (" elsewhere" if shelf.is_elsewhere(one) else ""),
                "marked" if is_here else "muted",
            ),
        ),
    )


def _kinds(one: "RecordedSession") -> tuple[tuple[tuple[str, ...], str], ...]:
    return (one.requests, "request"), (one.questions, "question")


def _when(begun: str) -> str:
    try:
        return datetime.fromisoformat(begun).astimezone().strftime("%d %b %H:%M")
    except ValueError:
        return "?".ljust(12)


class SessionsSheet(Sheet[str]):
    """Gives the identity of the session to go on with."""

    heading = "recorded sessions"
    place = SheetPlace.SESSIONS
    keys: ClassVar[tuple[KeyWord, ...]] = (
        ("enter", "read"),
        "sessions.resume",
        "sessions.name",
        "sessions.export",
        ("esc", "back"),
    )

    def __init__(self, sessions: Sessions, verbs: SessionVerbs, shelf: "ShelfPort") -> None:
        super().__init__()
        self._sessions = sessions
        self._verbs = verbs
        self._shelf = shelf

    def body(self) -> list[Widget]:
        """One row for each, newest first."""
        return [RowList(self._rows(), id="sessions", empty="no session is recorded yet")]

    def _rows(self) -> list[Row]:
        return [session_row(one, self._shelf) for one in self._sessions]

    def on_mount(self) -> None:
        """Choose at once."""
        self.query_one(RowList).focus()

    @on(RowList.Chosen)
    def _chosen(self, event: RowList.Chosen) -> None:
        self._verbs.read(event.key)

    def action_go_on(self) -> None:
        """Leave with the session at the cursor."""
        if key := self.query_one(RowList).current_key:
            self.dismiss(key)

    def action_export(self) -> None:
        """Write the session at the cursor out."""
        if key := self.query_one(RowList).current_key:
            self._verbs.export(key)

    def action_name(self) -> None:
        """Give the session at the cursor a name."""
        key = self.query_one(RowList).current_key
        known = next((one.name for one in self._sessions if one.identity == key), "")

        def named(name: str | None) -> None:
            if name is not None:
                self._verbs.name(key, name, self._show)

        if key:
            self.app.push_screen(QuestionSheet("name of the session", "empty takes the name away", known), named)

    def _show(self, sessions: Sessions) -> None:
        self._sessions = sessions
        if self.is_current:
            self.query_one(RowList).show(self._rows())
