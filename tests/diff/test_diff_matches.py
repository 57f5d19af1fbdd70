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
from tests.support.long_texts import KINDS, make_texts

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


@st.composite
def very_long_pairs(draw: st.DrawFn) -> tuple[list[bytes], list[bytes]]:
    """Texts so long that they are followed window by window, with blocks that are put in, taken out, doubled and moved."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    kinds = draw(st.sampled_from([3, 300, 10**6]))
    old = [b"%d\n" % chance.randrange(kinds) for _ in range(draw(st.integers(1500, 4000)))]
    new = list(old)
    for _ in range(draw(st.integers(1, 6))):
        start, size = chance.randrange(len(new)), chance.choice([1, 20, 300, 1600])
        block = new[start : start + size]
        what = chance.randrange(4)
        if what != 0:
            del new[start : start + size]
        if what == 1:
            block = [b"%d\n" % chance.randrange(kinds) for _ in block]
        if what != 2:
            at = chance.randrange(len(new) + 1)
            new[at:at] = block
    for _ in range(draw(st.sampled_from([0, 5, 500]))):
        new[chance.randrange(len(new))] = b"%d\n" % chance.randrange(kinds)
    return old, new


@settings(max_examples=60, deadline=None)
@given(very_long_pairs())
def test_blocks_of_very_long_texts_are_exactly_what_differs(pair: tuple[list[bytes], list[bytes]]) -> None:
    old, new = pair
    blocks = blocks_of_lines(old, new)
    at = (0, 0)
    for block in blocks:
        assert old[at[0] : block.old_first] == new[at[1] : block.new_first]
        at = (block.old_last, block.new_last)
    assert old[at[0] :] == new[at[1] :]


def test_a_long_text_that_holds_the_same_few_lines_over_and_over_is_followed() -> None:
    chance = random.Random(3)
    old = [chance.choice([b"\n", b"}\n", b"{\n"]) for _ in range(12_000)]
    new = list(old)
    for place in range(500, 12_000, 500):
        new[place] = b"changed\n"
    del new[6000:6003]
    assert sum(block.rows for block in blocks_of_lines(old, new)) <= 2 * 23 + 3


def test_a_block_that_moved_far_is_taken_out_and_put_in_and_nothing_else_changes() -> None:
    old = [b"line %d\n" % number for number in range(9_000)]
    new = [*old[:2000], *old[4000:8000], *old[2000:4000], *old[8000:]]
    out, put = blocks_of_lines(old, new)
    assert (out.old_first, out.rows, put.new_first, put.rows) == (2000, 2000, 6000, 2000)


def test_other_code_of_the_same_blank_lines_and_braces_is_one_block() -> None:
    old, new = (
        b"".join(
            b"%s %d {\n%s a %d\n%s b %d\n\n}\n" % (word, number, word, number, word, number) for number in range(90)
        )
        for word in (b"old", b"new")
    )
    assert len(compute_blocks(b"start\n" + old, b"start\n" + new)) == 1


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


@pytest.mark.parametrize("kind", KINDS)
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
