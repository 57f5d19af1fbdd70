"""Which lines changed between two texts, and the hunks that show it.

Invariant: the lines outside all blocks are equal on both sides, in their order; blocks are ascending and never touch.
"""

from collections.abc import Sequence
from typing import NamedTuple, overload

from copilot_tui.diff.hunk import Hunk
from copilot_tui.diff.line import Line, LineKind, make_lines, split_raw
from copilot_tui.diff.matches import matching_runs

CONTEXT = 3  # equal lines around a change that its hunk shows


class Block(NamedTuple):
    """Old lines `old_first` to `old_last` became new lines `new_first` to `new_last`: 0-based, the end not included.

    A named tuple, because a large diff makes tens of thousands of them.
    """

    old_first: int
    old_last: int
    new_first: int
    new_last: int

    @property
    def rows(self) -> int:
        """How many lines it takes out and puts in."""
        return self.old_last - self.old_first + self.new_last - self.new_first


def compute_blocks(before: bytes, after: bytes) -> tuple[Block, ...]:
    """The changed runs of lines, without context; empty for equal texts."""
    if before == after:
        return ()
    return blocks_of_lines(split_raw(before), split_raw(after))


def blocks_of_lines(old: Sequence[bytes], new: Sequence[bytes]) -> tuple[Block, ...]:
    """The changed runs between two lists of raw lines; pure insertions and deletions stand as far down as the text allows, as in git."""
    blocks: list[Block] = []
    old_at = new_at = 0
    for old_first, new_first, count in [*matching_runs(old, new), (len(old), len(new), 0)]:
        if old_first > old_at and new_first > new_at:
            blocks.append(Block(old_at, old_first, new_at, new_first))
        elif old_first > old_at or new_first > new_at:
            lines, first, last = (new, new_at, new_first) if old_first == old_at else (old, old_at, old_first)
            # A line stays before a block that follows.
            room = count - (old_first + count < len(old) or new_first + count < len(new))
            shift = 0
            while shift < room and lines[first + shift] == lines[last + shift]:
                shift += 1
            blocks.append(Block(old_at + shift, old_first + shift, new_at + shift, new_first + shift))
        old_at, new_at = old_first + count, new_first + count
    return tuple(blocks)


def group_blocks(blocks: Sequence[Block], context: int = CONTEXT) -> list[list[Block]]:
    """The blocks hunk by hunk: blocks whose context would touch share a hunk."""
    groups: list[list[Block]] = []
    end = 0
    for block in blocks:
        if groups and block.old_first - end <= 2 * context:
            groups[-1].append(block)
        else:
            groups.append([block])
        end = block.old_last
    return groups


class Hunks(Sequence[Hunk]):
    """Hunks that are made when they are first asked for: a large diff has more lines than anyone looks at. It never changes."""

    def __init__(self, old: Sequence[bytes], new: Sequence[bytes], groups: list[list[Block]], context: int) -> None:
        self._old, self._new, self._groups, self._context = old, new, groups, context
        self._made: dict[int, Hunk] = {}

    def __len__(self) -> int:
        return len(self._groups)

    @overload
    def __getitem__(self, index: int) -> Hunk: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hunk, ...]: ...
    def __getitem__(self, index: int | slice) -> Hunk | tuple[Hunk, ...]:
        if isinstance(index, slice):
            return tuple(self[one] for one in range(*index.indices(len(self))))
        at = index + len(self._groups) if index < 0 else index
        hunk = self._made.get(at)
        if hunk is None:
            hunk = self._made[at] = _hunk(self._old, self._new, self._groups[index], self._context)
        return hunk


def compute_hunks(before: bytes, after: bytes, context: int = CONTEXT) -> Hunks:
    """The changed lines in hunks with up to `context` lines around; blocks whose context would touch share a hunk."""
    old, new = split_raw(before), split_raw(after)
    return hunks_of_blocks(old, new, blocks_of_lines(old, new) if before != after else (), context)


def hunks_of_blocks(
    old: Sequence[bytes], new: Sequence[bytes], blocks: Sequence[Block], context: int = CONTEXT
) -> Hunks:
    """The hunks of two texts whose changed runs are known."""
    return Hunks(old, new, group_blocks(blocks, context), context)


def _hunk(old: Sequence[bytes], new: Sequence[bytes], group: list[Block], context: int) -> Hunk:
    lead = min(context, group[0].old_first)
    lines: list[Line] = []
    at = group[0].old_first - lead
    for block in group:
        lines += make_lines(LineKind.CONTEXT, old[at : block.old_first])
        lines += make_lines(LineKind.REMOVED, old[block.old_first : block.old_last])
        lines += make_lines(LineKind.ADDED, new[block.new_first : block.new_last])
        at = block.old_last
    lines += make_lines(LineKind.CONTEXT, old[at : at + context])
    return Hunk(group[0].old_first - lead + 1, group[0].new_first - lead + 1, tuple(lines))


def changed_lines(before: bytes, after: bytes) -> tuple[int, int]:
    """How many lines were (added, removed)."""
    blocks = compute_blocks(before, after)
    return (
        sum(block.new_last - block.new_first for block in blocks),
        sum(block.old_last - block.old_first for block in blocks),
    )
