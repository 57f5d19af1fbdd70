"""Which lines changed between two texts: patience diff with a bit-parallel LCS in the gaps.

Lines that stand exactly once on both sides and keep their order (the longest increasing run of them) are taken as anchors
(B. Cohen's patience diff); between anchors the same is tried again, and what has no unique line is settled by the longest
common subsequence of rapidfuzz, which works on 64 cells at a time. Difflib would take a hundred times as long.

Invariant: the lines outside all blocks are equal on both sides, in their order; blocks are ascending and never touch.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from copilot_tui.diff.change import Hunk
from copilot_tui.diff.line import Line, LineKind, make_line, split_raw

_MOST_CELLS = 400_000_000  # bits that the LCS table of one gap may take: 50 MB


@dataclass(frozen=True, slots=True)
class Block:
    """Old lines `old_first` to `old_last` became new lines `new_first` to `new_last`: 0-based, the end not included."""

    old_first: int
    old_last: int
    new_first: int
    new_last: int


def compute_blocks(before: bytes, after: bytes) -> tuple[Block, ...]:
    """The changed runs of lines, without context; empty for equal texts."""
    if before == after:
        return ()
    return blocks_of_lines(split_raw(before), split_raw(after))


def blocks_of_lines(old: Sequence[bytes], new: Sequence[bytes]) -> tuple[Block, ...]:
    """The changed runs between two lists of raw lines."""
    codes: dict[bytes, int] = {}
    old_codes = [codes.setdefault(line, len(codes)) for line in old]
    new_codes = [codes.setdefault(line, len(codes)) for line in new]
    pairs = _matches(old_codes, new_codes)
    blocks = []
    old_at = new_at = 0
    for old_first, new_first, count in [*pairs, (len(old), len(new), 0)]:
        if old_first > old_at or new_first > new_at:
            blocks.append(Block(old_at, old_first, new_at, new_first))
        old_at, new_at = old_first + count, new_first + count
    return tuple(_slide_all(blocks, old_codes, new_codes))


def _matches(old: list[int], new: list[int]) -> list[tuple[int, int, int]]:
    """Equal runs (old start, new start, count), ascending; runs that touch are joined."""
    found: list[tuple[int, int, int]] = []
    pending = [(0, len(old), 0, len(new))]
    while pending:
        old_first, old_last, new_first, new_last = pending.pop()
        head = old_first
        while old_first < old_last and new_first < new_last and old[old_first] == new[new_first]:
            old_first += 1
            new_first += 1
        if old_first > head:
            found.append((head, new_first - (old_first - head), old_first - head))
        tail = old_last
        while old_first < old_last and new_first < new_last and old[old_last - 1] == new[new_last - 1]:
            old_last -= 1
            new_last -= 1
        if tail > old_last:
            found.append((old_last, new_last, tail - old_last))
        if old_first == old_last or new_first == new_last:
            continue
        anchors = _anchors(old, new, (old_first, old_last, new_first, new_last))
        if not anchors:
            found.extend(_longest_common(old, new, (old_first, old_last, new_first, new_last)))
            continue
        old_at, new_at = old_first, new_first
        for old_anchor, new_anchor in [*anchors, (old_last, new_last)]:
            if old_anchor > old_at and new_anchor > new_at:
                pending.append((old_at, old_anchor, new_at, new_anchor))
            if old_anchor < old_last:
                found.append((old_anchor, new_anchor, 1))
            old_at, new_at = old_anchor + 1, new_anchor + 1
    return _joined(sorted(found))


def _joined(runs: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    joined: list[tuple[int, int, int]] = []
    for run in runs:
        if joined and joined[-1][0] + joined[-1][2] == run[0] and joined[-1][1] + joined[-1][2] == run[1]:
            joined[-1] = (joined[-1][0], joined[-1][1], joined[-1][2] + run[2])
        else:
            joined.append(run)
    return joined


def _anchors(old: list[int], new: list[int], gap: tuple[int, int, int, int]) -> list[tuple[int, int]]:
    """The longest run of lines, unique on both sides of the gap, that stand in the same order."""
    old_first, old_last, new_first, new_last = gap
    old_places = _unique_places(old, old_first, old_last)
    new_places = _unique_places(new, new_first, new_last)
    common = [(place, new_places[code]) for code, place in old_places.items() if code in new_places]
    common.sort()
    # Longest increasing subsequence of the new places, by patience sorting.
    tops: list[int] = []
    piles: list[int] = []
    previous = [-1] * len(common)
    for index, (_, place) in enumerate(common):
        pile = bisect_left(tops, place)
        previous[index] = piles[pile - 1] if pile else -1
        if pile == len(tops):
            tops.append(place)
            piles.append(index)
        else:
            tops[pile] = place
            piles[pile] = index
    chain: list[tuple[int, int]] = []
    index = piles[-1] if piles else -1
    while index >= 0:
        chain.append(common[index])
        index = previous[index]
    chain.reverse()
    return chain


def _unique_places(codes: list[int], first: int, last: int) -> dict[int, int]:
    places: dict[int, int] = {}
    repeated: set[int] = set()
    for place in range(first, last):
        code = codes[place]
        if code in places:
            repeated.add(code)
        else:
            places[code] = place
    for code in repeated:
        del places[code]
    return places


def _longest_common(old: list[int], new: list[int], gap: tuple[int, int, int, int]) -> list[tuple[int, int, int]]:
    from rapidfuzz.distance import LCSseq  # noqa: PLC0415  (most diffs never need it)

    old_first, old_last, new_first, new_last = gap
    shared = set(old[old_first:old_last]) & set(new[new_first:new_last])
    if not shared or (old_last - old_first) * (new_last - new_first) > _MOST_CELLS:
        return []
    operations = LCSseq.opcodes(old[old_first:old_last], new[new_first:new_last])
    return [
        (old_first + operation.src_start, new_first + operation.dest_start, operation.src_end - operation.src_start)
        for operation in operations
        if operation.tag == "equal"
    ]


def _slide_all(blocks: list[Block], old: list[int], new: list[int]) -> list[Block]:
    """Pure insertions and deletions moved down as far as the text allows: where git puts them."""
    slid: list[Block] = []
    for index, block in enumerate(blocks):
        following = blocks[index + 1] if index + 1 < len(blocks) else None
        room = (following.old_first if following else len(old)) - block.old_last
        room = min(room, (following.new_first if following else len(new)) - block.new_last)
        shift = 0
        if block.old_first == block.old_last:
            while (
                shift < room - (following is not None) and new[block.new_first + shift] == new[block.new_last + shift]
            ):
                shift += 1
        elif block.new_first == block.new_last:
            while (
                shift < room - (following is not None) and old[block.old_first + shift] == old[block.old_last + shift]
            ):
                shift += 1
        slid.append(
            Block(block.old_first + shift, block.old_last + shift, block.new_first + shift, block.new_last + shift)
        )
    return slid


def compute_hunks(before: bytes, after: bytes, context: int = 3) -> tuple[Hunk, ...]:
    """The changed lines in hunks with up to `context` lines around; blocks whose context would touch share a hunk."""
    if before == after:
        return ()
    old, new = split_raw(before), split_raw(after)
    groups: list[list[Block]] = []
    for block in blocks_of_lines(old, new):
        if groups and block.old_first - groups[-1][-1].old_last <= 2 * context:
            groups[-1].append(block)
        else:
            groups.append([block])
    return tuple(_hunk(old, new, group, context) for group in groups)


def _hunk(old: list[bytes], new: list[bytes], group: list[Block], context: int) -> Hunk:
    lead = min(context, group[0].old_first)
    lines: list[Line] = []
    at = group[0].old_first - lead
    for block in group:
        lines += [make_line(LineKind.CONTEXT, raw) for raw in old[at : block.old_first]]
        lines += [make_line(LineKind.REMOVED, raw) for raw in old[block.old_first : block.old_last]]
        lines += [make_line(LineKind.ADDED, raw) for raw in new[block.new_first : block.new_last]]
        at = block.old_last
    lines += [make_line(LineKind.CONTEXT, raw) for raw in old[at : at + context]]
    return Hunk(group[0].old_first - lead + 1, group[0].new_first - lead + 1, tuple(lines))


def changed_lines(before: bytes, after: bytes) -> tuple[int, int]:
    """How many lines were (added, removed)."""
    blocks = compute_blocks(before, after)
    return (
        sum(block.new_last - block.new_first for block in blocks),
        sum(block.old_last - block.old_first for block in blocks),
    )
