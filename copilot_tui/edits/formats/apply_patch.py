"""The apply_patch format: `*** Begin Patch`, file sections, `*** End Patch`.

Invariant: in a patch without its end the last block is lost, the ones before it stand.
"""

import re
from dataclasses import dataclass, field

from copilot_tui.edits.answer_text import MOST_EDITS, Answer, Block, read_fence, too_many_edits
from copilot_tui.edits.edit import Edit, EditKind, Operation, OperationKind, Place, Refusal, RefusalCode
from copilot_tui.edits.formats.encode import encode_lines
from copilot_tui.edits.formats.hunk_lines import read_operations, without_empty_end

_BEGIN = re.compile(r"\*\*\* Begin Patch\s*")
_END = re.compile(r"\*\*\* End Patch\s*")
_SECTION = re.compile(r"\*\*\* (Update|Add|Create|Delete|Remove) File:\s*(.+?)\s*")
_MOVE = re.compile(r"\*\*\* Move(?:d)? to:\s*(.+?)\s*")
_END_OF_FILE = re.compile(r"\*\*\* End of File\s*")
_LONGEST = 5000


@dataclass(slots=True)
class _Chunk:
    """One hunk of an update section, while it is read."""

    scopes: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    at_end: bool = False


@dataclass(slots=True)
class _Section:
    verb: str
    path: str
    chunks: list[_Chunk] = field(default_factory=lambda: [_Chunk()])
    move_to: str | None = None

    @property
    def filled(self) -> list[_Chunk]:
        return [chunk for chunk in self.chunks if chunk.lines]


def parse_apply_patch(answer: Answer, at: int) -> Block | None:
    """The patch that starts at line `at`, with or without its first line."""
    line = answer.line(at)
    if not line.startswith("*** ") or len(line) > _LONGEST:
        return None
    if not _BEGIN.fullmatch(line) and not _SECTION.fullmatch(line):
        return None
    start = at + 1 if _BEGIN.fullmatch(line) else at
    sections, end, has_end = _read(answer, start)
    if not sections:
        code = RefusalCode.MALFORMED if has_end else RefusalCode.TRUNCATED
        return Block(end, (), (Refusal("", 0, code, "the patch has no file section"),))
    edits: list[Edit] = []
    refusals = [too_many_edits()] if end < 0 else []
    end = len(answer.lines) if end < 0 else end
    for number, section in enumerate(sections):
        cut = not has_end and number == len(sections) - 1
        block = _assemble(section, cut=cut)
        edits += block.edits
        refusals += block.refusals
    return Block(end, tuple(edits), tuple(refusals))


def _read(answer: Answer, at: int) -> tuple[list[_Section], int, bool]:
    """The sections, the line after the patch (negative if it has too many edits), and whether its end was seen."""
    sections: list[_Section] = []
    left = MOST_EDITS
    while at < len(answer.lines):
        line = answer.lines[at]
        if line.startswith("***") and _END.fullmatch(line):
            return sections, at + 1, True
        fence = read_fence(line)
        if fence and answer.fence and fence.closes(answer.fence[0]):
            return sections, at, True
        found = _SECTION.fullmatch(line) if line.startswith("*** ") and len(line) <= _LONGEST else None
        left -= bool(found) or line.startswith("@@")
        if left < 0:
            return sections, -1, False
        if found:
            sections.append(_Section(found[1], found[2]))
        elif sections:
            _take(sections[-1], line)
        elif line.strip():
            return sections, at, True
        at += 1
    return sections, at, False


def _take(section: _Section, line: str) -> None:
    """One line below a section's head."""
    move = _MOVE.fullmatch(line) if line.startswith("*** ") and len(line) <= _LONGEST else None
    chunk = section.chunks[-1]
    if move and not section.filled:
        section.move_to = move[1]
    elif line.startswith("*** ") and _END_OF_FILE.fullmatch(line):
        chunk.at_end = True
    elif line.startswith("@@") and section.verb == "Update":
        if chunk.lines:
            chunk = _Chunk()
            section.chunks.append(chunk)
        scope = re.sub(r"^@@+(?:\s*-\d[\d, +]*@@)?\s*|\s*@@+$", "", line).strip().strip(".").strip()
        if scope:
            chunk.scopes.append(scope)
    else:
        chunk.lines.append(line)


def _assemble(section: _Section, *, cut: bool) -> Block:
    """The section's edits; of one that was cut, those before its last hunk."""
    cut_refusal = Refusal(
        section.path, 0, RefusalCode.TRUNCATED, "the patch has no '*** End Patch', so its last block may be incomplete"
    )
    if section.verb != "Update":
        if cut:
            return Block(0, (), (cut_refusal,))
        edit = _file_edit(section)
        return Block(0, (edit,)) if isinstance(edit, Edit) else Block(0, (), (edit,))
    edits: list[Edit] = []
    refusals: list[Refusal] = []
    chunks = section.filled
    if section.move_to and not cut:
        edits.append(Edit(section.path, 0, EditKind.RENAME, new_path=section.move_to))
    if cut:
        if section.move_to:
            return Block(0, (), (cut_refusal,))
        chunks = section.chunks[:-1]
        refusals.append(cut_refusal)
    elif not chunks and not section.move_to:
        refusals.append(Refusal(section.path, 0, RefusalCode.MALFORMED, "the file section has no lines"))
    for chunk in chunks:
        edit = _hunk(section, chunk)
        if isinstance(edit, Edit):
            edits.append(edit)
        else:
            refusals.append(edit)
    return Block(0, tuple(edits), tuple(refusals))


def _hunk(section: _Section, chunk: _Chunk) -> Edit | Refusal:
    operations = read_operations(without_empty_end(chunk.lines))
    if isinstance(operations, str):
        return Refusal(section.path, 0, RefusalCode.MALFORMED, operations)
    place = Place(None, tuple(chunk.scopes), chunk.at_end)
    return Edit(section.path, 0, EditKind.EDIT, operations, place=place)


def _file_edit(section: _Section) -> Edit | Refusal:
    """A file added or deleted."""
    lines = [line for chunk in section.chunks for line in chunk.lines]
    if section.verb in {"Delete", "Remove"}:
        if any(line.strip() and not line.startswith("-") for line in lines):
            return Refusal(section.path, 0, RefusalCode.MALFORMED, "a delete section has no lines of its own")
        removed = encode_lines([line[1:] for line in lines if line.startswith("-")])
        if isinstance(removed, str):
            return Refusal(section.path, 0, RefusalCode.MALFORMED, removed)
        return Edit(section.path, 0, EditKind.DELETE, tuple(Operation(OperationKind.REMOVE, line) for line in removed))
    lines = without_empty_end(lines)
    if any(not line.startswith("+") for line in lines):
        return Refusal(section.path, 0, RefusalCode.MALFORMED, "every line of an added file starts with '+'")
    added = encode_lines([line[1:] for line in lines])
    if isinstance(added, str):
        return Refusal(section.path, 0, RefusalCode.MALFORMED, added)
    return Edit(section.path, 0, EditKind.CREATE, tuple(Operation(OperationKind.ADD, line) for line in added))
