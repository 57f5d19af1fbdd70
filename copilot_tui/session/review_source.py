"""Reviews of changes that no model of ours made: of the work tree, of commits, and of patches.

Invariant: loading reads and never writes; what cannot be reviewed is said, and nothing is decided.
"""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.file_patch import PatchMiss
from copilot_tui.diff.parse_patch import parse_patch, patched
from copilot_tui.errors import UsageError
from copilot_tui.review.in_place import foreign_proposal
from copilot_tui.review.review import Review
from copilot_tui.session.checking import callers_in, checked
from copilot_tui.visible import visible
from copilot_tui.workspace.repository import MOST_BYTES, Repository
from copilot_tui.workspace.revisions import (
    Revisions,
    change_between,
    change_of_work_tree,
    finder,
    is_checked_out,
    resolve_revisions,
    snapshot_around,
)

if TYPE_CHECKING:
    from copilot_tui.session.session import Session


@dataclass(frozen=True, slots=True)
class LoadedReview:
    """A review with nothing decided; `left_out`: sentences on what is not in it."""

    review: Review
    left_out: tuple[str, ...] = ()


def load_review(repository: Repository, source: str = "", given: bytes | None = None) -> LoadedReview:
    """The review of `source`: empty for the uncommitted changes, `A..B`, a commit, the path of a patch, or `-` for the patch `given`.

    Its checks have run. Blocking; raises `CopilotTuiError` in one sentence where there is nothing to review.
    """
    loaded = _load(repository, source, given)
    return replace(loaded, review=Review.of(checked(loaded.review.proposal, callers_in(repository))))


async def open_review(session: "Session", source: str = "", given: bytes | None = None) -> LoadedReview:
    """Load a review off the event loop and put it into the session as if a request had proposed it; `session.land` finishes it.

    Where its checks take longer than a moment it is there before them: `session.checked` waits for them.
    """
    loaded = await asyncio.to_thread(_load, session.parts.repository, source, given)
    proposal = await session.checking.shortly(loaded.review.proposal, session.callers())
    loaded = replace(loaded, review=loaded.review.with_proposal(proposal))
    session.replace_review(loaded.review)
    return loaded


def _load(repository: Repository, source: str, given: bytes | None) -> LoadedReview:
    if not source:
        found = change_of_work_tree(repository)
        title = f"uncommitted changes on {repository.branch() or 'no branch'}"
        return _loaded(
            repository, found.change_set, title, _Kind(is_in_place=True, is_uncommitted=True), found.left_out
        )
    if source == "-" or given is not None:
        return _of_patch(repository, given or b"", "the patch on standard input")
    if Path(source).is_file():
        return _of_patch(repository, _read(Path(source)), f"the patch {source}")
    revisions = resolve_revisions(repository, source)
    if revisions is None:
        raise UsageError(
            f"{source!r} names neither commits nor a patch: write A..B, a commit, the path of a patch, or - for standard input."
        )
    return _of_revisions(repository, revisions)


@dataclass(frozen=True, slots=True)
class _Kind:
    is_in_place: bool
    is_uncommitted: bool = False


def _of_revisions(repository: Repository, revisions: Revisions) -> LoadedReview:
    found = change_between(repository, revisions)
    kind = _Kind(is_in_place=is_checked_out(repository, revisions))
    return _loaded(repository, found.change_set, revisions.title, kind, found.left_out)


def _of_patch(repository: Repository, data: bytes, title: str) -> LoadedReview:
    """A patch that is still to be applied, or one that the work tree has already: whichever fits more of its files."""
    files = parse_patch(data)
    if not files:
        place = title.removeprefix("the patch ")
        raise UsageError(f"There is no patch {place if place.startswith('on ') else f'in {visible(place)}'}.")
    work_tree = finder(repository, {path for file in files for path in (file.path, file.old_path) if not file.problem})
    forward, forward_misses = patched(files, work_tree.get)
    backward, backward_misses = patched(tuple(file.reversed() for file in files), work_tree.get)
    # A binary file's new bytes "fit" on anything: where they stand there already, only the way back changes something.
    if (len(backward_misses), not backward) < (len(forward_misses), not forward):
        kind, change_set, misses = _Kind(is_in_place=True), _reversed(backward), backward_misses
    else:
        kind, change_set, misses = _Kind(is_in_place=False), forward, forward_misses
    if not change_set:
        raise UsageError(
            f"The patch does not fit the work tree: {_sentence(misses[0]) if misses else 'it changes nothing.'}"
        )
    return _loaded(repository, change_set, title, kind, tuple(map(_sentence, misses)))


def _reversed(change_set: ChangeSet) -> ChangeSet:
    """What a change set took back, as the change that it was."""
    return ChangeSet(tuple(change.reversed() for change in change_set))


def _sentence(miss: PatchMiss) -> str:
    return f"{visible(miss.path)}: {miss.reason}."


def _loaded(
    repository: Repository, change_set: ChangeSet, title: str, kind: _Kind, left_out: tuple[str, ...]
) -> LoadedReview:
    if not change_set:
        reason = f" {left_out[0]}" if left_out else ""
        raise UsageError(
            f"There is nothing to review: {visible(title)} {'have' if 'changes' in title else 'has'} no change.{reason}"
        )
    snapshot = snapshot_around(repository, change_set, is_in_place=kind.is_in_place)
    proposal = foreign_proposal(
        change_set,
        snapshot,
        title,
        is_in_place=kind.is_in_place,
        is_uncommitted=kind.is_uncommitted,
        is_unchecked=True,
    )
    return LoadedReview(Review.of(proposal), left_out)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{visible(str(path))} is larger than {MOST_BYTES // 1_000_000} MB: it is not read.")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{visible(str(path))} cannot be read: {error.strerror}.") from error
