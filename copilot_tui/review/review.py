"""The whole state of a review as one plain value: a proposal, the decisions on it, and the way back.

Invariant: a `Review` never changes; every action gives a new one, and `undo` of the newest action gives the value before it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from copilot_tui.checks.finding import Finding
from copilot_tui.diff.change import ChangeSet
from copilot_tui.review.changed_file import ChangedFile, Decision
from copilot_tui.review.layout import COUNTED, Layout, Splits
from copilot_tui.review.proposal import HunkKey, HunkNote, Proposal, Risk
from copilot_tui.review.unit import ItemKind as ItemKind  # noqa: PLC0414  (part of a review: offered here)
from copilot_tui.review.unit import Unit as Unit  # noqa: PLC0414

NOT_CHECKED = "not checked yet"


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """One step back: the files and splits as they were, what the step was called, and the step before it."""

    files: tuple[ChangedFile, ...]
    splits: Splits
    action: str
    earlier: "Past | None"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many units are in which state."""

    accepted: int
    rejected: int
    partly: int
    pending: int
    withheld: int
    flagged: int
    edited: int


@dataclass(frozen=True)
class Review:
    """A proposal with its decisions; `comments` are the person's remarks by hunk, for the next request."""

    proposal: Proposal
    files: tuple[ChangedFile, ...]
    splits: Splits = frozenset()
    comments: tuple[tuple[HunkKey, str], ...] = ()
    past: Past | None = field(default=None, repr=False)
    future: Past | None = field(default=None, repr=False)
    known_layout: Layout | None = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, proposal: Proposal) -> "Review":
        """The review of a proposal, with nothing decided."""
        layout = Layout.of(proposal, proposal.change_set.files, frozenset())
        files = tuple(ChangedFile.undecided(change) for change in proposal.change_set)
        return cls(proposal, files, known_layout=layout)

    @cached_property
    def layout(self) -> Layout:
        """The units of all files; the one that is known, where it still fits."""
        changes, known = tuple(file.change for file in self.files), self.known_layout
        if known is not None and known.fits(self.proposal, changes, self.splits):
            return known
        return Layout.of(self.proposal, changes, self.splits, known)

    @property
    def withheld(self) -> Mapping[HunkKey, str]:
        """The hunks (or files, with index None) that the scope does not admit, with the reason."""
        return self.proposal.withheld_reasons

    @cached_property
    def flagged_paths(self) -> dict[str, str]:
        """The files that no batch key accepts, with the reason."""
        return {one.path: one.reason for one in self.proposal.admission.flagged}

    @property
    def units(self) -> tuple[Unit, ...]:
        """Every unit of hunk grain in the order of the diff: items of a file first, then its runs of changed lines."""
        return self.layout.units

    def key(self, unit: Unit) -> HunkKey:
        """The hunk that a unit belongs to."""
        return HunkKey(self.files[unit.file].path, unit.hunk)

    def withheld_reason(self, unit: Unit) -> str | None:
        """Why the unit cannot be accepted at this level, or None."""
        if not self.withheld:
            return None
        path = self.files[unit.file].path
        whole = self.withheld.get(HunkKey(path, None))
        return whole if whole is not None else self.withheld.get(HunkKey(path, unit.hunk))

    def note(self, unit: Unit) -> HunkNote:
        """What is said of the unit's hunk."""
        return self.proposal.notes.get(self.key(unit), HunkNote())

    def flags(self, unit: Unit) -> tuple[str, ...]:
        """Why no batch key takes the unit: a protected file, a warning of a check, a high risk; empty if nothing speaks against it."""
        file = self.files[unit.file]
        reasons = [NOT_CHECKED] if self.proposal.is_unchecked else []
        if file.path in self.flagged_paths:
            reasons.append(self.flagged_paths[file.path])
        if unit.kind is ItemKind.MODE:
            reasons.append("changes the file's mode")
        note = self.note(unit)
        if note.risk is Risk.HIGH:
            reasons.append("high risk" + (f": {note.risk_reasons[0]}" if note.risk_reasons else ""))
        reasons += [finding.message for finding in self.findings(unit) if finding.blocks_batches]
        return tuple(dict.fromkeys(reasons))

    def findings(self, unit: Unit) -> tuple[Finding, ...]:
        """The findings that sit at the unit's hunk, or at its file as a whole."""
        file = self.files[unit.file]
        of_file = self.proposal.findings_by_path.get(file.path, ())
        if not of_file or unit.hunk is None:
            return tuple(one for one in of_file if one.lines is None)
        hunk = file.change.hunks[unit.hunk]
        last = hunk.new_start + max(hunk.new_count, 1) - 1
        return tuple(
            one
            for one in of_file
            if one.lines is None or (one.lines.first <= last and one.lines.last >= hunk.new_start)
        )

    def is_plain(self, number: int) -> bool:
        """Whether surely no unit of a file is withheld, or flagged for what it is: one question for all of them."""
        file, proposal = self.files[number], self.proposal
        return not (
            file.path in proposal.withheld_paths
            or file.path in proposal.high_risk_paths
            or file.path in proposal.findings_by_path
            or file.path in self.flagged_paths
            or file.change.changes_mode
        )

    def state(self, unit: Unit) -> Decision | None:
        """The unit's decision; None where its lines are decided differently."""
        file = self.files[unit.file]
        if unit.kind is ItemKind.WHOLE:
            return file.whole
        if unit.kind is ItemKind.MODE:
            return file.mode
        states = file.states[unit.first : unit.last]
        return Decision(states[0]) if states and states.count(states[0]) == len(states) else None

    def is_pending(self, unit: Unit) -> bool:
        """Whether something of the unit waits for a decision that may be made."""
        if self.withheld_reason(unit) is not None:
            return False
        state = self.state(unit)
        if state is None:
            return Decision.PENDING in self.files[unit.file].states[unit.first : unit.last]
        return state is Decision.PENDING

    @cached_property
    def counts(self) -> Counts:
        """The units by state; only files that were decided since are counted anew."""
        tallies = [self._tally(number) for number in range(len(self.files))]
        return Counts(
            accepted=sum(tally.accepted for tally in tallies),
            rejected=sum(tally.rejected for tally in tallies),
            partly=sum(tally.partly for tally in tallies),
            pending=sum(tally.pending for tally in tallies),
            withheld=sum(tally.withheld for tally in tallies),
            flagged=sum(tally.flagged for tally in tallies),
            edited=sum(tally.edited for tally in tallies),
        )

    def _tally(self, number: int) -> Counts:
        file, memory = self.files[number], self.layout.memory
        known = memory.get((COUNTED, number))
        if known is not None and known[0] is file and isinstance(known[1], Counts):
            return known[1]
        units = self.layout.of_file[number]
        is_plain = self.is_plain(number)
        rest = units if is_plain else [unit for unit in units if self.withheld_reason(unit) is None]
        states = [self.state(unit) for unit in rest]
        tally = Counts(
            accepted=states.count(Decision.ACCEPTED),
            rejected=states.count(Decision.REJECTED),
            partly=states.count(None),
            pending=states.count(Decision.PENDING),
            withheld=len(units) - len(rest),
            flagged=self._flagged(number, rest),
            edited=len(file.edited),
        )
        memory[COUNTED, number] = (file, tally)
        return tally

    def _flagged(self, number: int, units: Sequence[Unit]) -> int:
        if self.proposal.is_unchecked:
            return len(units)
        return 0 if self.is_plain(number) else sum(bool(self.flags(unit)) for unit in units)

    def with_proposal(self, proposal: Proposal) -> "Review":
        """The same decisions on the same changes, of which more is known."""
        layout = Layout.of(proposal, tuple(file.change for file in self.files), self.splits, self.layout)
        return replace(self, proposal=proposal, known_layout=layout)

    def accepted_change_set(self) -> ChangeSet:
        """What lands if the person finishes now."""
        return ChangeSet(tuple(change for file in self.files if (change := file.accepted()) is not None))

    def stepped(self, files: tuple[ChangedFile, ...], action: str, splits: Splits | None = None) -> "Review":
        """The review after one undoable step."""
        if files == self.files and splits is None:
            return self
        past = Past(self.files, self.splits, action, self.past)
        return replace(
            self,
            files=files,
            splits=self.splits if splits is None else splits,
            past=past,
            future=None,
            known_layout=self.layout,
        )

    def undo(self) -> "Review":
        """The review before its newest step; itself where there is none."""
        if self.past is None:
            return self
        future = Past(self.files, self.splits, self.past.action, self.future)
        return replace(self, files=self.past.files, splits=self.past.splits, past=self.past.earlier, future=future)

    def redo(self) -> "Review":
        """The review with the newest undone step made again; itself where there is none."""
        if self.future is None:
            return self
        past = Past(self.files, self.splits, self.future.action, self.past)
        return replace(self, files=self.future.files, splits=self.future.splits, past=past, future=self.future.earlier)
