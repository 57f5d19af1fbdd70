"""Rewriting what is under review in plain mode: one line by typing it, or the file in the person's own editor.

Invariant: what comes back is a decided hunk, marked as edited; nothing is written into the repository for it.
"""

import asyncio
import os
import sys

from copilot_tui.diff.line import LineKind
from copilot_tui.errors import UsageError
from copilot_tui.headless.plain_reading import read_line
from copilot_tui.review.carry import with_edited_text
from copilot_tui.review.review import Review, Unit
from copilot_tui.session.own_editor import edit_text, editor_of


async def edited_line(review: Review, unit: Unit, places: list[int]) -> Review | None:
    """The review with another text for one added line; None where the person gave none."""
    file = review.files[unit.file]
    line = file.lines[places[0]]
    if line.kind is not LineKind.ADDED or len(places) > 1:
        raise UsageError("One added line can be typed anew: edit added 8. edit alone opens your editor.")
    text = await read_line(f"new text of added line {line.index + 1}: ")
    if text is None:
        return None
    before = file.new_lines[line.index]
    end = before[len(before.rstrip(b"\r\n")) :]
    fresh = [
        *file.new_lines[: line.index],
        text.encode("utf-8", "surrogateescape") + end,
        *file.new_lines[line.index + 1 :],
    ]
    return _taken(review, unit, b"".join(fresh))


async def edited_in_editor(review: Review, unit: Unit) -> Review | None:
    """The review with what the person made of the file in their editor; None where nothing came of it."""
    change = review.files[unit.file].change
    if change.after is None or unit.hunk is None:
        raise UsageError("There is no new text to edit here.")
    if not sys.stdin.isatty():
        raise UsageError("An editor needs a terminal: edit added 8 takes the next line as the new text of that line.")
    line = change.hunk_blocks[unit.hunk][0].new_first + 1
    command = editor_of(os.environ)
    try:
        fresh = await asyncio.to_thread(edit_text, command, change.path, change.after, line)
    except OSError as error:
        raise UsageError(f"{command[0]} could not be started ({error.strerror}): set EDITOR to your editor.") from None
    return None if fresh is None else _taken(review, unit, fresh)


def _taken(review: Review, unit: Unit, text: bytes) -> Review | None:
    return None if text == review.files[unit.file].change.after else with_edited_text(review, unit.file, text)
