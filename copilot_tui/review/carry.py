"""Decisions carried from one version of a file change to another, by content.

Used when the file changed on disk under a proposal, and when a person edits a hunk. Invariant: a line keeps its decision only if the
very same line stands in the new version at the place that a diff of the two versions gives it.
"""

from dataclasses import replace

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.compute import blocks_of_lines
from copilot_tui.diff.line import LineKind
from copilot_tui.diff.merge import merge
from copilot_tui.review.changed_file import ChangedFile, Decision
from copilot_tui.review.review import Review


def carried(file: ChangedFile, change: FileChange) -> ChangedFile:
    """`change` with the decisions of `file` on every line that both have, and its marks of what the person rewrote."""
    fresh = ChangedFile.undecided(change)
    known = {(line.kind, line.index): at for at, line in enumerate(file.lines)}
    old_places = _places(file.old_lines, fresh.old_lines)
    new_places = _places(file.new_lines, fresh.new_lines)
    states = bytearray(fresh.states)
    edited: set[int] = set()
    for at, line in enumerate(fresh.lines):
        place = (old_places if line.kind is LineKind.REMOVED else new_places).get(line.index)
        earlier_at = known.get((line.kind, place)) if place is not None else None
        if earlier_at is not None:
            states[at] = file.states[earlier_at]
            if file.lines[earlier_at].hunk in file.edited:
                edited.add(line.hunk)
    return replace(fresh, states=bytes(states), whole=file.whole, mode=file.mode, edited=frozenset(edited))


def _places(earlier: list[bytes], later: list[bytes]) -> dict[int, int]:
    """Index in `later` -> index in `earlier`, for the lines that stand in both."""
    places: dict[int, int] = {}
    earlier_at = later_at = 0
    for block in blocks_of_lines(earlier, later):
        while later_at < block.new_first:
            places[later_at] = earlier_at
            earlier_at, later_at = earlier_at + 1, later_at + 1
        earlier_at, later_at = block.old_last, block.new_last
    while later_at < len(later):
        places[later_at] = earlier_at
        earlier_at, later_at = earlier_at + 1, later_at + 1
    return places


def with_edited_text(review: Review, file: int, text: bytes) -> Review:
    """The review after the person rewrote the new text of a file: what they wrote is accepted, other decisions stay."""
    earlier = review.files[file]
    if text == earlier.change.after:
        return review
    fresh = carried(earlier, replace(earlier.change, after=text))
    states = bytearray(fresh.states)
    edited: set[int] = set()
    for at in _new_places(earlier, fresh):
        states[at] = Decision.ACCEPTED
        edited.add(fresh.lines[at].hunk)
    for hunk in edited:
        for at, line in enumerate(fresh.lines):
            if line.hunk == hunk and states[at] == Decision.PENDING:
                states[at] = Decision.ACCEPTED
    whole = Decision.ACCEPTED if fresh.change.before is None else fresh.whole
    files = list(review.files)
    files[file] = replace(fresh, states=bytes(states), whole=whole, edited=fresh.edited | frozenset(edited))
    return replace(
        review.stepped(tuple(files), "edit"), splits=frozenset(cut for cut in review.splits if cut[0] != file)
    )


def _new_places(earlier: ChangedFile, later: ChangedFile) -> list[int]:
    """The places of the lines of `later` that `earlier` does not change so."""
    kept = set(_places(earlier.new_lines, later.new_lines))
    removed = {line.index for line in earlier.lines if line.kind is LineKind.REMOVED}
    return [
        at
        for at, line in enumerate(later.lines)
        if line.index not in (kept if line.kind is LineKind.ADDED else removed)
    ]


def rewritten(
    file: ChangedFile, proposed: FileChange, change: FileChange, *, keeps_edits: bool = False
) -> bytes | None:
    """The new text of `change` with what the person made of that of `proposed` in `file`; None where the two conflict.

    With `keeps_edits` what the person wrote stays in any case, and what of `change` conflicts with it does not come.
    """
    if file.change.after == proposed.after:
        return change.after
    if file.change.after is None or proposed.after is None or change.after is None:
        return file.change.after if keeps_edits else None
    if not keeps_edits:
        return merge(proposed.after, change.after, file.change.after)
    merged = merge(proposed.after, file.change.after, change.after, keeps_ours=True)
    return file.change.after if merged is None else merged


def carried_with_edits(
    file: ChangedFile, proposed: FileChange, change: FileChange, *, keeps_edits: bool = False
) -> ChangedFile:
    """`change` with the decisions of `file` and with what the person made of `proposed` there: where it fits, or in any case."""
    text = rewritten(file, proposed, change, keeps_edits=keeps_edits)
    if text is None or text == change.after:
        return replace(carried(file, change), edited=frozenset())
    fresh = carried(file, replace(change, after=text))
    edited = frozenset(fresh.lines[at].hunk for at in _new_places(ChangedFile.undecided(change), fresh))
    return replace(fresh, edited=edited)
