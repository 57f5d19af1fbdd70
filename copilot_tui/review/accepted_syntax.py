"""Whether what is accepted so far still parses: half of a change may break what the whole would not.

Invariant: a hunk is only blamed where the accepted text has more errors than the old and the new text; each text is parsed once.
"""

from collections.abc import Callable

from copilot_tui.diff.compute import blocks_of_lines
from copilot_tui.diff.line import split_raw
from copilot_tui.review.changed_file import ChangedFile, Decision
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import Review

BROKEN = "what is accepted of this file does not parse: accept or reject more of it"
_MOST_BYTES = 1_000_000


def broken_by_part(review: Review) -> dict[HunkKey, str]:
    """The hunks at which the accepted result does not parse, with a sentence. Parses what was decided since: not for the event loop."""
    found: dict[HunkKey, str] = {}
    for number, file in enumerate(review.files):
        memory = review.layout.memory
        known = memory.get(("syntax", number))
        if known is None or known[0] is not file:
            known = memory["syntax", number] = (file, broken_hunks(file))
        hunks = known[1]
        assert isinstance(hunks, tuple)  # noqa: S101  (nothing else is kept under this name)
        found |= {HunkKey(file.path, hunk): BROKEN for hunk in hunks}
    return found


def may_break(file: ChangedFile) -> bool:
    """Whether a part of the file's change is accepted and another part is not: only then is there anything to parse."""
    change = file.change
    return (
        Decision.ACCEPTED in file.states
        and file.states.count(Decision.ACCEPTED) < len(file.states)
        and change.before is not None
        and change.after is not None
        and not change.is_binary
    )


def broken_hunks(file: ChangedFile, pause: Callable[[], object] = int) -> tuple[int, ...]:
    """The hunks nearest to the new errors of the accepted text; none where all or nothing of the file is accepted.

    `pause` is called while texts are parsed.
    """
    change = file.change
    if not may_break(file) or change.before is None or change.after is None:
        return ()
    text = file.text()
    if len(text) > _MOST_BYTES:
        return ()
    from copilot_tui.syntax import error_spans  # noqa: PLC0415  (grammars are loaded when first needed)

    errors = error_spans(change.path, text, pause)
    if not errors:
        return ()
    known = max(len(error_spans(change.path, one, pause)) for one in (change.before, change.after))
    if len(errors) <= known:
        return ()
    hunks = {_hunk_near(file, text, (first + last) // 2) for first, last in errors}
    return tuple(sorted(hunks))


def _hunk_near(file: ChangedFile, text: bytes, line: int) -> int:
    """The hunk whose old lines are nearest to a line (1-based) of the accepted text."""
    shift = 0
    for block in blocks_of_lines(file.old_lines, split_raw(text)):
        if block.new_first >= line:
            break
        shift = block.old_last - block.new_last
    old_line = line + shift - 1
    distances = []
    for hunk, blocks in enumerate(file.change.hunk_blocks):
        first, last = blocks[0].old_first, blocks[-1].old_last
        distances.append((max(first - old_line, old_line - last, 0), hunk))
    return min(distances)[1]
