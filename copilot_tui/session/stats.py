"""The log as numbers by level, model, repository or week.

Invariant: a line that cannot be understood is passed over and counted, never guessed at; a price that nobody knows is not taken for
nothing.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from copilot_tui.session.log import VERSION

Entry = Mapping[str, Any]


QUESTIONS = "ask"  # the group of questions, beside the levels


class By(StrEnum):
    """What the numbers are told apart by."""

    LEVEL = "level"
    MODEL = "model"
    REPOSITORY = "repository"
    WEEK = "week"


@dataclass(slots=True)
class Tally:
    """The sums of one group; hunks are `accepted` (`edited` among them), `rejected` or `undecided` by a person, or `withheld`.

    `unpriced` calls cost what nobody knows; `undone` counts landings that were taken back; seconds are those of the person's reviews.
    """

    name: str
    requests: int = 0
    questions: int = 0
    failed: int = 0
    reviews: int = 0
    accepted: int = 0
    edited: int = 0
    rejected: int = 0
    undecided: int = 0
    withheld: int = 0
    landings: int = 0
    undone: int = 0
    review_seconds: float = 0.0
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    dollars: float = 0.0
    unpriced: int = 0

    @property
    def acceptance(self) -> float | None:
        """The share of the decided hunks that were accepted; None where nothing was decided."""
        decided = self.accepted + self.rejected
        return self.accepted / decided if decided else None


@dataclass(frozen=True, slots=True)
class Stats:
    """The groups in their order, all of them together, and how many lines of the log could not be understood."""

    by: By
    groups: tuple[Tally, ...]
    whole: Tally
    not_understood: int = 0


def read_log(file: Path, most_bytes: int | None = None) -> tuple[tuple[Entry, ...], int]:
    """The log's entries, and how many lines are none; with `most_bytes` the newest ones alone."""
    entries: list[Entry] = []
    wrong = 0
    try:
        with file.open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            start = max(0, size - most_bytes) if most_bytes is not None else 0
            stream.seek(start)
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return (), 0
    for line in lines[1:] if start else lines:  # the first one is cut
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError):
            entry = None
        if isinstance(entry, dict) and entry.get("log") == VERSION and entry.get("what") in _WHAT:
            entries.append(entry)
        else:
            wrong += 1
    return tuple(entries), wrong


_WHAT = {"request", "question", "review", "undo", "redo"}


def stats_of(file: Path, by: By = By.LEVEL) -> Stats:
    """The numbers of a log."""
    entries, wrong = read_log(file)
    origin = _Origin()
    groups: dict[str, Tally] = {}
    whole = Tally("all")
    for entry in _as_they_ended(entries):
        try:
            changes = list(_changes(entry, origin))
            names = [name for name, _ in origin.shares(entry, by)]
        except (KeyError, TypeError, ValueError, AttributeError):
            wrong += 1
            continue
        for change in changes:
            _add(whole, change)
        for name in names:
            tally = groups.setdefault(name, Tally(name))
            for change in changes if by is not By.MODEL else _of_model(changes, name):
                _add(tally, change)
    return Stats(by, tuple(sorted(groups.values(), key=lambda tally: _order(by, tally.name))), whole, wrong)


_LEVELS = ("line", "block", "file", "directory", "repo")


def _order(by: By, name: str) -> tuple[int, str]:
    return (_LEVELS.index(name) if by is By.LEVEL and name in _LEVELS else len(_LEVELS), name)


def _as_they_ended(entries: Iterable[Entry]) -> list[Entry]:
    """The entries with each review once that was left and taken up again: as it ended, with the seconds of all its parts."""
    found: list[Entry] = []
    first: dict[tuple[str, str], int] = {}
    for entry in entries:
        kept = entry.get("kept") if entry["what"] == "review" else None
        key = (str(entry.get("place")), str(kept))
        if kept is None or key not in first:
            first[key] = len(found)
            found.append(entry)
            continue
        earlier = found[first[key]]
        seconds = _number(earlier.get("seconds")) + _number(entry.get("seconds"))
        found[first[key]] = {**entry, "id": earlier.get("id"), "seconds": seconds}
    return found


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


_RECENT_BYTES = 1_000_000
_ENOUGH = 10  # decided hunks from which on a share says something


def recent_acceptance(file: Path) -> dict[str, float]:
    """The share of hunks that the person accepted of late, by level; levels with fewer than ten decided hunks are left out."""
    accepted: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for entry in _as_they_ended(read_log(file, _RECENT_BYTES)[0]):
        try:
            if entry["what"] == "review":
                taken = int(entry["accepted"]) + int(entry["partly"])
                accepted[str(entry["level"])] += taken
                decided[str(entry["level"])] += taken + int(entry["rejected"])
        except (KeyError, TypeError, ValueError):
            continue
    return {level: accepted[level] / count for level, count in decided.items() if count >= _ENOUGH}


class _Origin:
    """What later entries are traced back to: a review to its request's models, an undo to the landing's review."""

    def __init__(self) -> None:
        self._models: dict[str, tuple[str, ...]] = {}
        self._wished: dict[tuple[str, str], tuple[str, ...]] = {}  # for reviews that were taken up in another run
        self._landings: dict[tuple[str, int], Entry] = {}

    def see(self, entry: Entry) -> None:
        """Remember what may be asked for."""
        if entry["what"] == "request":
            editors = [call["model"] for call in entry["calls"] if call["role"] == "edit"]
            every = [call["model"] for call in entry["calls"]]
            self._models[entry["id"]] = tuple(dict.fromkeys(editors or every))
            if entry.get("wish"):
                self._wished[entry["place"], str(entry["wish"])] = self._models[entry["id"]]
        elif entry["what"] == "review" and entry["landing"] is not None:
            self._landings[entry["place"], int(entry["landing"])] = entry

    def review_of(self, entry: Entry) -> Entry | None:
        """The review whose landing an undo took back."""
        return self._landings.get((entry["place"], int(entry["landing"])))

    def shares(self, entry: Entry, by: By) -> list[tuple[str, Entry]]:
        """The groups that an entry counts in."""
        source = self.review_of(entry) or entry if entry["what"] in {"undo", "redo"} else entry
        if by is By.REPOSITORY:
            return [(str(source["repository"]), entry)]
        if by is By.WEEK:
            year, week, _ = datetime.fromisoformat(entry["at"]).isocalendar()
            return [(f"{year}-W{week:02}", entry)]
        if by is By.LEVEL:
            if entry["what"] == "question":
                return [(QUESTIONS, entry)]
            return [(str(source["level"]), entry)] if "level" in source else []
        models = self._models.get(str(source.get("id"))) or self._wished.get(
            (str(source["place"]), str(source.get("wish"))), ()
        )
        if entry["what"] in {"request", "question"}:
            models = tuple(dict.fromkeys(call["model"] for call in entry["calls"]))
        return [(model, entry) for model in models]


@dataclass(frozen=True, slots=True)
class _Change:
    """One amount of one field of a tally, and the model that a call's amounts belong to."""

    field: str
    amount: float
    model: str | None = None


def _changes(entry: Entry, origin: _Origin) -> Iterator[_Change]:
    origin.see(entry)
    match entry["what"]:
        case "request":
            yield _Change("requests", 1)
            yield _Change("failed", int(entry["how"] != "proposal"))
            for call in entry["calls"]:
                yield from _call_changes(call)
        case "question":
            yield _Change("questions", 1)
            for call in entry["calls"]:
                yield from _call_changes(call)
        case "review":
            yield _Change("reviews", 1)
            for name in ("edited", "rejected", "undecided", "withheld"):
                yield _Change(name, int(entry[name]))
            yield _Change("accepted", int(entry["accepted"]) + int(entry["partly"]))
            yield _Change("landings", int(entry["landing"] is not None))
            yield _Change("review_seconds", float(entry["seconds"]))
        case what if origin.review_of(entry) is not None:  # others were landed by `apply`: no proposal, no review
            yield _Change("undone", 1 if what == "undo" else -1)


def _call_changes(call: Entry) -> Iterator[_Change]:
    model = str(call["model"])
    yield _Change("calls", 1, model)
    for name in ("prompt_tokens", "completion_tokens", "cached_tokens"):
        yield _Change(name, int(call[name]), model)
    if call["dollars"] is None:
        yield _Change("unpriced", 1, model)
    else:
        yield _Change("dollars", float(call["dollars"]), model)


def _of_model(changes: Iterable[_Change], model: str) -> list[_Change]:
    return [change for change in changes if change.model in {None, model}]


def _add(tally: Tally, change: _Change) -> None:
    setattr(tally, change.field, getattr(tally, change.field) + change.amount)
