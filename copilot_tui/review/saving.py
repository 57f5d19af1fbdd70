"""A review as the JSON text that it is put away as; of what was written before only what changed is made anew.

Invariant: the text is that of `review_to_json`, whatever was written before.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from copilot_tui.diff.change import FileChange
from copilot_tui.review.changed_file import ChangedFile
from copilot_tui.review.plain_values import to_plain
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Past, Review
from copilot_tui.review.saved import VERSION, SavedFile, SavedRefusal
from copilot_tui.review.saved_steps import SavedState, SavedStep, chain


def review_to_json(review: Review, viewed: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """The review as one JSON object; `viewed` is path to `content_digest`."""
    values = {name: to_plain(value) for name, value in _values_of(review.proposal).items()}
    return {**values, **ReviewWriter().decisions(review, viewed)}


class ReviewWriter:
    """Writes the states of one review after the other, and keeps what most of them share."""

    def __init__(self) -> None:
        self._proposal: tuple[Proposal | None, tuple[str, ...]] = (None, ())
        self._files: dict[int, tuple[ChangedFile, Any]] = {}
        self._steps: dict[int, _KnownStep] = {}
        self._edits: dict[FileChange, Any] = {}

    def text(self, review: Review, viewed: Mapping[str, str], pause: Callable[[], object] = int) -> Iterator[str]:
        """The JSON text of `review_to_json` in parts, in ASCII; `pause` is called before each file that is written for the first time."""
        if self._proposal[0] is not review.proposal:
            self._proposal = (review.proposal, tuple(_in_parts(_values_of(review.proposal), pause)))
            self._edits.clear()
            self._files.clear()
            self._steps.clear()
        yield from self._proposal[1]
        yield ", "
        yield json.dumps(self.decisions(review, viewed), ensure_ascii=True)[1:]

    def decisions(self, review: Review, viewed: Mapping[str, str]) -> dict[str, Any]:
        """The part of the object that decisions change."""
        steps: dict[int, _KnownStep] = {}  # those that are left: of the others nothing is kept
        numbers: dict[FileChange, int] = {}
        past, future = (self._chain(review, newest, steps, numbers) for newest in (review.past, review.future))
        self._steps = steps
        self._edits = {change: self._edits.get(change) or to_plain(change) for change in numbers}
        return {
            "files": [self._file(review, number) for number in range(len(review.files))],
            "splits": to_plain(review.splits),
            "comments": to_plain(review.comments),
            "viewed": to_plain(tuple(viewed.items())),
            "edits": list(self._edits.values()),
            "past": past,
            "future": future,
        }

    def _file(self, review: Review, number: int) -> Any:  # noqa: ANN401  (plain JSON)
        file, known = review.files[number], self._files.get(number)
        if known is None or known[0] is not file:
            change = file.change if file.change != review.proposal.change_set.files[number] else None
            saved = SavedFile(file.states, file.whole, file.mode, file.edited, change)
            known = self._files[number] = (file, to_plain(saved))
        return known[1]

    def _chain(
        self, review: Review, newest: Past | None, steps: "dict[int, _KnownStep]", numbers: dict[FileChange, int]
    ) -> list[Any]:
        """The steps from the newest on; `steps` takes them, and `numbers` the texts that the person made, as they come."""
        found: list[Any] = []
        beside: Sequence[ChangedFile] = review.files
        for step in chain(newest):
            known = self._steps.get(id(step))
            if known is None or known.step is not step or known.beside is not beside:
                known = _step(review.proposal, step, beside)
            steps[id(step)] = known
            found.append(known.numbered(numbers))
            beside = step.files
        return found


@dataclass(frozen=True, slots=True)
class _KnownStep:
    """A step beside the state nearer to that of now, as plain values; `edits`: where the files stand that the person rewrote, and how."""

    step: Past
    beside: Sequence[ChangedFile]
    plain: dict[str, Any]
    edits: tuple[tuple[int, FileChange], ...]

    def numbered(self, numbers: dict[FileChange, int]) -> dict[str, Any]:
        """The plain values with the numbers of the texts; what has none yet gets the next one."""
        if not self.edits:
            return self.plain
        files = list(self.plain["files"])
        for place, change in self.edits:
            files[place] = {**files[place], "edit": numbers.setdefault(change, len(numbers))}
        return {**self.plain, "files": files}


def _step(proposal: Proposal, step: Past, beside: Sequence[ChangedFile]) -> _KnownStep:
    pairs = enumerate(zip(step.files, beside, strict=True))
    changed = [(number, one) for number, (one, other) in pairs if one is not other]
    files = tuple(SavedState(number, one.states, one.whole, one.mode, one.edited, -1) for number, one in changed)
    edits = tuple(
        (place, one.change)
        for place, (number, one) in enumerate(changed)
        if one.change != proposal.change_set.files[number]
    )
    return _KnownStep(step, beside, to_plain(SavedStep(step.action, step.splits, files)), edits)


def _in_parts(values: Mapping[str, object], pause: Callable[[], object]) -> Iterator[str]:
    """The beginning of the JSON text of an object, a file at most in each part: the interpreter is held while one is made."""
    packed: dict[bytes, str] = {}  # what a file was before stands in its change and in the snapshot
    yield "{"
    for at, (name, value) in enumerate(values.items()):
        yield f"{', ' if at else ''}{json.dumps(name)}: "
        if isinstance(value, tuple):
            yield "["
            for place, one in enumerate(value):
                pause()
                yield f"{', ' if place else ''}{json.dumps(to_plain(one, packed), ensure_ascii=True)}"
            yield "]"
        else:
            yield json.dumps(to_plain(value, packed), ensure_ascii=True)


def _values_of(proposal: Proposal) -> dict[str, object]:
    """The values that no decision changes. Of the snapshot only what a landing is bound to."""
    touched = {path for change in proposal.change_set for path in (change.path, change.source_path)}
    refusals = [SavedRefusal(one.path, one.block, one.code, one.reason, one.nearest) for one in proposal.refusals]
    return {
        "version": VERSION,
        "request": proposal.request,
        "scope": proposal.scope,
        "changes": proposal.change_set.files,
        "snapshot_files": tuple((path, file) for path, file in proposal.snapshot.files.items() if path in touched),
        "links": proposal.snapshot.links,
        "ignored": proposal.snapshot.ignored,
        "protected": proposal.snapshot.protected,
        "refusals": refusals,
        "findings": proposal.findings,
        "notes": tuple(proposal.notes.items()),
        "title": proposal.title,
        "commit_message": proposal.commit_message,
        "gap": proposal.gap,
        "offer": proposal.offer,
        "is_in_place": proposal.is_in_place,
        "steps": proposal.steps,
        "is_uncommitted": proposal.is_uncommitted,
        "is_unchecked": proposal.is_unchecked,
    }
