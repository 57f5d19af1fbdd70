"""A patch of ours, read by git and by unidiff."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from unidiff.patch import PatchSet

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.compute import compute_blocks
from copilot_tui.diff.line import split_raw
from copilot_tui.diff.rebuild import rebuild
from copilot_tui.diff.unified import format_patch

LINES = st.lists(st.sampled_from([b"a", b"b", b"}", b"", b"x = 1", b"c\r"]), max_size=12)
TEXTS = st.builds(lambda lines, end: b"\n".join(lines) + end, LINES, st.sampled_from([b"", b"\n", b"\r\n"]))


def git_apply(folder: Path, patch: bytes) -> None:
    subprocess.run(
        ["git", "apply", "--whitespace=nowarn", "-"], cwd=folder, input=patch, check=True, capture_output=True
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TEXTS, after=TEXTS)
def test_git_applies_our_patch_to_the_same_bytes(tmp_path: Path, before: bytes, after: bytes) -> None:
    (tmp_path / "f").write_bytes(before)
    change_set = ChangeSet((FileChange("f", before, after),))
    if before != after:
        git_apply(tmp_path, format_patch(change_set))
    assert (tmp_path / "f").read_bytes() == after


def test_create_delete_rename_mode_and_binary_in_one_patch(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").write_bytes(b"bye\n")
    (tmp_path / "old name.txt").write_bytes(b"one\ntwo\n")
    (tmp_path / "run.sh").write_bytes(b"echo\n")
    (tmp_path / "image").write_bytes(b"\0old")
    change_set = ChangeSet(
        (
            FileChange('new "quoted" ü.txt', None, b"hello"),
            FileChange("gone.txt", b"bye\n", None),
            FileChange("new name.txt", b"one\ntwo\n", b"one\n2\n", old_path="old name.txt"),
            FileChange("run.sh", b"echo\n", b"echo\n", new_mode=0o100755),
            FileChange("image", b"\0old", b"\0" + bytes(range(256)) * 3),
        )
    )
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    git_apply(tmp_path, format_patch(change_set))
    assert (tmp_path / 'new "quoted" ü.txt').read_bytes() == b"hello"
    assert not (tmp_path / "gone.txt").exists()
    assert not (tmp_path / "old name.txt").exists()
    assert (tmp_path / "new name.txt").read_bytes() == b"one\n2\n"
    assert (tmp_path / "run.sh").stat().st_mode & 0o111
    assert (tmp_path / "image").read_bytes() == b"\0" + bytes(range(256)) * 3


def test_unidiff_reads_what_we_write() -> None:
    change_set = ChangeSet((FileChange("a.py", b"1\n2\n3\n", b"1\ntwo\n3\n"), FileChange("b.py", None, b"new\n")))
    patch = PatchSet(format_patch(change_set).decode())
    assert [(file.path, file.added, file.removed) for file in patch] == [("a.py", 1, 1), ("b.py", 1, 0)]


@settings(max_examples=300, deadline=None)
@given(before=TEXTS, after=TEXTS, data=st.data())
def test_a_rebuilt_text_holds_nothing_but_old_and_new_lines(before: bytes, after: bytes, data: st.DataObject) -> None:
    old, new, blocks = split_raw(before), split_raw(after), compute_blocks(before, after)
    keep = data.draw(st.sets(st.integers(0, 12)))
    drop = data.draw(st.sets(st.integers(0, 12)))
    assert rebuild(blocks, old, new, set(), set()) == after
    everything = set(range(20))
    assert rebuild(blocks, old, new, everything, everything) == before
    mixed = rebuild(blocks, old, new, keep, drop)
    left = [line.rstrip(b"\r\n") for line in [*old, *new]]
    for line in split_raw(mixed):
        left.remove(line.rstrip(b"\r\n"))


def test_a_lone_accepted_addition_stands_where_its_neighbours_were_rejected() -> None:
    before, after = b"a\nold\nz\n", b"a\nfirst\nsecond\nz\n"
    old, new, blocks = split_raw(before), split_raw(after), compute_blocks(before, after)
    assert rebuild(blocks, old, new, {1}, {1}) == b"a\nold\nsecond\nz\n"


def test_a_kept_last_line_without_newline_gets_one_when_something_follows() -> None:
    before, after = b"a\nlast", b"a\nnew\n"
    old, new, blocks = split_raw(before), split_raw(after), compute_blocks(before, after)
    result = rebuild(blocks, old, new, {1}, set())
    assert result in {b"a\nnew\nlast", b"a\nlast\nnew\n"}


@pytest.mark.parametrize("count", [20_000])
def test_a_large_diff_without_unique_lines_stays_correct(count: int) -> None:
    before = b"x\n" * count
    after = b"x\n" * (count // 2) + b"y\n" + b"x\n" * (count // 2)
    blocks = compute_blocks(before, after)
    assert rebuild(blocks, split_raw(before), split_raw(after), set(), set()) == after
    assert sum(block.new_last - block.new_first for block in blocks) == 1
