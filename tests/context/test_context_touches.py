"""What past commits touched, carried to the lines of today: checked against a real history."""

import subprocess
from pathlib import Path

import pytest

from copilot_tui.context.touches import Touches, begin_hunks, parse_hunks


def git(root: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Thirty numbered lines; then line 20 is changed, then five lines are put in front, then line 3 of the old ones is taken out."""
    git(tmp_path, "init", "--quiet")
    old = [f"line {number}" for number in range(1, 31)]
    for message, lines in (
        ("Begin", old),
        ("Round the total", [*old[:19], "line twenty", *old[20:]]),
        ("Head", [*["head"] * 5, *old[:19], "line twenty", *old[20:]]),
        ("Drop", [*["head"] * 5, *old[:2], *old[3:19], "line twenty", *old[20:]]),
    ):
        (tmp_path / "cart.py").write_text("\n".join(lines) + "\n")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", message)
    return tmp_path


def touches_of(root: Path) -> Touches:
    commits = git(root, "rev-list", "HEAD").split()
    read = parse_hunks(begin_hunks(root, commits).output())
    return Touches([read.get(commit, ([], {})) for commit in commits])


def test_a_touched_line_is_known_where_it_stands_today(root: Path) -> None:
    lines = (root / "cart.py").read_text().splitlines()
    spans = {commit: (first, last) for commit, first, last in touches_of(root).spans("cart.py")}
    assert lines[spans[2][0] - 1] == "line twenty"
    assert spans[2] == (24, 24)
    assert spans[1] == (1, 5)
    assert [lines[number - 1] for number in spans[0]] == ["line 2", "line 4"]


PIECES = ((1, 5), (6, 12), (13, 22), (23, 26), (27, 34))
PIECE_OF = [0, *(place for place, (first, last) in enumerate(PIECES) for _ in range(first, last + 1))]


def test_newer_commits_and_those_that_the_query_is_like_count_more(root: Path) -> None:
    touches = touches_of(root)
    found = touches.score("cart.py", PIECE_OF, len(PIECES), {"round": 1.0, "tax": 1.0})
    assert found is not None
    heads, dropped, untouched, rounded, last = found.fresh
    assert dropped > heads > rounded > 0
    assert untouched == last == 0
    assert found.likest == [0, 0, 0, 0.5, 0]
    assert found.alike == [0, 0, 0, 0.25, 0]


def test_nothing_is_known_of_other_files_and_of_no_history(root: Path) -> None:
    assert touches_of(root).score("tax.py", [0, 0, 0], 1, {}) is None
    assert Touches().score("cart.py", PIECE_OF, len(PIECES), {}) is None
    assert parse_hunks(b"") == {}


def test_a_file_that_is_shorter_than_what_was_touched_is_read_to_its_end(root: Path) -> None:
    found = touches_of(root).score("cart.py", [0, 0, 0, 0], 1, {})
    assert found is not None
    assert found.fresh[0] > 0
