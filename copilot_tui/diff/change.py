"""What would happen to files: hunks, file changes and the change set that all rooms pass on.

Invariant: a `FileChange` holds both texts whole; its hunks are derived from them and never the other way round.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from copilot_tui.diff.line import Line, LineKind
from copilot_tui.diff.snapshot import REGULAR


class ChangeKind(StrEnum):
    """What happens to the file as a whole; a change of mode comes on top of any of these."""

    EDIT = "edit"
    CREATE = "create"
    DELETE = "delete"
    RENAME = "rename"


@dataclass(frozen=True, slots=True)
class Hunk:
    """A run of lines with at least one change; `old_start` and `new_start` are 1-based.

    Where one side has no line, its start is the number of the line before the hunk plus one (not git's "line before").
    """

    old_start: int
    new_start: int
    lines: tuple[Line, ...]

    @property
    def old_count(self) -> int:
        """How many lines of the old text the hunk spans, context included."""
        return sum(line.kind is not LineKind.ADDED for line in self.lines)

    @property
    def new_count(self) -> int:
        """How many lines of the new text the hunk spans, context included."""
        return sum(line.kind is not LineKind.REMOVED for line in self.lines)

    @property
    def removed(self) -> int:
        """How many lines it takes out."""
        return sum(line.kind is LineKind.REMOVED for line in self.lines)

    @property
    def added(self) -> int:
        """How many lines it puts in."""
        return sum(line.kind is LineKind.ADDED for line in self.lines)


@dataclass(frozen=True)
class FileChange:
    """One file before and after.

    `path` is where the file ends up (for a delete, where it was); `old_path` is set for a rename alone. `before` is None where the file did
    not exist, `after` is None where it is gone. Modes are git modes.
    """

    path: str
    before: bytes | None
    after: bytes | None
    old_path: str | None = None
    old_mode: int = REGULAR
    new_mode: int = REGULAR

    @property
    def source_path(self) -> str:
        """Where the old text lies."""
        return self.old_path or self.path

    @property
    def kind(self) -> ChangeKind:
        """What happens to the file as a whole."""
        if self.before is None:
            return ChangeKind.CREATE
        if self.after is None:
            return ChangeKind.DELETE
        return ChangeKind.RENAME if self.old_path and self.old_path != self.path else ChangeKind.EDIT

    @property
    def changes_mode(self) -> bool:
        """Whether the executable bit (or the type) changes."""
        return self.before is not None and self.after is not None and self.old_mode != self.new_mode

    @property
    def is_binary(self) -> bool:
        """Whether either side has a NUL byte near its start, which is git's own test: such a change is decided as a whole."""
        return any(side is not None and b"\0" in side[:8000] for side in (self.before, self.after))

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would change."""
        return self.before == self.after and self.source_path == self.path and not self.changes_mode

    @cached_property
    def hunks(self) -> tuple[Hunk, ...]:
        """The changed lines in hunks with three lines of context; empty for a binary change."""
        from copilot_tui.diff.compute import compute_hunks  # noqa: PLC0415  (compute needs this module's Hunk)

        return () if self.is_binary else compute_hunks(self.before or b"", self.after or b"")


@dataclass(frozen=True)
class ChangeSet:
    """All file changes of one proposal; at most one for each path."""

    files: tuple[FileChange, ...] = field(default=())

    def __iter__(self) -> Iterator[FileChange]:
        return iter(self.files)

    def __bool__(self) -> bool:
        return bool(self.files)

    @cached_property
    def digest(self) -> str:
        """A SHA-256 over every path, mode and byte of both sides, as hex: equal when two change sets do the same."""
        whole = hashlib.sha256()
        for change in sorted(self.files, key=lambda change: change.path):
            for part in (
                change.path.encode("utf-8", "surrogateescape"),
                change.source_path.encode("utf-8", "surrogateescape"),
                change.before,
                change.after,
            ):
                whole.update(b"-" if part is None else b"%d:" % len(part) + part)
            whole.update(b"%o>%o;" % (change.old_mode, change.new_mode))
        return whole.hexdigest()
