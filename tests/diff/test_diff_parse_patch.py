"""Patches read back: ours, git's, and those of `diff -u`; what does not fit is said and never guessed."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from unidiff.patch import PatchSet

from copilot_tui.diff.change import ChangeKind, ChangeSet, FileChange
from copilot_tui.diff.parse_patch import parse_patch, patched
from copilot_tui.diff.snapshot import EXECUTABLE, SnapshotFile
from copilot_tui.diff.unified import format_patch
from copilot_tui.errors import UsageError

LINES = st.lists(
    st.sampled_from(
        [b"a", b"b", b"", b"-- ", b"--- a/x", b"+++ b/x", b"@@ -1 +1 @@", b"diff --git a/x b/x", b"c\r", b"\xff"]
    ),
    max_size=12,
)
TEXTS = st.builds(lambda lines, end: b"\n".join(lines) + end, LINES, st.sampled_from([b"", b"\n", b"\r\n"]))
BINARIES = st.binary(max_size=300).map(lambda data: b"\0" + data)
NAMES = [
    "plain.py",
    "with space.py",
    'quo"te.py',
    "ümlaut.py",
    "tab\tin it.py",
    "a/b/c.py",
    "back\\slash",
    "\udcff raw",
]


@st.composite
def change_sets(draw: st.DrawFn) -> ChangeSet:
    changes = []
    for path in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)):
        texts = draw(st.sampled_from([TEXTS, TEXTS, TEXTS, BINARIES]))
        kind = draw(st.sampled_from(list(ChangeKind)))
        before = None if kind is ChangeKind.CREATE else draw(texts)
        after = None if kind is ChangeKind.DELETE else draw(texts)
        mode = EXECUTABLE if after is not None and draw(st.booleans()) else 0o100644
        old_path = f"{path}.old" if kind is ChangeKind.RENAME else None
        changes.append(FileChange(path, before, after, old_path, new_mode=mode))
    return ChangeSet(tuple(change for change in changes if not change.is_empty))


def before_of(change_set: ChangeSet) -> dict[str, SnapshotFile]:
    return {c.source_path: SnapshotFile(c.before, c.old_mode) for c in change_set if c.before is not None}


def after_of(change_set: ChangeSet) -> dict[str, SnapshotFile]:
    return {c.path: SnapshotFile(c.after, c.new_mode) for c in change_set if c.after is not None}


@settings(max_examples=250, deadline=None)
@given(change_sets())
def test_what_we_write_we_read_back(change_set: ChangeSet) -> None:
    files = parse_patch(b"From: someone\nSubject: text around\n\n" + format_patch(change_set) + b"-- \n2.40\n")
    read, misses = patched(files, before_of(change_set).get)
    assert misses == ()
    assert read.digest == change_set.digest


@settings(max_examples=300, deadline=None)
@given(change_sets())
def test_the_reverse_of_a_patch_leads_back(change_set: ChangeSet) -> None:
    files = tuple(file.reversed() for file in parse_patch(format_patch(change_set)))
    back, misses = patched(files, after_of(change_set).get)
    assert misses == ()
    wanted = {(c.source_path, c.before) for c in change_set} | {
        (c.path, None) for c in change_set if c.source_path == c.path and c.before is None
    }
    assert {(change.path, change.after) for change in back} == wanted


def git(folder: Path, *arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--no-prefix",),
        ("--src-prefix=i/", "--dst-prefix=w/"),
        ("-U0",),
        ("-U10",),
        ("--full-index", "--binary"),
        ("-M", "-C"),
    ],
)
def test_git_s_patches_are_read_in_every_form(tmp_path: Path, options: tuple[str, ...]) -> None:
    git(tmp_path, "init", "-q")
    texts = {"b.py": b"1\n2\n3\n", "dir/old name.py": b"x = 1\n" * 30, "gone.py": b"bye", "run.sh": b"echo\n"}
    if "--binary" in options:
        texts["image"] = b"\0" + bytes(range(256)) * 40
    for path, text in texts.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(text)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    (tmp_path / "b.py").write_bytes(b"1\r\n2\n3\n4")
    (tmp_path / "dir/old name.py").rename(tmp_path / "dir/new ñame.py")
    (tmp_path / "gone.py").unlink()
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "empty").write_bytes(b"")
    if "image" in texts:
        (tmp_path / "image").write_bytes(b"\0" + bytes(range(256)) * 40 + b"more")
    git(tmp_path, "add", "-A")
    patch = git(tmp_path, "diff", "--cached", *options)
    files = {path: SnapshotFile(text) for path, text in texts.items()}
    change_set, misses = patched(parse_patch(patch), files.get)
    assert misses == ()
    result = {c.path: (c.after, c.new_mode) for c in change_set if c.after is not None}
    for path, (after, mode) in result.items():
        assert (tmp_path / path).read_bytes() == after
        assert bool((tmp_path / path).stat().st_mode & 0o100) is (mode == EXECUTABLE)
    assert {c.path for c in change_set if c.after is None} <= {"gone.py", "dir/old name.py"}
    assert set(result) >= {"b.py", "dir/new ñame.py", "run.sh", "empty"}


def test_a_plain_diff_without_git_is_read(tmp_path: Path) -> None:
    (tmp_path / "x.py.orig").write_bytes(b"1\n2\n")
    (tmp_path / "x.py").write_bytes(b"1\nzwei\n")
    done = subprocess.run(["diff", "-u", "x.py.orig", "x.py"], cwd=tmp_path, capture_output=True, check=False)
    (file,) = parse_patch(done.stdout)
    change_set, _ = patched((file,), {"x.py": SnapshotFile(b"1\n2\n")}.get)
    assert [(change.path, change.after) for change in change_set] == [("x.py", b"1\nzwei\n")]


def test_unidiff_and_we_count_the_same(tmp_path: Path) -> None:
    change_set = ChangeSet((FileChange("a.py", b"1\n2\n3\n", b"1\ntwo\n3\n4\n"), FileChange("b.py", None, b"new\n")))
    patch = format_patch(change_set)
    theirs = [(file.path, file.added, file.removed) for file in PatchSet(patch.decode())]
    read, _ = patched(parse_patch(patch), before_of(change_set).get)
    ours = [(c.path, sum(h.added for h in c.hunks), sum(h.removed for h in c.hunks)) for c in read]
    assert ours == theirs


def test_a_hunk_is_found_where_its_lines_moved_and_refused_where_they_changed() -> None:
    patch = format_patch(ChangeSet((FileChange("a", b"1\n2\n3\n4\n5\n", b"1\n2\nthree\n4\n5\n"),)))
    moved, _ = patched(parse_patch(patch), {"a": SnapshotFile(b"0\n0\n1\n2\n3\n4\n5\n")}.get)
    assert [change.after for change in moved] == [b"0\n0\n1\n2\nthree\n4\n5\n"]
    changed, misses = patched(parse_patch(patch), {"a": SnapshotFile(b"1\n2\nIII\n4\n5\n")}.get)
    assert not changed
    assert [(miss.path, "does not fit" in miss.reason) for miss in misses] == [("a", True)]


def test_a_hunk_among_lines_that_repeat_goes_as_far_as_the_one_before_it_did() -> None:
    before = b"start\n" + b"x\n" * 40
    after = b"begin\n" + b"x\n" * 20 + b"new\n" + b"x\n" * 20
    patch = format_patch(ChangeSet((FileChange("a", before, after),)))
    moved, misses = patched(parse_patch(patch), {"a": SnapshotFile(b"1\n2\n3\n" + before)}.get)
    assert misses == ()
    # Where git put the new line is what counts, three lines further down.
    assert [change.after for change in moved] == [b"1\n2\n3\n" + after]


@pytest.mark.parametrize(
    ("patch", "sentence"),
    [
        (b"--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n", "cut off or mangled at its line 5"),
        (b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n-b\n+c\n", "mangled at its line 6"),
        (b"diff --cc x\n@@@ -1 -1 +1 @@@\n", "combined diff"),
        (b"diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 5\nLmmm\n\n", "mangled above its line"),
    ],
)
def test_a_mangled_patch_is_an_error_that_names_the_line(patch: bytes, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        parse_patch(patch)


PIECES = st.sampled_from(
    [
        *(b"--- a/x\n", b"+++ b/x\n", b"@@ -1 +1 @@\n", b"@@ -0,0 +1 @@\n", b"-a\n", b"+b\n", b"\\ No\n"),
        *(b"diff --git a/x b/x\n", b"GIT binary patch\n", b"literal 3\n", b"rename from \n", b"new file mode 100644\n"),
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.lists(PIECES, max_size=9).map(b"".join))
def test_any_bytes_are_a_patch_or_an_error_in_a_sentence(data: bytes) -> None:
    try:
        files = parse_patch(data)
    except UsageError as error:
        assert str(error).endswith(".")  # noqa: PT017
    else:
        patched(files, {"x": SnapshotFile(b"a\n")}.get)
