"""What the person rejected or rewrote, kept until a rule was drawn from it: the evidence, never the memory.

What is remembered stands in the repository's rules file (AGENTS.md), and gets there as a diff that the person accepted.

Invariant: evidence goes into no prompt but the one that the person asks for; it lies in the person's state folder, readable by the person
alone, and is gone once a rule drawn from it was decided, accepted or not. No known key stands in it.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.config.settings import Settings
from copilot_tui.context.rules import RULES_FILES
from copilot_tui.diff.change import FileChange
from copilot_tui.errors import UsageError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import edit_of
from copilot_tui.review.in_place import is_foreign
from copilot_tui.review.review import ItemKind, Review
from copilot_tui.session.known_keys import KnownKeys
from copilot_tui.session.log import place_of
from copilot_tui.steps.evidence import (
    Evidence,
    Verdict,
    evidence_from_json,
    evidence_to_json,
    is_enough,
    to_text,
)
from copilot_tui.steps.rules_file import rules_file
from copilot_tui.visible import visible
from copilot_tui.workspace.repository import Repository

VERSION = 1
_MOST = 60  # pieces of one repository: the oldest go first
_MOST_TEXT = 1_200  # characters of what was proposed, written or asked
_WISH = "Which rule, if any, would have spared the person these decisions?"
_OFF = "Nothing is kept to draw rules from: propose_rules or record_sessions is false in the settings."


class Memory:
    """The evidence of one repository; `trouble` is empty, or the sentence that says why none can be kept."""

    def __init__(
        self, state_folder: Path, repository: Repository, settings: Settings, keys: KnownKeys | None = None
    ) -> None:
        self.trouble = ""
        self.is_on = settings.propose_rules and settings.record_sessions
        self._repository = repository
        self._file = state_folder / "evidence" / f"{place_of(repository.root)}.jsonl"
        self._known: dict[str, Evidence] | None = None
        self._asked: frozenset[str] = frozenset()
        self._proposed: tuple[Review, frozenset[str]] | None = None
        self._offered = 0
        self._keys = keys or KnownKeys()
        self._writing = Lock()
        self._keys.tell(self._strike)

    def evidence(self) -> tuple[Evidence, ...]:
        """All that is kept, oldest first; lines that are none are left out."""
        if self._known is None:
            self._known = {one.identity: one for one in self._read()} if self.is_on else {}
        return tuple(self._known.values())

    @property
    def is_enough(self) -> bool:
        """Whether a rule may be looked for."""
        return is_enough(self.evidence())

    def offer(self) -> str:
        """How many decisions may make a rule, said once for each new one; empty where there is nothing to say."""
        count = len(self.evidence())
        if not self.is_enough or count <= self._offered:
            return ""
        self._offered = count
        return f"{count} of your decisions may make a rule: /remember proposes one."

    def request(self, words: str = "") -> Request:
        """The request for a rule, in the person's own words if they have some; raises `UsageError` where there is too little."""
        if not self.is_on:
            raise UsageError(_OFF)
        if not self.is_enough:
            count = len(self.evidence())
            raise UsageError(
                f"{count} decision{'s' if count != 1 else ''} of yours {'are' if count != 1 else 'is'} kept: a rule is looked for from "
                "three rejected or rewritten hunks of two reviews on."
            )
        listed = self._repository.list_files()
        path = rules_file(listed.paths - listed.links)
        return Request(words.strip() or _WISH, Target(path), AutonomyLevel.FILE)

    def remarks(self) -> str:
        """The evidence as the request for a rule carries it."""
        self._asked = frozenset(one.identity for one in self.evidence())
        return to_text(self.evidence())

    def proposed(self, review: Review) -> None:
        """A rule was proposed from the evidence that was asked about."""
        self._proposed = (review, self._asked)

    def take(self, review: Review) -> None:
        """A review ends for now: keep what it rejects and rewrites; of a rule that was decided, let the evidence go."""
        if self._proposed is not None and review.proposal.snapshot is self._proposed[0].proposal.snapshot:
            if not review.counts.pending and not review.counts.partly:
                self.forget(self._proposed[1])
                self._proposed = None
            return
        if self.is_on and not is_foreign(review.proposal):
            self._keep(evidence_of(review, datetime.now(UTC).isoformat(timespec="seconds"), self._keys.strike))

    def forget(self, identities: Collection[str]) -> int:
        """Let these pieces go; gives how many there were."""
        with self._writing:
            return self._forget(identities)

    def _forget(self, identities: Collection[str]) -> int:
        kept = [one for one in self._read() if one.identity not in identities]
        gone = len(self._read()) - len(kept)
        self._known = {one.identity: one for one in kept}
        self._offered = min(self._offered, len(kept))
        if gone:
            self._write(kept)
        return gone

    def _keep(self, found: Iterable[Evidence]) -> None:
        with self._writing:
            self.evidence()
            known = self._known or {}
            fresh = [self._struck(one) for one in found if one.identity not in known]
            if fresh:
                every = [*self._read(), *fresh][-_MOST:]
                self._known = {one.identity: one for one in every}
                self._write(list(self._known.values()))

    def _strike(self) -> None:
        """Another key is known: it may stand in what was kept before."""
        with self._writing:
            kept = self._read()
            struck = [self._struck(one) for one in kept]
            if struck != kept:
                self._known = {one.identity: one for one in struck} if self.is_on else {}
                self._write(struck)

    def _struck(self, one: Evidence) -> Evidence:
        strike = self._keys.strike_cut
        return replace(
            one,
            request=strike(one.request),
            proposed=strike(one.proposed),
            written=strike(one.written),
            comment=strike(one.comment),
        )

    def _read(self) -> list[Evidence]:
        found = []
        try:
            lines = self._file.read_text(encoding="ascii", errors="replace").splitlines()
        except OSError:
            return []
        for line in lines:
            try:
                entry = json.loads(line)
                if entry.pop("version") == VERSION:
                    found.append(evidence_from_json(entry))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
                continue
        return found

    def _write(self, evidence: Iterable[Evidence]) -> None:
        lines = [json.dumps({"version": VERSION, **evidence_to_json(one)}) + "\n" for one in evidence]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = self._file.with_suffix(".new")
            handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as stream:
                stream.writelines(lines)
            fresh.replace(self._file)
        except OSError as error:
            self.trouble = f"What rules are drawn from cannot be kept in {visible(str(self._file))} ({error.strerror})."


def evidence_of(review: Review, made: str, strike: Callable[[str], str] = str) -> tuple[Evidence, ...]:
    """What a review says of the person's wishes: its rejected hunks, and those that they rewrote.

    `strike` takes keys out of each text as a whole, before it is cut: of one across the cut nothing is left to be known by.
    """
    comments = dict(review.comments)
    name = sha256(f"{review.proposal.request.text}\0{review.proposal.change_set.digest}".encode()).hexdigest()[:12]
    request = review.proposal.request.text
    found = []
    for unit in review.units:
        if unit.kind is not ItemKind.LINES or review.state(unit) is not Decision.REJECTED:
            continue
        path = review.files[unit.file].path
        proposed = "".join(f"{sign}{line.decode('utf-8', 'replace')}\n" for sign, line in edit_of(review, unit))
        comment = comments.get(review.key(unit), "")
        found.append(_piece(name, made, path, (Verdict.REJECTED, proposed, ""), request, comment))
    for change, file in zip(review.proposal.change_set, review.files, strict=False):
        if file.edited and file.path == change.path:
            found += _rewritten(change, file.change, name, made, request)
    return tuple(_cut(one, strike) for one in found if one.path.rpartition("/")[2] not in RULES_FILES)


def _cut(one: Evidence, strike: Callable[[str], str]) -> Evidence:
    texts = (one.request, one.proposed, one.written, one.comment)
    request, proposed, written, comment = (strike(text)[:_MOST_TEXT] for text in texts)
    return replace(one, request=request, proposed=proposed, written=written, comment=comment)


def _rewritten(proposed: FileChange, written: FileChange, name: str, made: str, request: str) -> list[Evidence]:
    """What the person made of the proposed text: each place that they wrote otherwise."""
    if proposed.after is None or written.after is None:
        return []
    between = FileChange(proposed.path, proposed.after, written.after)
    texts = []
    for hunk in between.hunks:
        before = "".join(f" {_shown(line.text)}\n" for line in hunk.lines if line.kind.value != "+")
        after = "".join(f" {_shown(line.text)}\n" for line in hunk.lines if line.kind.value != "-")
        texts.append((Verdict.EDITED, before, after))
    return [_piece(name, made, proposed.path, text, request, "") for text in texts]


def _shown(line: bytes) -> str:
    return line.decode("utf-8", "replace")


def _piece(review: str, made: str, path: str, texts: tuple[Verdict, str, str], request: str, comment: str) -> Evidence:
    verdict, proposed, written = texts
    parts = (verdict.value, path, proposed, written)
    identity = sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:12]
    shown = visible(path)
    return Evidence(identity, review, made, verdict, shown, request, proposed, written, comment)
