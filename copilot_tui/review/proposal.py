"""A proposal: everything that is known about a change set before a person decides on it.

Invariant: a proposal never changes; decisions stand beside it, in a `Review`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from copilot_tui.autonomy.admit import Admission
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.checks.finding import Finding
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.edits.edit import Refusal


class Risk(StrEnum):
    """How much could break if the hunk is wrong."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class HunkKey:
    """A hunk of a change set: its file and its index in `FileChange.hunks`; None for the file as a whole."""

    path: str
    index: int | None


@dataclass(frozen=True, slots=True)
class HunkNote:
    """What is said of a hunk: why it is there (empty where nobody said), its risk (None where nobody judged) and the reasons."""

    why: str = ""
    risk: Risk | None = None
    risk_reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One step of a plan: what to change in which file."""

    path: str
    what: str


@dataclass(frozen=True, slots=True)
class LevelWish:
    """The model asked for more room: the level it named and why."""

    level: AutonomyLevel
    why: str


@dataclass(frozen=True)
class Proposal:
    """What one request came to.

    `change_set` is all that was proposed, `admission` what of it the scope admits; `gap` says what the request wanted beyond it;
    `alternatives` are other change sets for the same region; `answers` are the models' raw texts.
    `steps` is the plan that was followed, empty where there was none. `is_in_place`: the work tree holds the change already, and to
    reject is to put the old text back; `is_uncommitted`: it is so since the last commit, so that what is accepted can be staged.
    `is_unchecked`: its checks have not ended yet, so that every hunk counts as flagged.
    """

    request: Request
    scope: Scope
    snapshot: Snapshot
    change_set: ChangeSet
    admission: Admission
    refusals: tuple[Refusal, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: Mapping[HunkKey, HunkNote] = field(default_factory=lambda: MappingProxyType({}))
    title: str = ""
    commit_message: str = ""
    gap: str = ""
    offer: LevelWish | None = None
    alternatives: tuple[ChangeSet, ...] = ()
    answers: tuple[str, ...] = ()
    is_in_place: bool = False
    steps: tuple[PlanStep, ...] = ()
    is_uncommitted: bool = False
    is_unchecked: bool = False

    @cached_property
    def findings_by_path(self) -> Mapping[str, tuple[Finding, ...]]:
        """The findings of each file, in their order."""
        found: dict[str, list[Finding]] = {}
        for one in self.findings:
            found.setdefault(one.path, []).append(one)
        return {path: tuple(findings) for path, findings in found.items()}

    @cached_property
    def step_numbers(self) -> Mapping[str, int]:
        """The step (from 0) that each path was first named by."""
        return {step.path: number for number, step in reversed(list(enumerate(self.steps)))}

    def step_of(self, change: FileChange) -> int | None:
        """The step (from 0) of the plan that a file belongs to; None where no step names it."""
        numbers = self.step_numbers
        return numbers.get(change.source_path, numbers.get(change.path))

    @cached_property
    def withheld_reasons(self) -> Mapping[HunkKey, str]:
        """The hunks (or files, with index None) that the scope does not admit, with the reason."""
        return {HunkKey(one.path, one.hunk_index): one.reason for one in self.admission.withheld}

    @cached_property
    def admitting_levels(self) -> Mapping[HunkKey, AutonomyLevel]:
        """The level that would admit a withheld hunk (or file, with index None), where one would."""
        withheld = self.admission.withheld
        return {HunkKey(one.path, one.hunk_index): one.admitted_by for one in withheld if one.admitted_by is not None}

    @cached_property
    def withheld_paths(self) -> frozenset[str]:
        """The files of which anything is withheld."""
        return frozenset(key.path for key in self.withheld_reasons)

    @cached_property
    def high_risk_paths(self) -> frozenset[str]:
        """The files of which anything is of high risk."""
        return frozenset(key.path for key, note in self.notes.items() if note.risk is Risk.HIGH)
