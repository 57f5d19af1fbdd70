"""Proposals that wait for a person: made by another agent or by `watch`, kept in the person's state folder until they are decided.

Invariant: what waits is a standard patch and the request it was made for, nothing more; it is resolved, checked against its scope and
bound to the files anew when a person takes it, so a file that changed meanwhile is never overwritten. No known key stands in its words;
the patch stays as it was made.
"""

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Any
from uuid import uuid4

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.diff.unified import format_patch
from copilot_tui.edits.parse import parse_answer
from copilot_tui.edits.resolve import mentioned_paths, resolve
from copilot_tui.errors import LandingError, UsageError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review, Unit
from copilot_tui.session.known_keys import KnownKeys
from copilot_tui.session.log import place_of
from copilot_tui.session.record_json import request_from_json, request_to_json
from copilot_tui.visible import visible
from copilot_tui.workspace.repository import Repository

VERSION = 1
_MOST_WAITING = 100
_MOST_DECIDED = 100  # the older ones go
_PAIRS = ("hunks", "remarks")
_IDENTITY = re.compile(r"[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One proposal: `made_by` in words, `made` as ISO 8601 in UTC, `patch` as text (other bytes by surrogateescape).

    `state` is `waiting`, `accepted` (what was accepted has landed as `landing`) or `rejected`; the counts are units of the review, `hunks`
    are these units in their order as (path, decision), `remarks` the person's comments as (path, words).
    """

    identity: str
    made_by: str
    made: str
    title: str
    request: Request
    patch: str
    state: str = "waiting"
    accepted: int = 0
    rejected: int = 0
    landing: int | None = None
    hunks: tuple[tuple[str, str], ...] = ()
    remarks: tuple[tuple[str, str], ...] = ()


class WaitingBox:
    """The proposals that wait in one repository."""

    def __init__(self, state_folder: Path, root: Path, keys: KnownKeys | None = None) -> None:
        self._folder = state_folder / "waiting" / place_of(root)
        self._counted = (0, 0)
        self._taken: tuple[str, Proposal] | None = None
        self._keys = keys or KnownKeys()
        self._writing = RLock()  # a file is read, changed and written by one thread at a time
        self._keys.tell(self._strike)

    def put(self, proposal: Proposal, made_by: str) -> Waiting:
        """Keep a proposal for a person; raises `UsageError` where nothing is proposed or too many wait already."""
        if not proposal.change_set:
            raise UsageError("There is no change in this proposal, so there is nothing to decide.")
        known = self.every()
        if sum(one.state == "waiting" for one in known) >= _MOST_WAITING:
            raise UsageError(f"{_MOST_WAITING} proposals wait already: decide some of them first.")
        for old in [one for one in known if one.state != "waiting"][:-_MOST_DECIDED]:
            self._file(old.identity).unlink(missing_ok=True)
        waiting = Waiting(
            identity=uuid4().hex[:8],
            made_by=made_by,
            made=datetime.now(UTC).isoformat(timespec="seconds"),
            title=proposal.title or self._keys.strike(proposal.request.text.partition("\n")[0])[:80],
            request=proposal.request,
            patch=format_patch(proposal.change_set).decode("utf-8", "surrogateescape"),
        )
        self._write(waiting)
        return waiting

    def every(self) -> tuple[Waiting, ...]:
        """All that there are, decided ones too, oldest first; what cannot be read is left out."""
        found = [self._read(path) for path in self._folder.glob("*.json")]
        return tuple(sorted((one for one in found if one is not None), key=lambda one: one.made))

    def count(self) -> int:
        """How many wait; nothing is read again as long as nothing in the folder was written."""
        try:
            written = self._folder.stat().st_mtime_ns
        except OSError:
            return 0
        if self._counted[0] != written:
            self._counted = (written, sum(one.state == "waiting" for one in self.every()))
        return self._counted[1]

    def find(self, identity: str) -> Waiting:
        """The proposal of that identity; raises `UsageError`."""
        found = self._read(self._file(identity)) if _IDENTITY.fullmatch(identity) else None
        if found is None:
            raise UsageError(f"No proposal {visible(identity)} waits here: `copilot-tui waiting` lists them.")
        return found

    def decide(self, identity: str, review: Review | None, landing: int | None) -> Waiting:
        """Write down how it was decided; without a review it is rejected as a whole."""
        with self._writing:
            return self._decide(identity, review, landing)

    def _decide(self, identity: str, review: Review | None, landing: int | None) -> Waiting:
        decided = replace(self.find(identity), state="rejected" if landing is None else "accepted", landing=landing)
        if review is not None:
            counts = review.counts
            decided = replace(
                decided,
                accepted=counts.accepted + counts.partly,
                rejected=counts.rejected,
                hunks=tuple((review.files[unit.file].path, _decision(review, unit)) for unit in review.units),
                remarks=tuple((key.path, words) for key, words in review.comments if words.strip()),
            )
        self._write(decided)
        return decided

    def take(self, repository: Repository, identity: str) -> Review:
        """The review of a waiting proposal on the files as they are now, which is decided from now on; raises as `review_of`."""
        review = self.review_of(repository, identity)
        self._taken = (identity, review.proposal)
        return review

    def review_of(self, repository: Repository, identity: str) -> Review:
        """The review of a waiting proposal on the files as they are now.

        Raises `UsageError` if it is decided already, or if none of it fits any more.
        """
        waiting = self.find(identity)
        if waiting.state != "waiting":
            raise UsageError(f"The proposal {identity} is {waiting.state} already.")
        request = replace(waiting.request, asked_by=waiting.made_by)
        proposal = propose_patch(repository, request, waiting.patch, waiting.title)
        if not proposal.change_set:
            why = proposal.refusals[0].reason if proposal.refusals else "the files have that change already"
            raise UsageError(f"Nothing of the proposal {identity} fits the files any more: {why}")
        return Review.of(proposal)

    def landed(self, review: Review, landing: int) -> None:
        """What was accepted of a review has landed: if that was a waiting proposal, it waits no longer."""
        # Another level makes another proposal of it, on the same snapshot.
        if self._taken is not None and review.proposal.snapshot is self._taken[1].snapshot:
            self.decide(self._taken[0], review, landing)
            self._taken = None

    def put_away(self, review: Review) -> bool:
        """The person is done with a review and lands nothing: a waiting proposal of which all was rejected waits no longer.

        Gives whether that is so; one that was not decided goes on waiting.
        """
        counts = review.counts
        if self._taken is None or review.proposal.snapshot is not self._taken[1].snapshot:
            return False
        if counts.pending or counts.accepted or counts.partly or not counts.rejected:
            return False
        self.decide(self._taken[0], review, None)
        self._taken = None
        return True

    def _file(self, identity: str) -> Path:
        return self._folder / f"{identity}.json"

    def _strike(self) -> None:
        """Another key is known: it may stand in the words of what was kept before."""
        with self._writing, suppress(LandingError):
            for one in self.every():
                if self._struck(one) != one:
                    self._write(one)

    def _struck(self, waiting: Waiting) -> Waiting:
        strike, request = self._keys.strike, waiting.request
        return replace(
            waiting,
            made_by=strike(waiting.made_by),
            title=self._keys.strike_cut(waiting.title),
            request=replace(request, text=strike(request.text), asked_by=strike(request.asked_by)),
            remarks=tuple((path, strike(words)) for path, words in waiting.remarks),
        )

    def _write(self, waiting: Waiting) -> None:
        waiting = self._struck(waiting)
        entry = {"version": VERSION, **asdict(waiting), "request": request_to_json(waiting.request)}
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = self._file(waiting.identity).with_suffix(".new")
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                json.dump(entry, stream, ensure_ascii=True)
            fresh.replace(self._file(waiting.identity))
        except OSError as error:
            raise LandingError(
                f"The proposal cannot be kept in {visible(str(self._folder))}: {error.strerror}."
            ) from error

    def _read(self, path: Path) -> Waiting | None:
        try:
            entry: Mapping[str, Any] = json.loads(path.read_text(encoding="ascii"))
            if entry["version"] != VERSION or not _IDENTITY.fullmatch(entry["identity"]):
                return None
            values = {name: value for name, value in entry.items() if name != "version"}
            pairs = {name: tuple((str(path), str(words)) for path, words in values.get(name, ())) for name in _PAIRS}
            return Waiting(**{**values, **pairs, "request": request_from_json(entry["request"])})
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None


def _decision(review: Review, unit: Unit) -> str:
    if review.withheld_reason(unit) is not None:
        return "withheld"
    state = review.state(unit)
    return "partly" if state is None else "undecided" if state is Decision.PENDING else state.name.lower()


def propose_patch(repository: Repository, request: Request, patch: str, title: str = "") -> Proposal:
    """What a patch (or an answer in any edit format) would do to the files as they are now, held against the request's scope.

    Raises `TargetError` or `UsageError`; parts that do not fit are refusals of the proposal.
    """
    parsed = parse_answer(patch)
    root = str(repository.root)
    known = repository.list_files().paths
    paths = mentioned_paths(parsed, known, root) | {request.target.path, *request.target.paths} - {""}
    snapshot = repository.snapshot(sorted(paths))
    scope = make_scope(request, snapshot)
    resolution = resolve(parsed, snapshot, root=root)
    return Proposal(
        request=request,
        scope=scope,
        snapshot=snapshot,
        change_set=resolution.change_set,
        admission=admit(resolution.change_set, scope, snapshot),
        refusals=tuple(resolution.refused),
        title=title,
        answers=(patch,),
    )
