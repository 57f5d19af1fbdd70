"""What became of proposals, as numbers: one line of JSON for each request, review, landing and undo, in the person's state folder.

Invariant: no code, no request and no path of a file gets in; a fault in writing never disturbs the session. Only the person's own
programs read it: `copilot-tui stats`.
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from copilot_tui.autonomy.request import Request
from copilot_tui.review.review import Review
from copilot_tui.session.events import Event, ProposalReady, RequestCancelled, RequestFailed
from copilot_tui.steps.events import CallFinished

VERSION = 1
_MOST_BYTES = 16_000_000  # above that the older half goes


def log_file(state_folder: Path) -> Path:
    """Where the log lies."""
    return state_folder / "log.jsonl"


@dataclass(slots=True)
class _Open:
    """A request whose review is not over: its calls, when it began, and when its proposal stood on the screen."""

    identity: str
    begun: float
    level: str
    calls: list[dict[str, Any]] = field(default_factory=list)
    shown: float | None = None
    is_taken_up: bool = False
    wish: str = ""


class SessionLog:
    """The log of one session in the repository at `root`; `clock` gives seconds since 1970."""

    def __init__(self, file: Path, root: Path, clock: Callable[[], float] = time.time) -> None:
        self.trouble = ""
        self._file = file
        self._clock = clock
        self._repository = {"repository": root.name, "place": place_of(root)}
        self._at_hand: _Open | None = None

    def begin(self, request: Request) -> None:
        """A request begins; what was under review was left before."""
        self._at_hand = _Open(uuid4().hex[:16], self._clock(), request.level.value, wish=_wish_of(request))

    def take_up(self, review: Review) -> None:
        """A review that no request of this session made is on the screen: it was left before, or waited for the person."""
        now = self._clock()
        request = review.proposal.request
        identity, wish = uuid4().hex[:16], _wish_of(request)
        self._at_hand = _Open(identity, now, request.level.value, shown=now, is_taken_up=True, wish=wish)

    def take(self, event: Event) -> None:
        """Something happens in the request at hand."""
        at_hand = self._at_hand
        if at_hand is None:
            return
        match event:
            case CallFinished():
                at_hand.calls.append(_call(event))
            case ProposalReady(review, following):
                at_hand.shown = self._clock()
                units = sum(len(one.units) for one in (review, *following))
                self._end_request(at_hand, "proposal", units)
            case RequestFailed():
                self._end_request(at_hand, "failed", 0)
                self._at_hand = None
            case RequestCancelled():
                self._end_request(at_hand, "cancelled", 0)
                self._at_hand = None
            case _:
                pass

    def _end_request(self, at_hand: _Open, how: str, units: int) -> None:
        seconds = round(self._clock() - at_hand.begun, 3)
        entry = {"id": at_hand.identity, "level": at_hand.level, "how": how, "hunks": units, "calls": at_hand.calls}
        self._write("request", {**entry, "wish": at_hand.wish, "seconds": seconds})

    def land(self, review: Review, number: int, kept_as: str = "") -> None:
        """The review's accepted hunks were written by the landing of this number; `kept_as` tells it from others when it is resumed."""
        self._end_review(review, number, kept_as)

    def leave(self, review: Review, kept_as: str = "") -> None:
        """The review is left for another one, or the session ends."""
        self._end_review(review, None, kept_as)

    def _end_review(self, review: Review, landing: int | None, kept_as: str) -> None:
        at_hand = self._at_hand
        if at_hand is None or at_hand.shown is None:
            return  # this review is written down already
        self._at_hand = None
        counts = review.counts
        if at_hand.is_taken_up and landing is None and not counts.accepted + counts.rejected + counts.partly:
            return  # it was looked at, and goes on waiting
        self._write(
            "review",
            {
                "id": at_hand.identity,
                "wish": at_hand.wish,
                "level": review.proposal.request.level.value,
                "accepted": counts.accepted,
                "partly": counts.partly,
                "edited": counts.edited,
                "rejected": counts.rejected,
                "undecided": counts.pending,
                "withheld": counts.withheld,
                **({"kept": kept_as} if kept_as else {}),
                "landing": landing,
                "seconds": round(self._clock() - at_hand.shown, 3),
            },
        )

    def answer(self, calls: Sequence[CallFinished], seconds: float) -> None:
        """A question was answered, or failed, with these calls."""
        self._write("question", {"calls": [_call(one) for one in calls], "seconds": round(seconds, 3)})

    def undo(self, number: int) -> None:
        """The landing of this number was taken back."""
        self._write("undo", {"landing": number})

    def redo(self, number: int) -> None:
        """The landing of this number was brought back."""
        self._write("redo", {"landing": number})

    def _write(self, what: str, entry: Mapping[str, Any]) -> None:
        when = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="seconds")
        line = json.dumps({"log": VERSION, "at": when, "what": what, **self._repository, **entry}) + "\n"
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _keep_small(self._file)
            # One write of one line at the end: several programs may keep the log at once.
            handle = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "ab", buffering=0) as stream:
                stream.write(line.encode())
        except OSError as error:
            self.trouble = f"The statistics are not kept: {self._file} cannot be written ({error.strerror})."


def _wish_of(request: Request) -> str:
    """What tells that a review which was taken up is one of a logged request, without a word of it."""
    target = request.target
    named = json.dumps([request.text, target.path, target.lines and [target.lines.first, target.lines.last]])
    return sha256(named.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def place_of(root: Path) -> str:
    """What tells repositories of one name apart, without saying where they lie."""
    return sha256(os.fsencode(root)).hexdigest()[:12]


def _call(event: CallFinished) -> dict[str, Any]:
    return {
        "role": event.role.value,
        "model": event.model,
        "prompt_tokens": event.usage.prompt_tokens,
        "completion_tokens": event.usage.completion_tokens,
        "cached_tokens": event.usage.cached_tokens,
        "dollars": event.cost,
        "seconds": round(event.seconds, 3),
    }


def _keep_small(file: Path) -> None:
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        return
    if size > _MOST_BYTES:
        lines = file.read_bytes().splitlines(keepends=True)
        shorter = file.with_suffix(".new")
        shorter.write_bytes(b"".join(lines[len(lines) // 2 :]))
        shorter.chmod(0o600)
        shorter.replace(file)
