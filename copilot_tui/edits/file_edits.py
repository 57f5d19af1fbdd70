"""All edit blocks of one file, resolved together against its unchanged text.

Invariant: blocks that collide are not both applied; the earlier one stands and the later one is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.edits.choose import choose
from copilot_tui.edits.edit import Applied, Edit, EditKind, Operation, OperationKind, Refusal, RefusalCode
from copilot_tui.edits.elision import first_written_elision
from copilot_tui.edits.exact_text import match_text
from copilot_tui.edits.match import Match, find_matches
from copilot_tui.edits.nearest import nearest_lines, show_lines
from copilot_tui.edits.readings import other_readings
from copilot_tui.edits.splice import PlacedSplices, Splice, make_splices, rewrite
from copilot_tui.edits.text import FileText, rstrip

_FEWEST_LINES_OF_AN_APPLIED_EDIT = 2


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file's blocks."""

    change: FileChange | None
    applied: tuple[Applied, ...]
    refused: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    edit: Edit
    matches: list[Match]


def resolve_file(path: str, edits: Sequence[Edit], snapshot: Snapshot) -> FileOutcome:
    """The change that `edits` (all of kind EDIT) make to `path`."""
    found = snapshot.files.get(path)
    if found is None:
        reason = f"{path!r} could not be read"
        return FileOutcome(None, (), tuple(Refusal(path, edit.block, RefusalCode.NOT_FOUND, reason) for edit in edits))
    if b"\0" in found.content:
        reason = f"{path!r} is a binary file, which edits cannot change"
        return FileOutcome(None, (), tuple(Refusal(path, edit.block, RefusalCode.BINARY, reason) for edit in edits))
    return _resolve(path, edits, found)


def _resolve(path: str, edits: Sequence[Edit], found: SnapshotFile) -> FileOutcome:
    text = FileText(found.content)
    all_found = [_find(text, edit) for edit in edits]
    trusts = all(
        one.edit.place.line is None or one.matches[0].lines[0] == one.edit.place.line - 1
        for one in all_found
        if len(one.matches) == 1
    )
    done = PlacedSplices()
    applied: list[Applied] = []
    refused: list[Refusal] = []
    final_newline: bool | None = None
    mode = found.mode
    for one in all_found:
        outcome = _settle(path, text, one, trusts_numbers=trusts)
        if isinstance(outcome, Refusal):
            refused.append(outcome)
            continue
        splices, tier = outcome
        new = [splice for splice in splices if splice not in done]
        if any(done.collides(splice) for splice in new):
            reason = (
                "the block changes lines that an earlier block of the answer changes too; put both changes in one block"
            )
            refused.append(
                Refusal(path, one.edit.block, RefusalCode.CONFLICT, reason, show_lines(text, new[0].start, 1))
            )
            continue
        for splice in new:
            done.add(splice)
        applied.append(Applied(path, one.edit.block, EditKind.EDIT, tier if new or not splices else "repeated"))
        if one.edit.final_newline is not None and any(splice.end == len(text) for splice in splices):
            final_newline = one.edit.final_newline
        mode = one.edit.mode or mode
    after = rewrite(text, done, final_newline) if done else found.content
    change = FileChange(path, found.content, after, None, found.mode, mode)
    return FileOutcome(None if change.is_empty else change, tuple(applied), tuple(refused))


def _find(text: FileText, edit: Edit) -> _Found:
    if edit.changes_nothing:
        return _Found(edit, [])
    matches = find_matches(text, edit)
    if not matches and edit.is_text:
        exact = match_text(text, edit)
        if exact:
            return _Found(*exact)
    if not matches:
        for rule, other in other_readings(edit):
            found = [
                replace(match, tier=rule) if match.tier == "exact" else match for match in find_matches(text, other)
            ]
            if found:
                return _Found(other, found)
    return _Found(edit, matches)


def _settle(path: str, text: FileText, found: _Found, *, trusts_numbers: bool) -> tuple[list[Splice], str] | Refusal:
    """The splices of one block with the tier that found it, or its refusal."""
    edit = found.edit
    if edit.changes_nothing:
        return [], "empty"
    if not edit.old_side:
        return _fill_empty(path, text, edit)
    if not found.matches:
        return _missing(path, text, edit)
    match = choose(text, found.matches, edit.place, trusts_numbers=trusts_numbers)
    if match is None:
        lines = ", ".join(str(one.first + 1) for one in found.matches[:8])
        more = " and more" if len(found.matches) > 8 else ""
        reason = (
            f"the quoted text stands at lines {lines}{more}; quote more lines around it so that it stands only once"
        )
        return Refusal(
            path,
            edit.block,
            RefusalCode.AMBIGUOUS,
            reason,
            show_lines(text, found.matches[0].first, len(edit.old_side)),
        )
    splices = make_splices(text, edit, match)
    if isinstance(splices, str):
        return Refusal(
            path, edit.block, RefusalCode.AMBIGUOUS, splices, show_lines(text, match.first, len(edit.old_side))
        )
    problem = written_problem(path, edit, text)
    return problem or (splices, match.tier)


def written_problem(path: str, edit: Edit, text: FileText) -> Refusal | None:
    """Why the added lines must not be written, wherever they would go."""
    new = list(edit.new_side)
    kinds = [operation.kind for operation in edit.operations if operation.kind is not OperationKind.REMOVE]
    added = {index for index, kind in enumerate(kinds) if kind is OperationKind.ADD}
    dots = first_written_elision(new, added, text.stripped)
    if dots is not None:
        shown = dots.decode("utf-8", "replace").strip()
        reason = f"{shown!r} stands for lines that were left out; write those lines, or leave them out of both sides"
        return Refusal(path, edit.block, RefusalCode.MALFORMED, reason)
    if any(b"\0" in new[index] for index in added):
        return Refusal(path, edit.block, RefusalCode.BINARY, "the new text holds a NUL byte")
    if not text.is_utf8 and any(not new[index].isascii() for index in added):
        reason = f"{path!r} is not UTF-8, so only ASCII text can be added to it"
        return Refusal(path, edit.block, RefusalCode.BINARY, reason)
    return None


def _fill_empty(path: str, text: FileText, edit: Edit) -> tuple[list[Splice], str] | Refusal:
    """Added lines without any quoted line: only an empty file takes them."""
    problem = written_problem(path, edit, text)
    if problem:
        return problem
    if not len(text):
        return [Splice(0, 0, edit.new_side)], "empty-file"
    reason = "the block quotes no line of the file, so its place is unknown; quote the lines around the change"
    return Refusal(path, edit.block, RefusalCode.AMBIGUOUS, reason, show_lines(text, 0, 8))


def _missing(path: str, text: FileText, edit: Edit) -> tuple[list[Splice], str] | Refusal:
    """Nothing matches: the file may say so already, else the refusal shows what comes nearest."""
    new = [rstrip(line) for line in edit.new_side]
    adds = any(operation.kind is OperationKind.ADD and operation.text.strip() for operation in edit.operations)
    places = text.keyed(rstrip).starts(new, 2) if adds else []
    if len(places) == 1 and sum(1 for line in new if line) >= _FEWEST_LINES_OF_AN_APPLIED_EDIT:
        return [], "already-applied"
    reason = "the quoted lines are not in the file; quote them exactly as they stand"
    if len(places) == 1:
        reason += f" (the new text stands at line {places[0] + 1} already)"
    return Refusal(path, edit.block, RefusalCode.NOT_FOUND, reason, nearest_lines(text, list(edit.old_side)))


def added_only(lines: Sequence[bytes]) -> tuple[Operation, ...]:
    """Operations that add every line."""
    return tuple(Operation(OperationKind.ADD, line) for line in lines)
