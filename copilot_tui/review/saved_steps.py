"""The steps of a review that undo takes back and redo makes again, as they are put away: each as what it leaves otherwise.

Invariant: steps that were put away and taken up again lead through the very same decisions, whatever was edited between them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from copilot_tui.diff.change import FileChange
from copilot_tui.review.changed_file import ChangedFile, Decision
from copilot_tui.review.layout import Splits
from copilot_tui.review.plain_values import PlainValueError
from copilot_tui.review.review import Past, Review

MOST_STEPS = 1_000  # each way; the oldest go first


@dataclass(frozen=True, slots=True)
class SavedState:
    """Decisions on the file `number`; `edit` is the index of the text that the person made of it (-1: as it was proposed)."""

    number: int
    states: bytes
    whole: Decision
    mode: Decision
    edited: frozenset[int]
    edit: int


@dataclass(frozen=True, slots=True)
class SavedStep:
    """A state of a review: the files that differ from the state beside it, which is nearer to that of now."""

    action: str
    splits: Splits
    files: tuple[SavedState, ...]


def chain(step: Past | None) -> Iterator[Past]:
    """A step, and those behind it; as many as are put away."""
    count = 0
    while step is not None and count < MOST_STEPS:
        yield step
        step, count = step.earlier, count + 1


def with_steps(
    review: Review, edits: Sequence[FileChange], past: Sequence[SavedStep], future: Sequence[SavedStep]
) -> Review:
    """The review with the steps that were put away, the newest of each way first; raises `PlainValueError`."""
    return replace(review, past=_steps(review, edits, past), future=_steps(review, edits, future))


def _steps(review: Review, edits: Sequence[FileChange], saved: Sequence[SavedStep]) -> Past | None:
    files, states = review.files, []
    for step in saved:
        changed = list(files)
        for one in step.files:
            if not 0 <= one.number < len(files):
                raise PlainValueError("a step decides a file that is not there")
            changed[one.number] = _file(review, edits, one)
        files = tuple(changed)
        states.append((files, step.splits, step.action))
    found: Past | None = None
    for at_step, splits, action in reversed(states):
        found = Past(at_step, splits, action, found)
    return found


def _file(review: Review, edits: Sequence[FileChange], saved: SavedState) -> ChangedFile:
    if not -1 <= saved.edit < len(edits):
        raise PlainValueError("a step has a text that is not there")
    change = review.proposal.change_set.files[saved.number] if saved.edit < 0 else edits[saved.edit]
    return decided_file(change, saved.states, saved.whole, saved.mode, saved.edited)


def decided_file(
    change: FileChange, states: bytes, whole: Decision, mode: Decision, edited: frozenset[int]
) -> ChangedFile:
    """A file with its decisions; raises `PlainValueError` where these are not of its change."""
    file = ChangedFile.undecided(change)
    if len(states) != len(file.states) or max(states, default=0) > max(Decision):
        raise PlainValueError("the decisions are not those of the change")
    return replace(file, states=states, whole=whole, mode=mode, edited=edited)
