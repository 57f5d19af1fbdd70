"""What a patch says of one file, and what that makes of the file's bytes.

Invariant: a hunk fits only where every line of its old side stands, byte for byte; nothing is guessed and nothing is half applied.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from copilot_tui.diff.binary_patch import BinaryPatchError, apply_delta
from copilot_tui.diff.change import ChangeKind, FileChange
from copilot_tui.diff.line import LineKind, split_raw
from copilot_tui.diff.snapshot import REGULAR, SnapshotFile

_OTHER = {LineKind.ADDED: LineKind.REMOVED, LineKind.REMOVED: LineKind.ADDED, LineKind.CONTEXT: LineKind.CONTEXT}
_KINDS = {ChangeKind.CREATE: ChangeKind.DELETE, ChangeKind.DELETE: ChangeKind.CREATE}


@dataclass(frozen=True, slots=True)
class PatchHunk:
    """A hunk: `rows` are raw lines with what becomes of them; the starts are as the patch has them, 1-based."""

    old_start: int
    new_start: int
    rows: tuple[tuple[LineKind, bytes], ...]

    def side(self, kind: LineKind) -> list[bytes]:
        """The raw lines of the old side (`REMOVED`) or the new side (`ADDED`)."""
        return [raw for of_row, raw in self.rows if of_row in {kind, LineKind.CONTEXT}]


@dataclass(frozen=True, slots=True)
class BinaryPart:
    """New bytes as a whole, or as a delta against the old ones."""

    data: bytes
    is_delta: bool

    def applied_to(self, base: bytes) -> bytes:
        """The new bytes; raises `BinaryPatchError`."""
        return apply_delta(self.data, base) if self.is_delta else self.data


@dataclass(frozen=True, slots=True)
class FilePatch:
    """One file of a patch; a mode is None where the patch says nothing. `problem`: why it can never be applied, or empty."""

    path: str
    old_path: str
    kind: ChangeKind = ChangeKind.EDIT
    old_mode: int | None = None
    new_mode: int | None = None
    hunks: tuple[PatchHunk, ...] = ()
    forward: BinaryPart | None = None
    backward: BinaryPart | None = None
    is_copy: bool = False
    problem: str = ""

    def reversed(self) -> "FilePatch":
        """The patch that takes this one back."""
        hunks = tuple(
            PatchHunk(hunk.new_start, hunk.old_start, tuple((_OTHER[kind], raw) for kind, raw in hunk.rows))
            for hunk in self.hunks
        )
        return replace(
            self,
            path=self.old_path,
            old_path=self.path,
            kind=_KINDS.get(self.kind, self.kind),
            old_mode=self.new_mode,
            new_mode=self.old_mode,
            hunks=hunks,
            forward=self.backward,
            backward=self.forward,
            problem=self.problem or ("a copy cannot be taken back by its patch" if self.is_copy else ""),
        )


@dataclass(frozen=True, slots=True)
class PatchMiss:
    """A file whose patch does not fit, and why."""

    path: str
    reason: str


def file_change(patch: FilePatch, find: Callable[[str], SnapshotFile | None]) -> FileChange | PatchMiss:
    """What the patch makes of the file that `find` gives for its path."""
    if patch.problem:
        return PatchMiss(patch.path, patch.problem)
    found = find(patch.old_path)
    if patch.kind is ChangeKind.CREATE and not patch.is_copy:
        if find(patch.path) is not None:
            return PatchMiss(patch.path, "the patch creates this file, and it is there already")
        found = SnapshotFile(b"")
    elif found is None:
        return PatchMiss(patch.path, f"there is no file {patch.old_path}")
    if patch.path != patch.old_path and patch.kind is not ChangeKind.DELETE and find(patch.path) is not None:
        return PatchMiss(patch.path, f"the patch moves {patch.old_path} here, and there is a file already")
    after = _patched(patch, found.content)
    if isinstance(after, str):
        return PatchMiss(patch.path, after)
    if patch.kind is ChangeKind.DELETE:
        if after:
            return PatchMiss(patch.path, "the patch deletes this file, and it has more lines than the patch takes out")
        return FileChange(patch.path, found.content, None, old_mode=found.mode)
    if patch.kind is ChangeKind.CREATE:
        return FileChange(patch.path, None, after, new_mode=patch.new_mode or REGULAR)
    old_path = patch.old_path if patch.kind is ChangeKind.RENAME else None
    return FileChange(patch.path, found.content, after, old_path, found.mode, patch.new_mode or found.mode)


def _patched(patch: FilePatch, content: bytes) -> bytes | str:
    """The new bytes, or why the patch does not fit."""
    if patch.forward is not None:
        try:
            return patch.forward.applied_to(content)
        except BinaryPatchError as error:
            return str(error)
    lines = split_raw(content)
    result: list[bytes] = []
    at = drift = 0
    for number, hunk in enumerate(patch.hunks, start=1):
        old = hunk.side(LineKind.REMOVED)
        # Where the old side has no line, git names the line before.
        wanted = hunk.old_start - (1 if old else 0) + drift
        place = _place(lines, old, wanted, at)
        if place is None:
            return f"hunk {number} of {len(patch.hunks)} does not fit: its lines do not stand in the file"
        drift += place - wanted
        result += lines[at:place]
        result += hunk.side(LineKind.ADDED)
        at = place + len(old)
    result += lines[at:]
    if any(not line.endswith(b"\n") for line in result[:-1]):
        return "a line without a line feed would stand in the middle of the file"
    return b"".join(result)


def _place(lines: list[bytes], old: list[bytes], wanted: int, first: int) -> int | None:
    """The place nearest to `wanted`, not above `first`, where `old` stands."""
    last = len(lines) - len(old)
    if not old:
        return wanted if first <= wanted <= last else None
    for distance in range(max(last - first, abs(wanted - first), 0) + 1):
        for place in (wanted - distance, wanted + distance):
            if first <= place <= last and lines[place] == old[0] and lines[place : place + len(old)] == old:
                return place
    return None
