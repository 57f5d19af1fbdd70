"""What would happen to files: hunks, file changes and the change set that all rooms pass on.

Invariant: a `FileChange` holds both texts whole; its hunks are derived from them and never the other way round.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from copilot_tui.diff.compute import Block, Hunks, blocks_of_lines, group_blocks, hunks_of_blocks
from copilot_tui.diff.hunk import ChangedLine
from copilot_tui.diff.hunk import Hunk as Hunk  # noqa: PLC0414  (part of a change: offered here)
from copilot_tui.diff.line import LineKind, split_raw
from copilot_tui.diff.snapshot import REGULAR


class ChangeKind(StrEnum):
    """What happens to the file as a whole; a change of mode comes on top of any of these."""

    EDIT = "edit"
    CREATE = "create"
    DELETE = "delete"
    RENAME = "rename"


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

    def reversed(self) -> "FileChange":
        """The change that takes this one back."""
        return FileChange(
            self.source_path,
            self.after,
            self.before,
            self.path if self.kind is ChangeKind.RENAME else None,
            self.new_mode if self.after is not None else self.old_mode,
            self.old_mode if self.before is not None else self.new_mode,
        )

    @cached_property
    def old_lines(self) -> list[bytes]:
        """The raw lines before."""
        return split_raw(self.before or b"")

    @cached_property
    def new_lines(self) -> list[bytes]:
        """The raw lines after."""
        return split_raw(self.after or b"")

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The changed runs of lines; empty for a binary change."""
        return () if self.is_binary else blocks_of_lines(self.old_lines, self.new_lines)

    @cached_property
    def hunk_blocks(self) -> list[list[Block]]:
        """The changed runs of each hunk."""
        return group_blocks(self.blocks)

    @cached_property
    def hunks(self) -> Hunks:
        """The changed lines in hunks with three lines of context; empty for a binary change."""
        return hunks_of_blocks(self.old_lines, self.new_lines, self.blocks)

    @cached_property
    def changed_lines(self) -> tuple[ChangedLine, ...]:
        """The changed lines: block by block, removed ones before added ones, as in `hunks`."""
        return tuple(
            line
            for hunk, blocks in enumerate(self.hunk_blocks)
            for block in blocks
            for line in (
                *(ChangedLine(LineKind.REMOVED, index, hunk) for index in range(block.old_first, block.old_last)),
                *(ChangedLine(LineKind.ADDED, index, hunk) for index in range(block.new_first, block.new_last)),
            )
        )


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
