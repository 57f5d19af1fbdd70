"""What past commits touched, carried to the lines of today: checked against a real history."""

import subprocess
from bisect import bisect_right
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.context.touches import Hunk, Touch, Touches, begin_hunks, parse_hunks


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


def touched_lines(root: Path) -> dict[int, list[str]]:
    """By the age of each commit the lines of today that it touched, where each line is a piece of its own."""
    lines = (root / "cart.py").read_text().splitlines()
    found = touches_of(root).score("cart.py", list(range(1, len(lines) + 1)), len(lines), {})
    assert found is not None
    return {
        age: [line for line, fresh in zip(lines, found.fresh, strict=True) if fresh == pytest.approx(0.5 ** (age / 20))]
        for age in range(3)
    }


def test_a_touched_line_is_known_where_it_stands_today(root: Path) -> None:
    touched = touched_lines(root)
    assert touched[2] == ["line twenty"]
    assert touched[1] == ["head"] * 5
    assert touched[0] == ["line 2", "line 4"]


FIRSTS = [1, 6, 13, 23, 27]
LINES = 34


def test_newer_commits_and_those_that_the_query_is_like_count_more(root: Path) -> None:
    touches = touches_of(root)
    found = touches.score("cart.py", FIRSTS, LINES, {"round": 1.0, "tax": 1.0})
    assert found is not None
    heads, dropped, untouched, rounded, last = found.fresh
    assert dropped > heads > rounded > 0
    assert untouched == last == 0
    assert found.likest == [0, 0, 0, 0.5, 0]
    assert found.alike == [0, 0, 0, 0.25, 0]


def test_nothing_is_known_of_other_files_and_of_no_history(root: Path) -> None:
    assert touches_of(root).score("tax.py", [1], 2, {}) is None
    assert Touches().score("cart.py", FIRSTS, LINES, {}) is None
    assert parse_hunks(b"") == {}


def test_a_file_that_is_shorter_than_what_was_touched_is_read_to_its_end(root: Path) -> None:
    found = touches_of(root).score("cart.py", [1], 3, {})
    assert found is not None
    assert found.fresh[0] > 0


Edit = tuple[int, int, int]  # where, how many lines are taken out, how many are put in


@given(
    st.integers(0, 20),
    st.lists(st.lists(st.tuples(*[st.integers(0, 6)] * 3), max_size=3), max_size=5),
    st.integers(1, 6),
)
def test_a_piece_is_touched_by_whatever_touched_its_lines(size: int, edits: list[list[Edit]], step: int) -> None:
    """The same as following each line of each commit forward through the newer ones."""
    commits: list[Touch] = []
    for given_edits in edits:
        hunks: list[Hunk] = []
        old, shift = 1, 0
        for gap, out, put in given_edits:
            old += gap + (1 if hunks else 0)
            removed = min(out, size + 1 - old)
            if old > size + 1 or not (removed or put):
                break
            new = old + shift
            hunks.append((old if removed else old - 1, removed, new if put else new - 1, put))
            old += removed
            shift += put - removed
        size += shift
        commits.insert(0, ([], {"cart.py": hunks} if hunks else {}))
    firsts = list(range(1, size + 1, step))
    pieces = [bisect_right(firsts, line) - 1 for line in range(1, size + 1)]
    expected = [0.0] * len(firsts)
    for age, (_, files) in enumerate(commits):
        touched: set[int] = set()
        for _, _, new, put in files.get("cart.py", []):
            first, last = (new, new + put - 1) if put else (max(new, 1), new + 1)
            first, last = forward(first, commits[:age]), forward(last, commits[:age])
            if firsts and first <= size:
                touched.update(range(pieces[max(first, 1) - 1], pieces[max(min(last, size), 1) - 1] + 1))
        for piece in touched:
            expected[piece] += 0.5 ** (age / 20)
    found = Touches(commits).score("cart.py", firsts, size, {})
    assert (list(found.fresh) if found is not None else [0.0] * len(firsts)) == pytest.approx(expected)


def forward(line: int, newer: list[Touch]) -> int:
    """Where a line stands after some commits, newest first; a replaced one is where its replacement begins or ends."""
    for _, files in reversed(newer):
        shift = 0
        for old, removed, new, put in files.get("cart.py", []):
            begin = old if removed else old + 1
            if line < begin:
                break
            if line < begin + removed:
                line, shift = (min(new + line - old, new + put - 1) if put else new), 0
                break
            shift += put - removed
        line += shift
    return line


def test_what_was_followed_is_followed_again_only_where_something_changed(root: Path) -> None:
    first = touches_of(root)
    before = first.score("cart.py", FIRSTS, LINES, {})
    commits = git(root, "rev-list", "HEAD").split()
    read = parse_hunks(begin_hunks(root, commits).output())
    newest: Touch = ([], {"cart.py": [(2, 1, 2, 1)]})
    again = Touches([newest, *(read.get(commit, ([], {})) for commit in commits)], first.followed)
    alone = Touches([newest, *(read.get(commit, ([], {})) for commit in commits)])
    assert again.score("cart.py", FIRSTS, LINES, {}) == alone.score("cart.py", FIRSTS, LINES, {})
    assert again.score("cart.py", FIRSTS, LINES, {}) != before
    assert again.score("cart.py", [1, 3], LINES, {}) == alone.score("cart.py", [1, 3], LINES, {})


def test_two_questions_at_once_do_not_take_each_others_answers(root: Path) -> None:
    class Interrupted(dict[str, float]):
        """A question during which another is asked."""

        def get(self, term: str, default: float = 0.0) -> float:  # type: ignore[override]
            touches.score("cart.py", FIRSTS, LINES, other)
            return super().get(term, default)

    touches, other = touches_of(root), {"head": 1.0}
    alone = touches_of(root).score("cart.py", FIRSTS, LINES, other)
    expected = touches_of(root).score("cart.py", FIRSTS, LINES, {"round": 1.0})
    assert touches.score("cart.py", FIRSTS, LINES, Interrupted(round=1.0)) == expected != alone
    assert touches.score("cart.py", FIRSTS, LINES, other) == alone
