"""One file under review: its changed lines in the order of the diff, with a decision beside each.

Invariant: `states` has one byte for each changed line; a decision never changes the lines.
"""

from dataclasses import dataclass, replace
from enum import IntEnum

from copilot_tui.diff.change import ChangeKind, FileChange
from copilot_tui.diff.compute import Block
from copilot_tui.diff.hunk import ChangedLine as ChangedLine  # noqa: PLC0414  (what decisions are about: offered here)
from copilot_tui.diff.line import LineKind
from copilot_tui.diff.rebuild import rebuild


class Decision(IntEnum):
    """What the person has said of a line or of a file as a whole."""

    PENDING = 0
    ACCEPTED = 1
    REJECTED = 2


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
        return cls(change, bytes(sum(block.rows for block in change.blocks)))

    @property
    def path(self) -> str:
        """The path that decisions name the file by."""
        return self.change.path

    @property
    def has_whole(self) -> bool:
        """Whether the file as a whole is an item of its own."""
        return self.change.kind is not ChangeKind.EDIT or self.change.is_binary

    # What follows from the change alone is kept there, so that a decision computes none of it again.

    @property
    def old_lines(self) -> list[bytes]:
        """The raw lines before."""
        return self.change.old_lines

    @property
    def new_lines(self) -> list[bytes]:
        """The raw lines after."""
        return self.change.new_lines

    @property
    def lines(self) -> tuple[ChangedLine, ...]:
        """The changed lines: block by block, removed ones before added ones, as in `FileChange.hunks`."""
        return self.change.changed_lines

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The changed runs that `lines` belong to."""
        return self.change.blocks

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
