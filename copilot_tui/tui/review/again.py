"""Asking again for one hunk: the request that is sent, and the new text put in the place of the old one.

Invariant: only the hunk's own lines change; decisions on all other lines stay, and undo brings the old version back.
"""

from dataclasses import replace

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.diff.change import FileChange
from copilot_tui.review.carry import carried
from copilot_tui.review.review import Review, Unit

_Span = tuple[int, int, int, int]  # old first and last, new first and last: 0-based, the last ones not included


def _span(change: FileChange, hunk: int) -> _Span:
    """The lines of a hunk without context; where it only adds, one line beside it, so that there is a region to ask about."""
    blocks = change.hunk_blocks[hunk]
    old_first, old_last = blocks[0].old_first, blocks[-1].old_last
    new_first, new_last = blocks[0].new_first, blocks[-1].new_last
    if old_first == old_last and old_first:
        old_first, new_first = old_first - 1, new_first - 1
    elif old_first == old_last and old_last < len(change.old_lines):
        old_last, new_last = old_last + 1, new_last + 1
    return old_first, old_last, new_first, new_last


def can_ask_again(review: Review, unit: Unit) -> bool:
    """Whether the hunk has a place in a file that is there."""
    change = review.files[unit.file].change
    return unit.hunk is not None and bool(change.before) and change.after is not None and change.old_path is None


def request_again(review: Review, unit: Unit, comment: str) -> Request:
    """The request for the hunk alone: its own lines are all that may change."""
    assert unit.hunk is not None  # noqa: S101  (see `can_ask_again`)
    change = review.files[unit.file].change
    old_first, old_last, new_first, new_last = _span(change, unit.hunk)
    earlier = b"".join(change.new_lines[new_first:new_last]).decode("utf-8", "replace").rstrip("\n")
    text = f"{review.proposal.request.text}\n\nAn earlier version of these lines was:\n{earlier}\n\nWrite another: {comment}"
    target = Target(change.path, LineRange(old_first + 1, max(old_last, old_first + 1)))
    return Request(text, target, AutonomyLevel.BLOCK)


def with_new_version(review: Review, unit: Unit, fresh: Review) -> Review | None:
    """The review with the hunk as `fresh` has it, undecided; None where `fresh` says nothing of just these lines."""
    assert unit.hunk is not None  # noqa: S101  (see `can_ask_again`)
    file = review.files[unit.file]
    change = file.change
    answer = next((one.change for one in fresh.files if one.change.path == change.path), None)
    if answer is None or answer.after is None or answer.before != change.before:
        return None
    old_first, old_last, new_first, new_last = _span(change, unit.hunk)
    head = b"".join(change.old_lines[:old_first])
    tail = b"".join(change.old_lines[old_last:])
    if len(answer.after) < len(head) + len(tail) or not (answer.after.startswith(head) and answer.after.endswith(tail)):
        return None
    region = answer.after[len(head) : len(answer.after) - len(tail)]
    text = b"".join([*change.new_lines[:new_first], region, *change.new_lines[new_last:]])
    if text == change.after:
        return None
    files = list(review.files)
    files[unit.file] = carried(file, replace(change, after=text))
    splits = frozenset(cut for cut in review.splits if cut[0] != unit.file)
    return review.stepped(tuple(files), "ask again", splits)
