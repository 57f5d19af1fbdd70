"""Unified diffs as git and models write them: with or without `diff --git`, line numbers, right counts, or a fence.

Invariant: a hunk counts only when its end was seen: by its counts, by the next header, or by the fence's end.
"""

import re
from dataclasses import dataclass, field

from copilot_tui.edits.answer_text import MOST_EDITS, Answer, Block, path_above, read_fence, too_many_edits
from copilot_tui.edits.edit import Edit, EditKind, Operation, OperationKind, Place, Refusal, RefusalCode
from copilot_tui.edits.formats.diff_header import DiffHeader, is_file_header, read_header
from copilot_tui.edits.formats.hunk_lines import read_operations, without_empty_end

_HUNK = re.compile(r"@@+\s*(?:-(\d+)(?:,(\d+))?\s+\+(\d+)(?:,(\d+))?\s*)?(.*)")
_LONGEST = 2000


@dataclass(slots=True)
class _Hunk:
    """A hunk while it is read; counts are None where its header gives none."""

    old_start: int | None
    new_start: int | None
    old_count: int | None
    new_count: int | None
    section: str
    lines: list[str] = field(default_factory=list)
    no_newline: list[str] = field(default_factory=list)
    old_read: int = 0
    new_read: int = 0

    @property
    def is_complete(self) -> bool:
        return self.old_count is not None and (self.old_read, self.new_read) == (self.old_count, self.new_count)

    def take(self, line: str) -> None:
        self.lines.append(line)
        self.old_read += line[:1] != "+"
        self.new_read += line[:1] != "-"


def parse_unified_diff(answer: Answer, at: int) -> Block | None:
    """The file section that starts at line `at`."""
    line = answer.line(at)
    if line.startswith("@@") and _can_start_bare(answer, at):
        reading = path_above(answer, at)
        header = DiffHeader(at, reading.path if reading else "", reading.path if reading else "")
    elif is_file_header(answer, at):
        header = read_header(answer, at)
    else:
        return None
    return _section(answer, header)


def _can_start_bare(answer: Answer, at: int) -> bool:
    """A hunk without file header: only inside a fence, followed by a body with a change."""
    if not answer.fence or not _HUNK.fullmatch(answer.line(at)):
        return False
    body = answer.lines[at + 1 : at + 400]
    return any(line[:1] in {"+", "-"} for line in body)


def _section(answer: Answer, header: DiffHeader) -> Block:
    edits: list[Edit] = []
    refusals: list[Refusal] = []
    problem = header.problem
    at = header.end
    if header.is_rename and not problem:
        edits.append(Edit(header.old, 0, EditKind.RENAME, new_path=header.new))
    hunks: list[_Hunk] = []
    while (start := _hunk_start(answer, at)) is not None:
        if len(hunks) == MOST_EDITS:
            refusals.append(too_many_edits())
            at = len(answer.lines)
            break
        hunk, at = _read_hunk(answer, start)
        hunks.append(hunk)
        if _is_cut(answer, hunk, at):
            reason = "the answer ends inside this hunk; send the hunk again whole"
            refusals.append(Refusal(header.path, 0, RefusalCode.TRUNCATED, reason))
            hunks.pop()
            edits.clear()
            break
    if header.is_rename and refusals:
        hunks.clear()
    if problem:
        return Block(at, (), (Refusal(header.path, 0, RefusalCode.MALFORMED, problem),))
    cut = answer.is_cut_at(at) and (answer.fence is not None or not answer.ends_whole)
    cut = cut or answer.line(at).startswith(("--", "+++"))
    if not hunks and not refusals and (cut or not header.says_kind):
        code = RefusalCode.TRUNCATED if cut else RefusalCode.MALFORMED
        refusals.append(Refusal(header.path, 0, code, "the file header has no hunk after it"))
        return Block(max(at, header.end), (), tuple(refusals))
    return _assemble(header, hunks, Block(at, tuple(edits), tuple(refusals)))


def _assemble(header: DiffHeader, hunks: list[_Hunk], block: Block) -> Block:
    """The section's edits in order."""
    if header.is_new or header.is_gone:
        if block.refusals:
            return block
        edit = _file_edit(header, hunks)
        found = (edit,) if isinstance(edit, Edit) else ()
        return Block(block.end, found, () if isinstance(edit, Edit) else (edit,))
    edits, refusals = list(block.edits), []
    for hunk in hunks:
        one = _hunk_edit(header, hunk)
        if isinstance(one, Edit):
            edits.append(one)
        else:
            refusals.append(one)
    if header.mode is not None and not hunks and not header.is_rename:
        edits.append(Edit(header.path, 0, EditKind.EDIT, mode=header.mode))
    return Block(block.end, tuple(edits), (*refusals, *block.refusals))


def _hunk_start(answer: Answer, at: int) -> int | None:
    while at < len(answer.lines) and not answer.lines[at].strip():
        at += 1
    line = answer.line(at)
    return at if line.startswith("@@") and len(line) <= _LONGEST and _HUNK.fullmatch(line) else None


def _read_hunk(answer: Answer, start: int) -> tuple[_Hunk, int]:
    found = _HUNK.fullmatch(answer.lines[start])
    numbers = [int(found[group]) if found and found[group] else None for group in (1, 2, 3, 4)]
    section = (found[5] if found else "").strip().strip("@").strip(". ")
    has_counts = numbers[0] is not None and numbers[:1] + numbers[2:3] != [0, 0]
    hunk = _Hunk(numbers[0], numbers[2], None, None, section)
    if has_counts:
        hunk.old_count = 1 if numbers[1] is None else numbers[1]
        hunk.new_count = 1 if numbers[3] is None else numbers[3]
    at = start + 1
    while at < len(answer.lines) and not _ends_hunk(answer, hunk, at):
        line = answer.lines[at]
        if line.startswith("\\"):
            hunk.no_newline.append(hunk.lines[-1][:1] if hunk.lines else "")
        else:
            hunk.take(line)
        at += 1
    return hunk, at


def _ends_hunk(answer: Answer, hunk: _Hunk, at: int) -> bool:
    line = answer.lines[at]
    if line.startswith("\\"):
        return False
    if hunk.is_complete:
        return not _goes_on(answer, at)
    mark = line[:1]
    if mark == "@" and _HUNK.fullmatch(line[:_LONGEST]):
        return True
    if mark in {"-", "d"} and is_file_header(answer, at) and (mark == "d" or not _owes(hunk)):
        return True
    fence = read_fence(line) if mark in {"`", "~"} else None
    closes = bool(fence and answer.fence and fence.closes(answer.fence[0]))
    return closes or line.startswith("*** ") or (answer.fence is None and mark not in {" ", "+", "-", ""})


def _owes(hunk: _Hunk) -> bool:
    """Whether the header promised more removed or kept lines than were read."""
    return hunk.old_count is not None and hunk.old_read < hunk.old_count


def _goes_on(answer: Answer, at: int) -> bool:
    """After a hunk that is complete by its counts: whether the next line still belongs to it, so that the counts were wrong."""
    line = answer.lines[at]
    if line[:1] not in {" ", "+", "-"} or is_file_header(answer, at):
        return False
    return (
        answer.fence is not None
        or (line[:1] in {"+", " "} and not line.startswith("  "))
        or (line.startswith("-") and line[1:2] != " ")
    )


def _is_cut(answer: Answer, hunk: _Hunk, end: int) -> bool:
    """Whether the answer ended before the hunk did."""
    if not answer.is_cut_at(end):
        return False
    if not hunk.lines:
        return True
    last_is_whole = answer.ends_whole or (answer.fence is None and hunk.lines[-1][:1] != "+")
    if hunk.old_count is not None:
        return not (hunk.is_complete and last_is_whole)
    return answer.fence is not None or not last_is_whole or hunk.lines[-1][:1] in {"+", "-"}


def _hunk_edit(header: DiffHeader, hunk: _Hunk) -> Edit | Refusal:
    operations = read_operations(_trimmed(hunk))
    if isinstance(operations, str):
        return Refusal(header.path, 0, RefusalCode.MALFORMED, operations)
    only_adds = all(operation.kind is OperationKind.ADD for operation in operations)
    if only_adds and operations and hunk.old_start == 0:
        return Edit(header.path, 0, EditKind.CREATE, operations, mode=header.mode, final_newline=_final_newline(hunk))
    line = hunk.old_start if hunk.is_complete and hunk.old_start else None
    place = Place(line, (hunk.section,) if hunk.section else ())
    return Edit(
        header.path,
        0,
        EditKind.EDIT,
        operations,
        place=place,
        final_newline=_final_newline(hunk),
        mode=header.mode,
        other_paths=header.others,
    )


def _trimmed(hunk: _Hunk) -> list[str]:
    """The body without empty lines at its end that no count asks for."""
    return hunk.lines if hunk.is_complete else without_empty_end(hunk.lines)


def _final_newline(hunk: _Hunk) -> bool | None:
    if not hunk.no_newline:
        return None
    return not any(mark in {"+", " ", ""} for mark in hunk.no_newline)


def _file_edit(header: DiffHeader, hunks: list[_Hunk]) -> Edit | Refusal:
    """A whole file created or deleted."""
    operations: list[Operation] = []
    for hunk in hunks:
        read = read_operations(_trimmed(hunk))
        if isinstance(read, str):
            return Refusal(header.path, 0, RefusalCode.MALFORMED, read)
        operations += read
    wanted = OperationKind.ADD if header.is_new else OperationKind.REMOVE
    if any(operation.kind is not wanted for operation in operations):
        reason = "a new file has added lines only" if header.is_new else "a deleted file has removed lines only"
        return Refusal(header.path, 0, RefusalCode.MALFORMED, reason)
    final = _final_newline(hunks[-1]) if hunks else None
    kind = EditKind.CREATE if header.is_new else EditKind.DELETE
    return Edit(
        header.path, 0, kind, tuple(operations), final_newline=final if header.is_new else None, mode=header.mode
    )
