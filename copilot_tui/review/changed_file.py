"""One file under review: its changed lines in the order of the diff, with a decision beside each.

Invariant: `states` has one byte for each changed line; a decision never changes the lines.
"""

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cached_property

from copilot_tui.diff.change import ChangeKind, FileChange
from copilot_tui.diff.compute import Block, blocks_of_lines
from copilot_tui.diff.line import LineKind, split_raw
from copilot_tui.diff.rebuild import rebuild


class Decision(IntEnum):
    """What the person has said of a line or of a file as a whole."""

    PENDING = 0
    ACCEPTED = 1
    REJECTED = 2


@dataclass(frozen=True, slots=True)
class ChangedLine:
    """A changed line: `index` is 0-based in the old text (removed) or the new text (added); `hunk` its index in the file's hunks."""

    kind: LineKind
    index: int
    hunk: int


@dataclass(frozen=True)
class ChangedFile:
    """A file change with decisions: `states` for its changed lines, `whole` for create, delete, rename or a binary, `mode` for its mode."""

    change: FileChange
    states: bytes
    whole: Decision = Decision.PENDING
    mode: Decision = Decision.PENDING
    edited: frozenset[int] = frozenset()

    @classmethod
    def undecided(cls, change: FileChange) -> "ChangedFile":
        """The file with nothing decided."""
        return cls(change, bytes(sum(hunk.added + hunk.removed for hunk in change.hunks)))

    @property
    def path(self) -> str:
        """The path that decisions name the file by."""
        return self.change.path

    @property
    def has_whole(self) -> bool:
        """Whether the file as a whole is an item of its own."""
        return self.change.kind is not ChangeKind.EDIT or self.change.is_binary

    @cached_property
    def old_lines(self) -> list[bytes]:
        """The raw lines before."""
        return split_raw(self.change.before or b"")

    @cached_property
    def new_lines(self) -> list[bytes]:
        """The raw lines after."""
        return split_raw(self.change.after or b"")

    @cached_property
    def lines(self) -> tuple[ChangedLine, ...]:
        """The changed lines: block by block, removed ones before added ones, as in `FileChange.hunks`."""
        found: list[ChangedLine] = []
        for number, hunk in enumerate(self.change.hunks):
            old, new = hunk.old_start - 1, hunk.new_start - 1
            for line in hunk.lines:
                if line.kind is LineKind.CONTEXT:
                    old, new = old + 1, new + 1
                elif line.kind is LineKind.REMOVED:
                    found.append(ChangedLine(LineKind.REMOVED, old, number))
                    old += 1
                else:
                    found.append(ChangedLine(LineKind.ADDED, new, number))
                    new += 1
        return tuple(found)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The changed runs that `lines` belong to."""
        return () if self.change.is_binary else blocks_of_lines(self.old_lines, self.new_lines)

    def decided(self, first: int, last: int, decision: Decision) -> "ChangedFile":
        """The file with changed lines `first` to `last` (not included) decided, and what follows from that for the file as a whole."""
        states = self.states[:first] + bytes([decision]) * (last - first) + self.states[last:]
        return replace(self, states=states, whole=self._whole_after(states))

    def decided_whole(self, decision: Decision) -> "ChangedFile":
        """The file with its create, delete, rename or binary content decided; lines follow a create and a delete."""
        states = self.states
        if self.change.kind in {ChangeKind.CREATE, ChangeKind.DELETE}:
            states = bytes([decision]) * len(states)
        return replace(self, states=states, whole=decision)

    def decided_mode(self, decision: Decision) -> "ChangedFile":
        """The file with its change of mode decided."""
        return replace(self, mode=decision)

    def _whole_after(self, states: bytes) -> Decision:
        """What decisions on lines mean for a create (any accepted line needs the file) and a delete (any kept line keeps it)."""
        if not self.states:
            return self.whole
        if self.change.kind is ChangeKind.CREATE:
            if Decision.ACCEPTED in states:
                return Decision.ACCEPTED
            return Decision.PENDING if Decision.PENDING in states else Decision.REJECTED
        if self.change.kind is ChangeKind.DELETE:
            if Decision.REJECTED in states:
                return Decision.REJECTED
            return Decision.PENDING if Decision.PENDING in states else Decision.ACCEPTED
        return self.whole

    def text(self) -> bytes:
        """The file's text with the accepted lines alone."""
        keep = {
            line.index
            for line, state in self._with_states()
            if line.kind is LineKind.REMOVED and state != Decision.ACCEPTED
        }
        drop = {
            line.index
            for line, state in self._with_states()
            if line.kind is LineKind.ADDED and state != Decision.ACCEPTED
        }
        return rebuild(self.blocks, self.old_lines, self.new_lines, keep, drop)

    def _with_states(self) -> list[tuple[ChangedLine, int]]:
        return list(zip(self.lines, self.states, strict=True))

    def accepted(self) -> FileChange | None:
        """What lands of this file; None if nothing does."""
        change = self.change
        whole = self.whole is Decision.ACCEPTED
        if change.is_binary:
            after = change.after if whole else change.before
        elif change.kind is ChangeKind.CREATE:
            after = self.text() if whole else None
        elif change.kind is ChangeKind.DELETE and whole and all(state == Decision.ACCEPTED for state in self.states):
            after = None
        else:
            after = self.text()
        moved = change.kind is ChangeKind.RENAME and whole
        result = FileChange(
            path=change.path if change.kind is not ChangeKind.RENAME or moved else change.source_path,
            before=change.before,
            after=after,
            old_path=change.old_path if moved else None,
            old_mode=change.old_mode,
            new_mode=change.new_mode if self.mode is Decision.ACCEPTED or change.before is None else change.old_mode,
        )
        return None if result.is_empty else result

    @property
    def pending(self) -> int:
        """How many lines and items wait for a decision."""
        items = [self.whole] if self.has_whole and not self.states else []
        items += [self.mode] if self.change.changes_mode else []
        return self.states.count(Decision.PENDING) + items.count(Decision.PENDING)
