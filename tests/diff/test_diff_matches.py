"""The diff of longer texts: always right, and hardly ever longer than git's."""

import random
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot_tui.diff.compute import blocks_of_lines, compute_blocks
from copilot_tui.diff.line import split_raw
from copilot_tui.diff.rebuild import rebuild
from tests.bench.diff_speed import make_texts

ALPHABETS = [2, 6, 40, 5000]  # few different lines make false neighbours likely, many make every line unique


@st.composite
def long_pairs(draw: st.DrawFn) -> tuple[list[bytes], list[bytes]]:
    chance = random.Random(draw(st.integers(0, 2**32)))
    kinds = draw(st.sampled_from(ALPHABETS))
    old = [b"%d\n" % chance.randrange(kinds) for _ in range(draw(st.integers(0, 1500)))]
    new = list(old)
    for _ in range(draw(st.integers(0, 12))):
        at, size = chance.randrange(len(new) + 1), chance.choice([0, 1, 2, 5, 60, 700])
        new[at : at + size] = [b"%d\n" % chance.randrange(kinds) for _ in range(chance.choice([0, 1, 3, 40]))]
    if draw(st.booleans()):
        start, size = chance.randrange(len(new) + 1), chance.randrange(200)
        moved = new[start : start + size]
        del new[start : start + size]
        at = chance.randrange(len(new) + 1)
        new[at:at] = moved
    return old, new


@settings(max_examples=250, deadline=None)
@given(long_pairs())
def test_blocks_are_exactly_what_differs(pair: tuple[list[bytes], list[bytes]]) -> None:
    old, new = pair
    blocks = blocks_of_lines(old, new)
    assert rebuild(blocks, old, new, (), ()) == b"".join(new)
    everything = range(3000)
    assert rebuild(blocks, old, new, everything, everything) == b"".join(old)
    at = (-1, -1)
    for block in blocks:
        # A line stands between two blocks on both sides, and no block is empty.
        assert block.old_first > at[0]
        assert block.new_first > at[1]
        assert block.rows
        at = (block.old_last, block.new_last)


def changed_by_git(folder: Path, before: bytes, after: bytes) -> int:
    (folder / "before").write_bytes(before)
    (folder / "after").write_bytes(after)
    done = subprocess.run(
        ["git", "diff", "--no-index", "--histogram", "--numstat", "before", "after"],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    added, removed = done.stdout.split()[:2]
    return int(added) + int(removed)


@pytest.mark.parametrize("kind", ["sparse", "moved", "dense"])
def test_our_diff_is_as_short_as_git_s(tmp_path: Path, kind: str) -> None:
    before, after = make_texts(kind, 10_000)
    ours = sum(block.rows for block in compute_blocks(before, after))
    assert ours <= 1.02 * changed_by_git(tmp_path, before, after)


def test_a_change_is_not_matched_with_a_neighbour_that_looks_alike(tmp_path: Path) -> None:
    # Records of the same ten lines with a number each: one of them taken out must be one block, not many.
    records = [
        b"record %d\n" % number + b"".join(b"  field %d\n" % field for field in range(20)) for number in range(60)
    ]
    before, after = b"".join(records), b"".join(records[:30] + records[31:])
    (block,) = compute_blocks(before, after)
    assert (block.old_last - block.old_first, block.new_last - block.new_first) == (21, 0)
    lines = split_raw(before)[block.old_first : block.old_last]
    assert sum(line.startswith(b"record") for line in lines) == 1
