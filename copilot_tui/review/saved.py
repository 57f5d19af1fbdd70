"""A review put away and taken up again: the proposal, every decision, splits, edits, comments and what was viewed.

Invariant: what is read back lands the very same bytes as what was saved, and so does every state that undo and redo lead to; a file
counts as viewed only with the content that it had. `saving` writes what is read here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.checks.finding import Finding
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.edits.edit import Refusal, RefusalCode
from copilot_tui.errors import UsageError
from copilot_tui.review.carry import carried_with_edits, rewritten
from copilot_tui.review.changed_file import ChangedFile, Decision
from copilot_tui.review.plain_values import PlainValueError, from_plain
from copilot_tui.review.proposal import HunkKey, HunkNote, LevelWish, PlanStep, Proposal
from copilot_tui.review.review import Review
from copilot_tui.review.saved_steps import SavedStep, decided_file, with_steps

VERSION = 2


@dataclass(frozen=True, slots=True)
class SavedFile:
    """Decisions on a file; `change` is set where a person edited it, so that it is no more what was proposed."""

    states: bytes
    whole: Decision
    mode: Decision
    edited: frozenset[int]
    change: FileChange | None


@dataclass(frozen=True, slots=True)
class SavedRefusal:
    """A refused edit."""

    path: str
    block: int
    code: RefusalCode
    reason: str
    nearest: str


@dataclass(frozen=True, slots=True)
class _SavedReview:
    """What the JSON holds. Of the snapshot only what a landing is bound to: the changed files, links and ignored files."""

    version: int
    request: Request
    scope: Scope
    changes: tuple[FileChange, ...]
    snapshot_files: tuple[tuple[str, SnapshotFile], ...]
    links: frozenset[str]
    ignored: frozenset[str]
    protected: tuple[str, ...]
    refusals: tuple[SavedRefusal, ...]
    findings: tuple[Finding, ...]
    notes: tuple[tuple[HunkKey, HunkNote], ...]
    title: str
    commit_message: str
    gap: str
    offer: LevelWish | None
    is_in_place: bool
    files: tuple[SavedFile, ...]
    splits: frozenset[tuple[int, int]]
    comments: tuple[tuple[HunkKey, str], ...]
    viewed: tuple[tuple[str, str], ...]
    steps: tuple[PlanStep, ...] = ()  # what is new has a value for reviews that were saved before
    is_uncommitted: bool = False
    is_unchecked: bool = False
    edits: tuple[FileChange, ...] = ()
    past: tuple[SavedStep, ...] = ()
    future: tuple[SavedStep, ...] = ()


def content_digest(change: FileChange) -> str:
    """What a file was when it was viewed: another digest as soon as a byte of it differs."""
    return ChangeSet((change,)).digest


def is_viewed(change: FileChange, viewed: Mapping[str, str]) -> bool:
    """Whether exactly this content was viewed; `viewed` is path to `content_digest`."""
    return viewed.get(change.path) == content_digest(change)


def review_from_json(value: object) -> tuple[Review, dict[str, str]]:
    """The review that `review_to_json` wrote, with what was viewed; raises `UsageError`."""
    if not isinstance(value, dict) or value.get("version") != VERSION:
        raise UsageError("The saved review was written by another version of this program: begin the review anew.")
    try:
        saved: _SavedReview = from_plain(_SavedReview, value)
        review = _review(saved)
    except PlainValueError as error:
        raise UsageError(f"The saved review cannot be read ({error}): begin the review anew.") from error
    return review, dict(saved.viewed)


def _review(saved: _SavedReview) -> Review:
    change_set = ChangeSet(saved.changes)
    paths = frozenset(path for path, _ in saved.snapshot_files)
    snapshot = Snapshot(
        MappingProxyType(dict(saved.snapshot_files)), paths, saved.links, saved.ignored, saved.protected
    )
    proposal = Proposal(
        saved.request,
        saved.scope,
        snapshot,
        change_set,
        admit(change_set, saved.scope, snapshot),
        refusals=tuple(Refusal(one.path, one.block, one.code, one.reason, one.nearest) for one in saved.refusals),
        findings=saved.findings,
        notes=MappingProxyType(dict(saved.notes)),
        title=saved.title,
        commit_message=saved.commit_message,
        gap=saved.gap,
        offer=saved.offer,
        is_in_place=saved.is_in_place,
        steps=saved.steps,
        is_uncommitted=saved.is_uncommitted,
        is_unchecked=saved.is_unchecked,
    )
    fresh = Review.of(proposal)
    if len(saved.files) != len(fresh.files):
        raise PlainValueError("there are other files than changes")
    files = tuple(_file(one, file.change, saved.edits) for one, file in zip(saved.files, fresh.files, strict=True))
    review = replace(fresh, files=files, splits=saved.splits, comments=saved.comments)
    review = with_steps(review, saved.edits, saved.past, saved.future)
    return replace(review, known_layout=review.layout)


def _file(saved: SavedFile, proposed: FileChange, edits: Sequence[FileChange]) -> ChangedFile:
    change = proposed if saved.change is None else next((one for one in edits if one == saved.change), saved.change)
    return decided_file(change, saved.states, saved.whole, saved.mode, saved.edited)


def resumed(saved: Review, fresh: Review) -> Review:
    """`fresh` with the decisions and comments of `saved`: whole where a file is the same, line by line where its content changed since.

    There what the person rewrote is merged in, where it fits. Nothing is carried to what the fresh review withholds.
    """
    known = {file.path: (number, file) for number, file in enumerate(saved.files)}
    files: list[ChangedFile] = []
    splits: set[tuple[int, int]] = set()
    for number, file in enumerate(fresh.files):
        earlier = known.get(file.path)
        if earlier is None:
            files.append(file)
        elif _is_same(saved, earlier[0], file.change):
            files.append(earlier[1])
            splits |= {(number, cut) for of_file, cut in saved.splits if of_file == earlier[0]}
        else:
            files.append(carried_with_edits(earlier[1], saved.proposal.change_set.files[earlier[0]], file.change))
    result = replace(fresh, files=tuple(files), splits=frozenset(splits), comments=saved.comments)
    for unit in result.units if result.withheld else ():
        if unit.hunk is not None and result.withheld_reason(unit) is not None:
            files[unit.file] = files[unit.file].decided(unit.first, unit.last, Decision.PENDING)
    result = replace(result, files=tuple(files))
    if _is_all_the_same(saved, fresh):
        result = replace(result, past=saved.past, future=saved.future)
    return replace(result, known_layout=result.layout)


def unfitting_edits(saved: Review, fresh: Review) -> tuple[str, ...]:
    """The files of `fresh` in which what the person rewrote in `saved` does not fit, so that `resumed` leaves it out."""
    proposed = {change.path: change for change in fresh.proposal.change_set}
    return tuple(
        file.path
        for file, earlier in zip(saved.files, saved.proposal.change_set.files, strict=True)
        if file.path in proposed
        and file.change.after != earlier.after
        and rewritten(file, earlier, proposed[file.path]) is None
    )


def _is_all_the_same(saved: Review, fresh: Review) -> bool:
    """Whether the steps of one review lead through states of the other, none of which accepts what is withheld there."""
    return (
        len(saved.files) == len(fresh.files)
        and dict(saved.withheld) == dict(fresh.withheld)
        and all(_is_same(saved, number, file.change) for number, file in enumerate(fresh.files))
    )


def _is_same(saved: Review, number: int, change: FileChange) -> bool:
    """Whether the same was proposed for the file, whatever the person made of it since."""
    return content_digest(saved.proposal.change_set.files[number]) == content_digest(change)
