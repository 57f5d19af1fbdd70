"""Changing a hunk under review: in place, in the person's own editor, or by a comment for the next request.

Invariant: what comes back from an editor is a decided hunk, marked as edited; nothing is written into the repository for it.
"""

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.compute import CONTEXT
from copilot_tui.errors import UsageError
from copilot_tui.review.carry import with_edited_text
from copilot_tui.review.review import Review, Unit
from copilot_tui.session.own_editor import edit_text, editor_of
from copilot_tui.tui.question_sheet import QuestionSheet
from copilot_tui.tui.review.again import can_ask_again, cannot_ask_for_file, whole_file
from copilot_tui.tui.review.edit_sheet import EditSheet
from copilot_tui.tui.review.messages import AgainWanted, Said
from copilot_tui.visible import HIDDEN, visible

if TYPE_CHECKING:
    from copilot_tui.tui.review.pane import ReviewPane

_PLAIN = "\n\t"
_MOST_EDITED, _LONGEST_EDITED = (
    400_000,
    20_000,
)  # bytes of a hunk, and of a line, that the text area takes without making a key wait


def span_of(change: FileChange, hunk: int) -> tuple[int, int]:
    """The new lines that a hunk spans with its context: 0-based, the last one not included."""
    blocks = change.hunk_blocks[hunk]
    before = min(CONTEXT, blocks[0].old_first)
    after = min(CONTEXT, len(change.old_lines) - blocks[-1].old_last)
    return blocks[0].new_first - before, blocks[-1].new_last + after


def editable_text(change: FileChange, hunk: int) -> str | None:
    """The new text of a hunk for an editor, with LF alone; None where the box could not give every byte back, or would be slow."""
    first, last = span_of(change, hunk)
    lines = change.new_lines[first:last]
    data = b"".join(lines)
    if len(data) > _MOST_EDITED or max(map(len, lines), default=0) > _LONGEST_EDITED:
        return None
    if b"\r" in data.replace(b"\r\n", b""):
        return None
    if b"\r\n" in data:
        if data.count(b"\n") != data.count(b"\r\n"):
            return None
        data = data.replace(b"\r\n", b"\n")
    try:
        text = data.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError:
        return None
    return None if any(found.group() not in _PLAIN for found in HIDDEN.finditer(text)) else text


def with_hunk_text(change: FileChange, hunk: int, text: str) -> bytes:
    """The file's new text with another text for one hunk; line ends and the file's last one stay as they were."""
    first, last = span_of(change, hunk)
    data = b"".join(change.new_lines[first:last])
    end = b"\r\n" if b"\r\n" in data else b"\n"
    fresh = end.join(line.encode("utf-8") for line in text.split("\n")) if text else b""
    if fresh and (data.endswith(b"\n") or not data):
        fresh += end
    return b"".join([*change.new_lines[:first], fresh, *change.new_lines[last:]])


def _editable_unit(pane: "ReviewPane") -> Unit | None:
    unit = pane.unit
    if unit is None or unit.hunk is None:
        return None
    reason = pane.review.withheld_reason(unit)
    if reason is not None:
        pane.post_message(Said(f"This hunk is withheld and cannot be edited: {reason}."))
        return None
    if pane.review.files[unit.file].change.after is None:
        pane.post_message(Said("The file would be deleted: there is no new text to edit."))
        return None
    return unit


def edit_in_place(pane: "ReviewPane") -> None:
    """Open the hunk's new text in a box."""
    unit = _editable_unit(pane)
    if unit is None or unit.hunk is None:
        return
    review, number, hunk = pane.review, unit.file, unit.hunk
    change = review.files[number].change
    text = editable_text(change, hunk)
    if text is None:
        pane.post_message(
            Said(
                "This hunk is very long, or holds hidden characters or mixed line ends: E opens it in your own editor."
            )
        )
        return

    def edited(fresh: str | None) -> None:
        if fresh is not None and fresh != text and pane.review.files[number].change is change:
            _take(pane, number, with_hunk_text(change, hunk, fresh))

    first, last = span_of(change, hunk)
    row = pane.row
    line = row.new if row is not None and row.file == number and row.new else change.hunk_blocks[hunk][0].new_first + 1
    cursor = min(max(line - 1, first), max(first, last - 1)) - first
    pane.app.push_screen(EditSheet(change.path, text, first + 1, cursor), edited)


def _take(pane: "ReviewPane", number: int, text: bytes) -> None:
    pane.take(with_edited_text(pane.review, number, text))


def edit_outside(pane: "ReviewPane") -> None:
    """Open the file's new text in the person's editor at the cursor's line, and take what comes back."""
    unit = _editable_unit(pane)
    if unit is None:
        return
    change = pane.review.files[unit.file].change
    row = pane.row
    line = row.new if row is not None and row.new else change.hunk_blocks[unit.hunk or 0][0].new_first + 1
    try:
        command = editor_of(os.environ)
    except UsageError as error:
        pane.post_message(Said(str(error)))
        return
    try:
        with pane.app.suspend():
            fresh = edit_text(command, change.path, change.after or b"", line)
    except SuspendNotSupported:
        pane.post_message(Said("This terminal cannot be handed to an editor: use e."))
        return
    except OSError as error:
        pane.post_message(
            Said(f"{visible(command[0])} could not be started ({error.strerror}): set EDITOR to your editor.")
        )
        return
    if fresh is not None and fresh != change.after:
        _take(pane, unit.file, fresh)


def comment(pane: "ReviewPane") -> None:
    """Ask for a remark on the hunk; it goes to the model with the next request."""
    unit = pane.unit
    if unit is None:
        return
    key = pane.review.key(unit)
    known = dict(pane.review.comments).get(key, "")

    def said(text: str | None) -> None:
        if text is not None and text.strip() != known:
            pane.take(with_comment(pane.review, unit, text.strip()))

    pane.app.push_screen(QuestionSheet("comment", "goes to the model with the next request", known), said)


def with_comment(review: Review, unit: Unit, text: str) -> Review:
    """The review with the person's remark at the unit's hunk; an empty one takes it away."""
    key = review.key(unit)
    others = tuple(one for one in review.comments if one[0] != key)
    return replace(review, comments=(*others, (key, text)) if text else others)


def ask_again(pane: "ReviewPane") -> None:
    """Ask what should be different about the hunk; only its own lines are asked for again."""
    unit = pane.unit
    if unit is None or not can_ask_again(pane.review, unit):
        pane.post_message(Said("Only a hunk of a file that is there already can be asked for again."))
        return

    def said(text: str | None) -> None:
        if text and text.strip():
            pane.post_message(AgainWanted(unit, text.strip()))

    pane.app.push_screen(QuestionSheet("another version of this hunk", "what should be different?"), said)


def ask_for_file_again(pane: "ReviewPane") -> None:
    """Ask what should be different about the file at the cursor; the file alone is asked for again."""
    row = pane.row
    if row is None:
        return
    trouble = cannot_ask_for_file(pane.review, row.file, pane.keys)
    if trouble:
        pane.post_message(Said(trouble))
        return
    unit = whole_file(row.file)

    def said(text: str | None) -> None:
        if text and text.strip():
            pane.post_message(AgainWanted(unit, text.strip()))

    pane.app.push_screen(QuestionSheet("another version of this file", "what should be different?"), said)
