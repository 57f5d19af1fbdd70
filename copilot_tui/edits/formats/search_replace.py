"""Search/replace blocks: a path, `<<<<<<< SEARCH`, the old lines, `=======`, the new lines, `>>>>>>> REPLACE`.

Invariant: a block counts only with exactly one divider between its own head and tail.
"""

import re

from copilot_tui.edits.answer_text import Answer, Block, path_above
from copilot_tui.edits.edit import Edit, EditKind, Operation, OperationKind, Refusal, RefusalCode
from copilot_tui.edits.formats.encode import encode_lines
from copilot_tui.edits.operations import make_operations
from copilot_tui.edits.pathline import PathReading, read_path_line

_HEAD = re.compile(r"(\s*)(<{5,9}|-{5,9})\s*(?:SEARCH|ORIGINAL|BEFORE)\b[>:]?\s*(\S.{0,300})?", re.IGNORECASE)
_TAIL = re.compile(r"\s*(>{5,9}|\+{5,9})\s*(?:REPLACE|UPDATED|AFTER)\b\s*", re.IGNORECASE)
_BARE_TAIL = re.compile(r"\s*>{7}\s*")
_DIVIDER = re.compile(r"\s*(={5,9})\s*")
_LONGEST_MARKER = 400
_USUAL_SIZE = 7
_MARKS = frozenset("<>-+=")


def parse_search_replace(answer: Answer, at: int) -> Block | None:
    """The block whose head is line `at`."""
    head = _match(_HEAD, answer.line(at))
    if not head:
        return None
    reading = (read_path_line(head[3]) if head[3] else None) or path_above(answer, at) or PathReading("")
    end = _find_tail(answer, at + 1)
    if end is None:
        stop = _next_head(answer, at + 1)
        code = RefusalCode.TRUNCATED if stop == len(answer.lines) else RefusalCode.MALFORMED
        reason = "the block has no '>>>>>>> REPLACE' line; send it again whole"
        answer.inherited = reading
        return Block(stop, (), (Refusal(reading.path, 0, code, reason),))
    answer.inherited = reading
    return _block(answer, at, end, reading, head)


def _match(pattern: re.Pattern[str], line: str) -> re.Match[str] | None:
    return pattern.fullmatch(line) if len(line) <= _LONGEST_MARKER else None


def _find_tail(answer: Answer, start: int) -> int | None:
    """The line of the tail; a new head before it means that this block has none, unless the head stands inside the old lines."""
    is_divided = False
    for number in range(start, len(answer.lines)):
        line = answer.lines[number]
        if len(line) > _LONGEST_MARKER or line.lstrip()[:1] not in _MARKS:
            continue
        if _HEAD.fullmatch(line):
            return None
        if _TAIL.fullmatch(line) or (is_divided and _BARE_TAIL.fullmatch(line)):
            return number
        is_divided = is_divided or bool(_DIVIDER.fullmatch(line))
    return None


def _next_head(answer: Answer, start: int) -> int:
    for number in range(start, len(answer.lines)):
        line = answer.lines[number]
        if line.lstrip()[:1] in {"<", "-"} and _match(_HEAD, line):
            return number
    return len(answer.lines)


def _block(answer: Answer, at: int, end: int, reading: PathReading, head: re.Match[str]) -> Block:
    body = answer.lines[at + 1 : end]
    size = len(head[2])
    tail = _match(_TAIL, answer.lines[end])
    sizes = {size, len(tail[1]) if tail else size}
    lengths = {number: len(found[1]) for number, line in enumerate(body) if (found := _match(_DIVIDER, line))}
    # Of the size of its head or tail; where there is none, of the usual size.
    dividers = [number for number, length in lengths.items() if length in sizes] or [
        number for number, length in lengths.items() if length == _USUAL_SIZE
    ]
    if len(dividers) != 1:
        what = "no '=======' line" if not dividers else "several '=======' lines"
        reason = f"the block has {what} between SEARCH and REPLACE, so its two sides cannot be told apart"
        return Block(_resume(answer, end), (), (Refusal(reading.path, 0, RefusalCode.MALFORMED, reason),))
    indent = head[1]
    if indent and all(line.startswith(indent) or not line.strip() for line in body):
        body = [line[len(indent) :] for line in body]
    search, replace = body[: dividers[0]], body[dividers[0] + 1 :]
    both = encode_lines(search), encode_lines(replace)
    if isinstance(both[0], str) or isinstance(both[1], str):
        reason = both[0] if isinstance(both[0], str) else str(both[1])
        return Block(end + 1, (), (Refusal(reading.path, 0, RefusalCode.MALFORMED, reason),))
    return Block(end + 1, (_edit(reading, both[0], both[1]),))


def _resume(answer: Answer, end: int) -> int:
    """Where reading goes on after a block with marker lines in its content: after the last tail before the next head.

    A tail without its word is none by itself: where `end` is one, there may be no other, and reading goes on behind it.
    """
    stop = _next_head(answer, end + 1)
    tails = [number for number in range(end, stop) if _match(_TAIL, answer.lines[number])]
    return max(tails, default=end) + 1


def _edit(reading: PathReading, search: list[bytes], replace: list[bytes]) -> Edit:
    if not any(line.strip() for line in search):
        added = tuple(Operation(OperationKind.ADD, line) for line in replace)
        return Edit(reading.path, 0, EditKind.CREATE, added, other_paths=reading.others, is_sure=not reading.is_weak)
    return Edit(
        reading.path,
        0,
        EditKind.EDIT,
        make_operations(search, replace),
        other_paths=reading.others,
        is_sure=not reading.is_weak,
    )
