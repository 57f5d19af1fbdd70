"""Asking again for one hunk, or for one file: the request that is sent, and the new text put in the place of the old one.

Invariant: only what was asked for changes; decisions on all other lines stay, and undo brings the old version back.
"""

from dataclasses import replace

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.unified import format_patch
from copilot_tui.review.carry import carried
from copilot_tui.review.review import ItemKind, Review, Unit
from copilot_tui.tui.key_table import KeyTable

_MOST_EARLIER = 8_000  # characters of a file's earlier version that are shown to the model
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


def whole_file(number: int) -> Unit:
    """What stands for a file as a whole where another version of it is asked for."""
    return Unit(number, ItemKind.WHOLE)


def cannot_ask_for_file(review: Review, number: int, keys: KeyTable) -> str:
    """Why no other version of the file can be asked for, in a sentence; empty where it can be."""
    change = review.files[number].change
    if change.before is None or change.after is None or change.old_path is not None or change.is_binary:
        return "Only a file of text that is there already, under its own name, can be asked for again."
    if review.proposal.scope.level.is_region:
        return f"Only some lines of the file may change at this level: {keys.shown('again')} asks for the hunk again."
    if any(review.withheld_reason(unit) is not None for unit in review.layout.of_file[number]):
        way = f"raise the level ({keys.shown('raise')}), or ask for one hunk with {keys.shown('again')}"
        return f"Something of this file is withheld: {way}."
    return ""


def request_again(review: Review, unit: Unit, comment: str) -> Request:
    """The request for the hunk alone, or for the file of a unit without a hunk: that is all that may change."""
    if unit.hunk is None:
        return _request_for_file(review, unit.file, comment)
    change = review.files[unit.file].change
    old_first, old_last, new_first, new_last = _span(change, unit.hunk)
    earlier = b"".join(change.new_lines[new_first:new_last]).decode("utf-8", "replace").rstrip("\n")
    text = f"{review.proposal.request.text}\n\nAn earlier version of these lines was:\n{earlier}\n\nWrite another: {comment}"
    target = Target(change.path, LineRange(old_first + 1, max(old_last, old_first + 1)))
    return Request(text, target, AutonomyLevel.BLOCK)


def _request_for_file(review: Review, number: int, comment: str) -> Request:
    change = review.files[number].change
    earlier = format_patch(ChangeSet((change,))).decode("utf-8", "replace")[:_MOST_EARLIER]
    text = f"{review.proposal.request.text}\n\nAn earlier version changed this file so:\n{earlier}\n\nWrite another: {comment}"
    return Request(text, Target(change.path), AutonomyLevel.FILE)


def with_new_version(review: Review, unit: Unit, fresh: Review) -> Review | None:
    """The review with the hunk (or the file) as `fresh` has it, undecided; None where `fresh` says nothing of just that."""
    change = review.files[unit.file].change
    answer = next((one.change for one in fresh.files if one.change.path == change.path), None)
    if answer is None or answer.after is None or answer.before != change.before:
        return None
    if unit.hunk is None:
        return _with_text(review, unit.file, answer.after) if answer.old_path is None else None
    old_first, old_last, new_first, new_last = _span(change, unit.hunk)
    head = b"".join(change.old_lines[:old_first])
    tail = b"".join(change.old_lines[old_last:])
    if len(answer.after) < len(head) + len(tail) or not (answer.after.startswith(head) and answer.after.endswith(tail)):
        return None
    region = answer.after[len(head) : len(answer.after) - len(tail)]
    return _with_text(
        review, unit.file, b"".join([*change.new_lines[:new_first], region, *change.new_lines[new_last:]])
    )


def _with_text(review: Review, number: int, text: bytes) -> Review | None:
    file = review.files[number]
    if text in {file.change.after, file.change.before}:
        return None
    files = list(review.files)
    files[number] = carried(file, replace(file.change, after=text))
    splits = frozenset(cut for cut in review.splits if cut[0] != number)
    return review.stepped(tuple(files), "ask again", splits)
