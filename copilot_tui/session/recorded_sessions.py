"""The recorded sessions as a person sees them: when, where, what was asked first, and the name that the person gave.

Invariant: a session's own file is never changed; names stand in a file beside them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copilot_tui.errors import LandingError, UsageError
from copilot_tui.session.conversation import Turn, turn_from_json
from copilot_tui.session.session_file import NAMES, session_files, session_names
from copilot_tui.visible import visible

_MOST_NAME = 80


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """One session: `identity` is its file's stem, `begun` ISO 8601; `requests` and `questions` in the person's words, oldest first.

    `place` tells repositories of one name apart.
    """

    identity: str
    file: Path
    name: str
    begun: str
    repository: str
    requests: tuple[str, ...]
    questions: tuple[str, ...] = ()
    place: str = ""

    def is_of(self, repository: str, place: str) -> bool:
        """Whether it is of that repository: two of one name are told apart by their places, which old records do not have."""
        return self.repository == repository and self.place in {"", place}

    def is_of_namesake(self, repository: str, place: str) -> bool:
        """Whether it is of another repository that has that one's name."""
        return self.repository == repository and not self.is_of(repository, place)


def list_sessions(folder: Path) -> tuple[RecordedSession, ...]:
    """The sessions, newest first; a file that is none is left out."""
    names = session_names(folder)
    found = [_read(file, names.get(file.stem, "")) for file in session_files(folder)]
    return tuple(one for one in found if one is not None)


def find_session(folder: Path, word: str, repository: str = "", place: str = "") -> RecordedSession:
    """The session of that name or identity, or whose identity alone begins so; raises `UsageError`.

    For an empty word the newest, of this repository where one is named.
    """
    sessions = list_sessions(folder)
    if not word:
        newest = next((one for one in sessions if not repository or one.is_of(repository, place)), None)
        if newest is None:
            raise UsageError(f"No session{f' of {visible(repository)}' if repository else ''} is recorded yet.")
        return newest
    exact = [one for one in sessions if word in {one.name, one.identity}]
    fitting = exact or [one for one in sessions if one.identity.startswith(word)]
    if len(fitting) != 1:
        many = (
            f"{len(fitting)} sessions are meant by {visible(word)}"
            if fitting
            else f"There is no session {visible(word)}"
        )
        raise UsageError(f"{many}: `copilot-tui sessions` lists them.")
    return fitting[0]


def name_session(folder: Path, session: RecordedSession, name: str) -> None:
    """Give a session a name of its own, or with an empty one take it away; raises `UsageError` or `LandingError`."""
    name = " ".join(name.split())[:_MOST_NAME]
    if name and any(one.name == name and one.identity != session.identity for one in list_sessions(folder)):
        raise UsageError(f"Another session is called {visible(name)}: choose another name.")
    there = {file.stem for file in session_files(folder)}
    names = {identity: given for identity, given in session_names(folder).items() if identity in there}
    names[session.identity] = name
    try:
        fresh = folder / f"{NAMES}.new"
        fresh.write_text(json.dumps({key: value for key, value in names.items() if value}), encoding="ascii")
        fresh.chmod(0o600)
        fresh.replace(folder / NAMES)
    except OSError as error:
        raise LandingError(f"The name cannot be kept in {visible(str(folder))}: {error.strerror}.") from error


def records_of(file: Path) -> Iterator[Mapping[str, Any]]:
    """The records of a session's file; lines that were cut are passed over."""
    with file.open(encoding="utf-8", errors="replace") as stream:
        for line in stream:
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(record, dict):
                yield record


def question_of(record: Mapping[str, Any]) -> str | None:
    """The question that a record of a call asks; None for any other record."""
    if record.get("record") != "call" or record["call"]["prompt"]["name"] != "ask/question":
        return None
    return str(record["call"]["messages"][-1]["content"]).rpartition("\nQuestion: ")[2].strip()


def conversation_of(file: Path) -> tuple[Turn, ...]:
    """What was asked and decided in a session, as its newest record says; empty where there is none that can be understood."""
    newest: Mapping[str, Any] = {}
    try:
        for record in records_of(file):
            if record.get("record") == "conversation":
                newest = record
        return tuple(turn_from_json(entry) for entry in newest.get("turns", ()))
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        return ()


def _read(file: Path, name: str) -> RecordedSession | None:
    requests: list[str] = []
    questions: list[str] = []
    head: Mapping[str, Any] = {}
    try:
        for record in records_of(file):
            if record.get("record") == "session":
                head = record
            elif record.get("record") == "request":
                requests.append(str(record["request"]["text"]))
            elif (question := question_of(record)) is not None:
                questions.append(question)
    except (OSError, KeyError, TypeError):
        return None
    if not head:
        return None
    begun, repository = str(head.get("begun", "")), str(head.get("repository", ""))
    return RecordedSession(
        file.stem, file, name, begun, repository, tuple(requests), tuple(questions), str(head.get("place", ""))
    )
