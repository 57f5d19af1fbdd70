"""Whole files: a path, then a fence with all of the new text.

Invariant: a fence without a path of its own line, info string or first comment is an illustration and never a file.
"""

from copilot_tui.edits.answer_text import Answer, Block, Fence, read_fence
from copilot_tui.edits.edit import Edit, EditKind, Operation, OperationKind, Refusal, RefusalCode
from copilot_tui.edits.formats.encode import encode_lines
from copilot_tui.edits.pathline import PathReading, read_info_string, read_path_line

_NESTING = frozenset({"md", "markdown", "mdx", "rst", "txt", "html", "adoc", "qmd", "rmd", "ipynb"})
_OTHER_GRAMMARS = ("<<<<<", "-------", "--- ", "+++ ", "diff --git", "@@", "*** ", "apply_patch", "Index: ")


def parse_whole_file(answer: Answer, at: int) -> Block | None:
    """The file whose fence opens at line `at`."""
    fence = read_fence(answer.line(at))
    if not fence or answer.fence:
        return None
    reading = _path(answer, at, fence)
    if not reading or _holds_edits(answer, at + 1):
        return None
    end, problem = _close(answer, at, fence, reading.path)
    if problem:
        code = RefusalCode.TRUNCATED if answer.is_cut_at(end) and "ends inside" in problem else RefusalCode.MALFORMED
        return Block(end, (), (Refusal(reading.path, 0, code, problem),))
    body = encode_lines(answer.lines[at + 1 : end])
    if isinstance(body, str):
        return Block(end + 1, (), (Refusal(reading.path, 0, RefusalCode.MALFORMED, body),))
    if reading.in_comment:
        return Block(end + 1, (_commented(reading, body),))
    added = tuple(Operation(OperationKind.ADD, line) for line in body)
    return Block(
        end + 1,
        (Edit(reading.path, 0, EditKind.WHOLE, added, other_paths=reading.others, is_sure=not reading.is_weak),),
    )


def _holds_edits(answer: Answer, at: int) -> bool:
    """Whether the fence's content is a block of another format, with or without the path as a comment above it."""
    first = [line for line in answer.lines[at : at + 5] if line.strip()][:2]
    if first and read_path_line(first[0]):
        return any(line.startswith(_OTHER_GRAMMARS) for line in first)
    return bool(first) and first[0].startswith(_OTHER_GRAMMARS)


def _path(answer: Answer, at: int, fence: Fence) -> PathReading | None:
    """The path in the info string, on the line above (one blank line may stand between), or in a comment on the first line."""
    reading = read_info_string(fence.info)
    if reading:
        return reading
    above = at - 1
    if above >= answer.floor and not answer.line(above).strip():
        above -= 1
    if above >= answer.floor and not read_fence(answer.line(above)):
        reading = read_path_line(answer.line(above))
    if reading:
        return reading
    first = answer.line(at + 1)
    reading = (
        read_path_line(first)
        if first.lstrip()[:1] in {"#", "/", "-", ";", "%", "<"} and first.strip()[:2] != "#!"
        else None
    )
    if not reading or first.strip().lstrip("#/-;%<!* ") == first.strip():
        return None
    return PathReading(reading.path, in_comment=True)


def _commented(reading: PathReading, body: list[bytes]) -> Edit:
    """The path stood in the first line, which the file may have too: the first line is quoted as kept, for the resolver to decide."""
    first, rest = body[0], body[1:]
    operations = (Operation(OperationKind.KEEP, first), *(Operation(OperationKind.ADD, line) for line in rest))
    return Edit(reading.path, 0, EditKind.WHOLE, operations)


def _close(answer: Answer, at: int, opener: Fence, path: str) -> tuple[int, str]:
    """The line that closes the fence, and the problem if there is none to be sure of."""
    nested: list[Fence] = []
    number = at + 1
    while number < len(answer.lines):
        fence = read_fence(answer.lines[number])
        if fence:
            current = nested[-1] if nested else opener
            if fence.closes(current):
                if not nested:
                    return _sure(answer, number, opener, path)
                nested.pop()
            elif fence.info and fence.mark[0] == opener.mark[0] and len(fence.mark) >= len(opener.mark):
                nested.append(fence)
        number += 1
    return len(answer.lines), "the answer ends inside this file; send it again whole"


def _sure(answer: Answer, end: int, opener: Fence, path: str) -> tuple[int, str]:
    """In texts that have fences of their own, a bare fence further down leaves open which one ends the file."""
    if path.rsplit(".", 1)[-1].lower() not in _NESTING:
        return end, ""
    number = end + 1
    while number < len(answer.lines):
        fence = read_fence(answer.lines[number])
        if fence and (read_info_string(fence.info) or _has_path_above(answer, number, end)):
            return end, ""
        if fence and fence.closes(opener):
            return (
                number,
                "the file has fences of its own, so its end cannot be told; put it into a longer fence, of four backticks",
            )
        number += 1
    return end, ""


def _has_path_above(answer: Answer, number: int, floor: int) -> bool:
    above = number - 1 if answer.line(number - 1).strip() else number - 2
    return above > floor and read_path_line(answer.line(above)) is not None
