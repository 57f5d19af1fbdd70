"""The conversation of a session: what was asked, what came of it, and what the person decided, told to the requests that follow.

Invariant: what is told is bounded in characters, newest first where it does not all fit, and a model too small for it is told nothing;
a request that came to nothing is no part of it. Text from answers stands in fences, as data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from copilot_tui.autonomy.request import Request
from copilot_tui.diff.line import LineKind
from copilot_tui.prompts import fenced
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.review import Review, Unit
from copilot_tui.session.record_json import request_from_json, request_to_json
from copilot_tui.visible import visible

MOST_TURNS = 8
_MOST_ASKED = 1_000  # characters of a request
_MOST_HUNK = 800  # of an accepted hunk
_MOST_HUNKS = 12
_MOST_ANSWER = 1_500  # of an answer to a question
_WORDS = {
    Decision.ACCEPTED: "accepted",
    Decision.REJECTED: "rejected",
    None: "decided line by line",
    Decision.PENDING: "not decided",
}


@dataclass(slots=True)
class Turn:
    """One request or question, and what came of it in words; no words: nothing yet."""

    request: Request
    is_question: bool
    outcome: str = ""


@dataclass(slots=True)
class Conversation:
    """The turns of one session, oldest first."""

    _turns: list[Turn] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many earlier requests the next one is told of."""
        return sum(bool(turn.outcome) for turn in self._turns)

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns that something came of, oldest first."""
        return tuple(turn for turn in self._turns if turn.outcome)

    def go_on(self, turns: Sequence[Turn]) -> None:
        """Go on with an earlier conversation in the place of this one."""
        self._turns = list(turns)[-MOST_TURNS:]

    def start_fresh(self) -> None:
        """Forget what was said."""
        self._turns.clear()

    def ask(self, request: Request, *, is_question: bool = False) -> None:
        """A request goes out; those that came to nothing go."""
        self._turns = [turn for turn in self._turns if turn.outcome][-(MOST_TURNS - 1) :]
        self._turns.append(Turn(request, is_question))

    def take(self, review: Review) -> None:
        """A proposal came, or more of it was decided."""
        asked = review.proposal.request
        for turn in reversed(self._turns):
            own = turn.request
            if (own.text, own.target, own.level) == (asked.text, asked.target, asked.level) and not turn.is_question:
                turn.outcome = _outcome(review)
                return

    def answer(self, text: str) -> None:
        """The question that went out last was answered."""
        if self._turns and self._turns[-1].is_question:
            self._turns[-1].outcome = f"You answered:\n{fenced(text[:_MOST_ANSWER])}"

    def remarks(self, characters: int) -> str:
        """What the next request is told, within so many characters; empty where there is nothing."""
        parts: list[str] = []
        room = characters
        for turn in reversed([turn for turn in self._turns if turn.outcome]):
            part = _told(turn)
            if len(part) > room:
                break
            room -= len(part) + 2
            parts.insert(0, part)
        return "\n\n".join(["Earlier in this conversation, oldest first:", *parts]) if parts else ""


def turn_to_json(turn: Turn) -> dict[str, Any]:
    """A turn as a session's file keeps it."""
    return {"request": request_to_json(turn.request), "is_question": turn.is_question, "outcome": turn.outcome}


def turn_from_json(entry: Mapping[str, Any]) -> Turn:
    """The turn that `turn_to_json` wrote; raises KeyError, TypeError or ValueError if it is none."""
    return Turn(request_from_json(entry["request"]), bool(entry["is_question"]), str(entry["outcome"]))


def _told(turn: Turn) -> str:
    target = turn.request.target
    lines = target.lines.behind_path if target.lines is not None else ""
    place = f" about {visible(target.path)}{lines}" if target.path else ""
    asked = turn.request.text.strip()[:_MOST_ASKED]
    return f"The person {'asked' if turn.is_question else 'wanted'}{place}: {asked}\n{turn.outcome}"


def _outcome(review: Review) -> str:
    comments = dict(review.comments)
    told = []
    for unit in review.units[:_MOST_HUNKS]:
        comment = comments.get(review.key(unit), "").strip()
        state = "withheld" if review.withheld_reason(unit) is not None else _WORDS[review.state(unit)]
        remark = f", with the remark: {comment}" if comment else ""
        told.append(f"- {_place(review, unit)}: {state}{remark}{_lines(review, unit)}")
    rest = len(review.units) - len(told)
    more = [f"- and {rest} more hunks"] if rest > 0 else []
    return "\n".join(["You proposed, and the person decided:", *told, *more]) if told else ""


def _place(review: Review, unit: Unit) -> str:
    file = review.files[unit.file]
    if unit.hunk is None:
        return f"{visible(file.path)} as a whole"
    return f"{visible(file.path)} line {file.change.hunks[unit.hunk].first_changed}"


def _lines(review: Review, unit: Unit) -> str:
    """The text of a hunk that was not rejected: what was is told of apart, with the order not to propose it again."""
    if unit.hunk is None or review.state(unit) is Decision.REJECTED:
        return ""
    hunk = review.files[unit.file].change.hunks[unit.hunk]
    text = "".join(
        f"{line.kind.value}{line.text.decode('utf-8', 'replace')}\n"
        for line in hunk.lines
        if line.kind is not LineKind.CONTEXT
    )
    cut = text if len(text) <= _MOST_HUNK else text[:_MOST_HUNK] + "\n…\n"
    return f"\n{fenced(cut)}"
