"""Edits that concern a file as a whole: create, replace, delete.

Invariant: an existing file is never replaced by what looks like an excerpt of it, and never deleted on a stale quote.
"""

from collections import Counter
from dataclasses import replace

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.snapshot import REGULAR, Snapshot, SnapshotFile
from copilot_tui.edits.edit import Applied, Edit, EditKind, OperationKind, Refusal, RefusalCode
from copilot_tui.edits.file_edits import FileOutcome, added_only, written_problem
from copilot_tui.edits.paths import creation_problem
from copilot_tui.edits.splice import Splice, rewrite
from copilot_tui.edits.text import BOM, FileText, rstrip

_LEAST_KEPT = 0.4
_LEAST_LENGTH = 0.5
_SMALL_FILE = 6


def creation_outcome(path: str, edit: Edit, snapshot: Snapshot) -> FileOutcome:
    """A new file; one that exists with the very same text is fine as it is, an empty one is filled."""
    found = snapshot.files.get(path)
    new = _whole(FileText(b""), edit)
    if found is not None and found.content == new:
        return _done(None, path, edit, "already-applied")
    if found is not None and not found.content:
        return whole_outcome(path, edit, snapshot)
    problem = creation_problem(path, snapshot)
    if problem:
        return _no(Refusal(path, edit.block, problem.code, problem.reason))
    return _created(path, edit, new)


def _created(path: str, edit: Edit, new: bytes) -> FileOutcome:
    problem = written_problem(path, edit, FileText(b""))
    if problem:
        return _no(problem)
    return _done(FileChange(path, None, new, None, REGULAR, edit.mode or REGULAR), path, edit, "exact")


def whole_outcome(path: str, edit: Edit, snapshot: Snapshot) -> FileOutcome:
    """The whole text of a file, new or not; the old file's terminators, BOM and final newline stay."""
    found = snapshot.files.get(path)
    if edit.operations and edit.operations[0].kind is OperationKind.KEEP:
        if found is None:
            reason = "the path stands in the file's first line only; write it on a line of its own above the fence"
            return _no(Refusal(path, edit.block, RefusalCode.MALFORMED, reason))
        has_line = FileText(found.content).lines[:1] == [edit.operations[0].text]
        operations = (*(added_only([edit.operations[0].text]) if has_line else ()), *edit.operations[1:])
        edit = replace(edit, operations=operations)
    if found is None:
        problem = creation_problem(path, snapshot)
        if problem:
            return _no(Refusal(path, edit.block, problem.code, problem.reason))
        return _created(path, edit, _whole(FileText(b""), edit))
    if b"\0" in found.content:
        return _no(
            Refusal(path, edit.block, RefusalCode.BINARY, f"{path!r} is a binary file, which edits cannot change")
        )
    text = FileText(found.content)
    problem_or_none = written_problem(path, edit, text) or _excerpt(path, edit, text)
    if problem_or_none:
        return _no(problem_or_none)
    change = FileChange(path, found.content, _whole(text, edit), None, found.mode, edit.mode or found.mode)
    return _done(None if change.is_empty else change, path, edit, "whole-file")


def _whole(text: FileText, edit: Edit) -> bytes:
    """The new text as bytes: common lines at both ends keep their own terminators."""
    lines = list(edit.new_side)
    if lines and lines[0].startswith(BOM):
        lines[0] = lines[0][len(BOM) :]
    first = 0
    while first < min(len(lines), len(text)) and lines[first] == text.lines[first]:
        first += 1
    last = 0
    while last < min(len(lines), len(text)) - first and lines[-1 - last] == text.lines[-1 - last]:
        last += 1
    return rewrite(text, [Splice(first, len(text) - last, tuple(lines[first : len(lines) - last]))], edit.final_newline)


def _excerpt(path: str, edit: Edit, text: FileText) -> Refusal | None:
    """An answer that holds a part of the file only would throw the rest away."""
    new, old = [rstrip(line) for line in edit.new_side], [rstrip(line) for line in text.lines]
    kept = sum((Counter(new) & Counter(old)).values())
    is_part = len(new) < len(old) and bool(text.keyed(rstrip).starts(new, 1))
    shrinks = len(old) > _SMALL_FILE and kept < _LEAST_KEPT * len(old) and len(new) < _LEAST_LENGTH * len(old)
    if not is_part and not shrinks:
        return None
    reason = f"the text has {len(new)} lines where {path!r} has {len(old)}: it looks like an excerpt; send the whole file or edit blocks"
    return Refusal(path, edit.block, RefusalCode.MALFORMED, reason)


def deletion_outcome(path: str, edit: Edit, snapshot: Snapshot) -> FileOutcome:
    """A deletion; where the answer quotes the file, the quote must be all of it."""
    found = snapshot.files.get(path)
    if found is None:
        return _no(Refusal(path, edit.block, RefusalCode.NOT_FOUND, f"there is no file {path!r} to delete"))
    if edit.operations and not _quotes_all(edit, found):
        reason = f"the lines to be deleted are not those of {path!r}"
        return _no(Refusal(path, edit.block, RefusalCode.CONFLICT, reason))
    return _done(FileChange(path, found.content, None, None, found.mode, found.mode), path, edit, "exact")


def _quotes_all(edit: Edit, found: SnapshotFile) -> bool:
    quoted = [rstrip(line) for line in edit.old_side]
    real = [rstrip(line) for line in FileText(found.content).lines]
    while quoted and not quoted[-1] and len(quoted) > len(real):
        quoted.pop()
    return quoted == real


def _done(change: FileChange | None, path: str, edit: Edit, match: str) -> FileOutcome:
    kind = EditKind.CREATE if change and change.before is None else edit.kind
    return FileOutcome(change, (Applied(path, edit.block, kind, match),), ())


def _no(refusal: Refusal) -> FileOutcome:
    return FileOutcome(None, (), (refusal,))
