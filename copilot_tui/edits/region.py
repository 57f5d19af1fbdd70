"""Answers at line and block level: the new text of one region, in whatever wrapping a model sends it.

Invariant: the result replaces the region alone; unchanged lines, line ends and the final newline come from the file.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.edits.edit import EditKind, OperationKind, ParsedAnswer, Refusal, RefusalCode
from copilot_tui.edits.elision import first_written_elision
from copilot_tui.edits.formats.encode import encode_lines
from copilot_tui.edits.operations import make_operations
from copilot_tui.edits.parse import parse_answer, strip_reasoning
from copilot_tui.edits.region_text import fit_indentation, read_body, without_echo
from copilot_tui.edits.resolve import resolve
from copilot_tui.edits.splice import Splice, extend_splices, rewrite
from copilot_tui.edits.text import FileText

_NEEDS = re.compile(
    r"\W{0,4}needs\W{1,4}(line|block|file|directory|repo)\b[*`\"']*(?:[,;:.\s]+because\b[:\s]*|[,;:.\s]*$)(.*)",
    re.IGNORECASE | re.DOTALL,
)
_FAKE_PATH = "region"


@dataclass(frozen=True, slots=True)
class Region:
    """The bytes that may change, with terminators, and the file's bytes around them; `is_line` asks for exactly one line."""

    text: bytes
    before: bytes = b""
    after: bytes = b""
    is_line: bool = False


@dataclass(frozen=True, slots=True)
class RegionAnswer:
    """The region's new bytes."""

    text: bytes


@dataclass(frozen=True, slots=True)
class NeedsLevel:
    """The model says that the region is not enough; `why` is its own sentence."""

    level: AutonomyLevel
    why: str


def parse_region_answer(
    answer: str, region: Region, path: str = "", *, complete: bool = True
) -> RegionAnswer | Refusal | NeedsLevel:
    """The region's new text in `answer`, or why there is none; `complete` is false for an answer that the endpoint cut."""
    said = strip_reasoning(answer)
    needs = read_needs(said)
    if needs:
        return needs
    problem = _unusable(said, path, complete=complete)
    return problem or _read(said, region, path)


def _unusable(said: str, path: str, *, complete: bool) -> Refusal | None:
    if not complete:
        return Refusal(
            path, 0, RefusalCode.TRUNCATED, "the answer was cut before its end; answer with the region's new text alone"
        )
    if not said.strip():
        return Refusal(path, 0, RefusalCode.NO_EDITS, "the answer is empty; answer with the region's new text")
    return None


def _read(said: str, region: Region, path: str) -> RegionAnswer | Refusal:
    blocks = _edit_blocks(said)
    if blocks:
        return _from_blocks(blocks, region, path)
    old = FileText(region.text).lines
    body = read_body(said, [line.decode("utf-8", "surrogateescape") for line in old])
    if isinstance(body, str):
        return Refusal(path, 0, RefusalCode.AMBIGUOUS, body)
    lines = encode_lines(body)
    if isinstance(lines, str):
        return Refusal(path, 0, RefusalCode.MALFORMED, lines)
    return _fit(lines, region, path)


def read_needs(answer: str) -> NeedsLevel | None:
    """`needs: LEVEL, because ...` as the answer's first words."""
    found = _NEEDS.match(answer.lstrip()[:2000])
    if not found:
        return None
    why = " ".join(found[2].split())
    return NeedsLevel(AutonomyLevel(found[1].lower()), why)


def _edit_blocks(answer: str) -> ParsedAnswer | None:
    """Edit blocks that a model sent where only the new text was asked for."""
    if not any(mark in answer for mark in ("SEARCH", "@@", "*** ")):
        return None
    parsed = parse_answer(answer)
    is_edits = (
        bool(parsed.edits)
        and not parsed.refusals
        and all(edit.kind is EditKind.EDIT and not edit.is_text for edit in parsed.edits)
    )
    return parsed if is_edits else None


def _from_blocks(parsed: ParsedAnswer, region: Region, path: str) -> RegionAnswer | Refusal:
    """The blocks applied to the file; only a change inside the region counts."""
    whole = region.before + region.text + region.after
    edits = tuple(replace(edit, path=_FAKE_PATH, other_paths=()) for edit in parsed.edits)
    snapshot = Snapshot({_FAKE_PATH: SnapshotFile(whole)}, frozenset({_FAKE_PATH}))
    resolution = resolve(ParsedAnswer(edits), snapshot)
    if resolution.refused:
        refused = resolution.refused[0]
        return Refusal(path, refused.block, refused.code, refused.reason, refused.nearest)
    after = next((change.after for change in resolution.change_set if change.after is not None), whole)
    size = len(region.before) + len(region.after)
    if len(after) < size or not after.startswith(region.before) or not after.endswith(region.after):
        return Refusal(
            path,
            0,
            RefusalCode.OUTSIDE,
            "the answer changes lines outside the region; answer with the region's new text alone",
        )
    new = after[len(region.before) : len(after) - len(region.after)]
    if region.is_line and len(FileText(new)) > 1:
        return _not_one_line(path, len(FileText(new)))
    return RegionAnswer(new)


def _fit(lines: list[bytes], region: Region, path: str) -> RegionAnswer | Refusal:
    """The body as the region's new bytes."""
    text = FileText(region.text)
    above, below = FileText(region.before).lines, FileText(region.after).lines
    lines = without_echo(lines, text.lines, above, below)
    if region.is_line:
        filled = [line for line in lines if line.strip()]
        if len(filled) > 1:
            return _not_one_line(path, len(filled))
        lines = filled
    problem = _problem(lines, text, above, below)
    if problem:
        return Refusal(path, 0, RefusalCode.MALFORMED, problem)
    lines = fit_indentation(lines, text.lines)
    return RegionAnswer(_rewrite(lines, region))


def _not_one_line(path: str, count: int) -> Refusal:
    return Refusal(
        path,
        0,
        RefusalCode.MALFORMED,
        f"the answer has {count} lines where exactly one is wanted; answer with that one line",
    )


def _problem(lines: Sequence[bytes], text: FileText, above: list[bytes], below: list[bytes]) -> str:
    """Why the body must not be written."""
    if any(b"\0" in line for line in lines):
        return "the new text holds a NUL byte"
    own = frozenset(line.strip() for line in (*text.lines, *above, *below))
    dots = first_written_elision(list(lines), set(range(len(lines))), own)
    if dots is not None:
        return (
            f"{dots.decode('utf-8', 'replace').strip()!r} stands for lines that were left out; write the whole region"
        )
    around = {line.strip() for line in (*above[-40:], *below[:40]) if len(line.strip()) > 3} - text.stripped
    echoed = sum(1 for line in lines if line.strip() in around)
    if echoed > 3 and echoed * 2 > len(lines):
        return "the answer repeats lines that stand outside the region; answer with the region's new text alone"
    return ""


def _rewrite(lines: list[bytes], region: Region) -> bytes:
    """The new bytes: unchanged lines as the file has them."""
    text = FileText(region.text)
    splices: list[Splice] = []
    at = 0
    for operation in make_operations(text.lines, lines):
        if operation.kind is OperationKind.ADD:
            extend_splices(splices, Splice(at, at, (operation.text,)))
            continue
        if operation.kind is OperationKind.REMOVE:
            extend_splices(splices, Splice(at, at + 1, ()))
        at += 1
    if not lines:
        return b""
    ends_with_newline = region.text.endswith(b"\n") or (not region.text and bool(region.after))
    if not text.lines:
        end = FileText(region.before + region.after).main_terminator
        return end.join(lines) + (end if ends_with_newline else b"")
    return rewrite(text, splices, ends_with_newline)
