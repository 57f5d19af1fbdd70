"""What the steps have made of a request so far.

Invariant: a draft is a value; each step gives back a new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from copilot_tui.checks.finding import Finding
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.edits.edit import Refusal
from copilot_tui.review.proposal import HunkKey, HunkNote, LevelWish
from copilot_tui.steps.events import PlanStep


@dataclass(frozen=True, slots=True)
class Draft:
    """The proposal in the making; `snapshot` holds every file that `change_set` touches as it was before.

    `alternatives` are other change sets for the same region, best first, the chosen one included. `answers` are the raw texts.
    """

    snapshot: Snapshot
    change_set: ChangeSet = field(default_factory=ChangeSet)
    refusals: tuple[Refusal, ...] = ()
    findings: tuple[Finding, ...] = ()
    notes: Mapping[HunkKey, HunkNote] = field(default_factory=lambda: MappingProxyType({}))
    title: str = ""
    commit_message: str = ""
    gap: str = ""
    offer: LevelWish | None = None
    plan: tuple[PlanStep, ...] = ()
    alternatives: tuple[ChangeSet, ...] = ()
    answers: tuple[str, ...] = ()
