"""Which lines changed between two texts, and the hunks that show it.

Invariant: the lines outside all blocks are equal on both sides, in their order; blocks are ascending and never touch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from copilot_tui.diff.hunk import Hunk
from copilot_tui.diff.line import Line, LineKind, make_lines, split_raw
from copilot_tui.diff.matches import matching_runs

CONTEXT = 3  # equal lines around a change that its hunk shows


@dataclass(frozen=True, slots=True)
class Block:
    """Old lines `old_first` to `old_last` became new lines `new_first` to `new_last`: 0-based, the end not included."""

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
    """The changed runs between two lists of raw lines."""
    blocks = []
    old_at = new_at = 0
    for old_first, new_first, count in [*matching_runs(old, new), (len(old), len(new), 0)]:
        if old_first > old_at or new_first > new_at:
            blocks.append(Block(old_at, old_first, new_at, new_first))
        old_at, new_at = old_first + count, new_first + count
    return tuple(_slide_all(blocks, old, new))


def _slide_all(blocks: list[Block], old: Sequence[bytes], new: Sequence[bytes]) -> list[Block]:
    """Pure insertions and deletions moved down as far as the text allows: where git puts them."""
    slid: list[Block] = []
    for index, block in enumerate(blocks):
        if block.old_first != block.old_last and block.new_first != block.new_last:
            slid.append(block)
            continue
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        room = (following.old_first if following else len(old)) - block.old_last
        room = min(room, (following.new_first if following else len(new)) - block.new_last)
        room -= following is not None  # a line stays between two blocks
        lines, first, last = (
            (new, block.new_first, block.new_last)
            if block.old_first == block.old_last
            else (old, block.old_first, block.old_last)
        )
        shift = 0
        while shift < room and lines[first + shift] == lines[last + shift]:
            shift += 1
        slid.append(
            Block(block.old_first + shift, block.old_last + shift, block.new_first + shift, block.new_last + shift)
            if shift
            else block
        )
    return slid


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


def compute_hunks(before: bytes, after: bytes, context: int = CONTEXT) -> tuple[Hunk, ...]:
    """The changed lines in hunks with up to `context` lines around; blocks whose context would touch share a hunk."""
    if before == after:
        return ()
    old, new = split_raw(before), split_raw(after)
    return hunks_of_blocks(old, new, blocks_of_lines(old, new), context)


def hunks_of_blocks(
    old: Sequence[bytes], new: Sequence[bytes], blocks: Sequence[Block], context: int = CONTEXT
) -> tuple[Hunk, ...]:
    """The hunks of two texts whose changed runs are known."""
    return tuple(_hunk(old, new, group, context) for group in group_blocks(blocks, context))


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
