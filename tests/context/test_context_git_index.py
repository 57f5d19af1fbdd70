"""Git's index read from its file: the same as git prints of it, or nothing where it is of another kind."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.context.git_call import GitCall
from copilot_tui.context.git_index import parse_index
from copilot_tui.context.tracked import IndexReader, parse_tracked

Commit = Callable[[dict[str, str], str], None]


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-c", "protocol.file.allow=always", *arguments], cwd=root, check=True, capture_output=True)


def index_of(root: Path) -> bytes:
    return (root / ".git/index").read_bytes()


@pytest.mark.parametrize("version", ["2", "3", "4"])
def test_it_is_what_git_prints(root: Path, commit: Commit, version: str) -> None:
    files = {
        f"{folder}/{'x' * number}.py": f"{folder} {number}\n" for folder in ("a", "a/b", "ä") for number in range(1, 20)
    }
    commit(files, "Begin")
    (root / "link").symlink_to("a")
    with open(bytes(root) + b"/caf\xe9.py", "wb") as file:  # noqa: PTH123  (a name that is no UTF-8)
        file.write(b"x")
    git(root, "submodule", "add", str(root), "inner")
    git(root, "add", "--all")
    if version == "3":
        (root / "meant.py").write_text("x = 1\n")
        git(root, "add", "--intent-to-add", "meant.py")
    git(root, "update-index", "--index-version", version)
    found = parse_index(index_of(root))
    printed = parse_tracked(GitCall(root, "ls-files", "-z", "--stage", "--debug").output(), 0)
    assert found == (printed.files, printed.links)
    assert {"link", "inner"} <= printed.links
    assert index_of(root)[7] == int(version)


def test_a_conflict_has_no_content(root: Path, commit: Commit) -> None:
    commit({"a.py": "x = 0\n"}, "Begin")
    git(root, "checkout", "-b", "other")
    commit({"a.py": "x = 1\n"}, "One")
    git(root, "checkout", "main")
    commit({"a.py": "x = 2\n"}, "Two")
    subprocess.run(["git", "merge", "other"], cwd=root, check=False, capture_output=True)
    found = parse_index(index_of(root))
    assert found is not None
    printed = parse_tracked(GitCall(root, "ls-files", "-z", "--stage", "--debug").output(), 0)
    for paths, _, blobs, _ in (found[0], printed.files):
        assert list(zip(paths, blobs, strict=True)) == [("a.py", "")]


def test_an_index_of_another_kind_is_left_to_git(root: Path, commit: Commit, tmp_path: Path) -> None:
    commit({f"{number}.py": f"x = {number}\n" for number in range(20)}, "Begin")
    whole = index_of(root)
    assert [parse_index(whole[:length]) for length in range(len(whole))] == [None] * len(whole)
    git(root, "update-index", "--split-index")
    assert parse_index(index_of(root)) is None
    reader = IndexReader(root)
    reader.begin()
    assert len(reader.tracked().files.paths) == 20
    other = tmp_path / "other"
    git(tmp_path, "init", "--object-format=sha256", "other")
    (other / "a.py").write_text("x = 1\n")
    git(other, "add", "--all")
    assert parse_index(index_of(other)) is None
    reader = IndexReader(other)
    reader.begin()
    assert [len(blob) for blob in reader.tracked().files.blobs] == [64]
