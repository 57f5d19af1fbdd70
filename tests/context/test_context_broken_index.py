"""Whatever values the file of an index holds: a question is answered as without it, and nobody sees a traceback."""

import marshal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.question import Question
from copilot_tui.context.store import Store
from copilot_tui.context.touches import MOST_TOUCHING

Commit = Callable[[dict[str, str], str], None]

QUERY = "parse the discount"
BROKEN = [
    "UPDATE segment SET sizes = substr(sizes, 1, 6)",
    "UPDATE segment SET sizes = substr(sizes, 1, 4)",
    "UPDATE segment SET sizes = 'abcd'",
    "UPDATE segment SET blobs = substr(blobs, 45)",
    "UPDATE segment SET segment = 9000000000000",
    "UPDATE document SET sums = x'01'",
    "UPDATE outline SET data = x'01'",
    "UPDATE outline SET data = x'e9'",
    "UPDATE small SET ends = x'0102'",
    "UPDATE name SET data = x'01'",
    "UPDATE value SET data = x'e9'",
    "UPDATE value SET data = x'5b' WHERE name = 'touches'",
    "UPDATE value SET data = x'54' WHERE name = 'commits'",
]  # fmt: skip


def whole(shop: Path, cache: Path) -> str:
    """An index with everything; gives what it answers."""
    engine = ContextEngine(shop, cache)
    engine.update()
    text = str(engine.query(QUERY, 1_000)["text"])
    engine.close()
    return text


def spoil(cache: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(next(cache.rglob("*.sqlite")))) as connection, connection:
        assert connection.execute(statement, values).rowcount > 0, "there is something to break"


@pytest.mark.parametrize("statement", BROKEN)
def test_broken_values_cost_the_index_and_no_answer(shop: Path, tmp_path: Path, statement: str) -> None:
    cache, other = tmp_path / "cache", tmp_path / "other"
    expected = whole(shop, cache)
    whole(shop, other)
    spoil(cache, statement)
    spoil(other, statement)
    question = Question(shop, cache)
    assert question.answer(QUERY, 1_000)["text"] == expected
    question.close()
    assert whole(shop, other) == expected
    assert whole(shop, other) == expected, "and it is whole again"


def test_a_broken_name_of_a_table_costs_the_index_and_no_answer(shop: Path, tmp_path: Path) -> None:
    expected = whole(shop, tmp_path)
    place = next(tmp_path.rglob("*.sqlite"))
    place.write_bytes(place.read_bytes().replace(b"CREATE TABLE segment", b"CREATE TABLE \xee\xeegment"))
    assert whole(shop, tmp_path) == expected


def test_an_error_that_no_index_causes_is_shown(shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("a mistake of ours")

    engine = ContextEngine(shop, tmp_path)
    engine.update()
    monkeypatch.setattr(Store, "postings", fail)
    with pytest.raises(ValueError, match="a mistake of ours"):
        engine.query(QUERY, 1_000)
    engine.close()


@pytest.mark.parametrize("touched", ["abc\0def", "\ud800", "0" * 40, "--all", "", 7])
def test_a_kept_commit_that_is_none_is_no_commit(
    root: Path, commit: Commit, tmp_path: Path, touched: str | int
) -> None:
    for number in range(3):
        commit({"cart.py": f"def total():\n    return {number}\n"}, f"Commit {number}")
    whole(root, tmp_path)
    spoil(tmp_path, "UPDATE value SET data = ? WHERE name = 'touched'", marshal.dumps(touched, 2))
    commit({"cart.py": "def total():\n    return 7\n"}, "One more")
    question = Question(root, tmp_path)
    question.answer("total", 500)
    assert len(question._past.touches) == 4
    question.close()


def test_commits_are_known_where_those_that_were_known_are_gone(root: Path, commit: Commit, tmp_path: Path) -> None:
    for number in range(5):
        commit({"cart.py": f"def total():\n    return {number}\n"}, f"Commit {number}")
    whole(root, tmp_path)
    subprocess.run(["git", "reset", "--quiet", "--hard", "HEAD~1"], cwd=root, check=True)
    commit({"cart.py": "def total():\n    return 10\n"}, "Another way")
    subprocess.run(["git", "reflog", "expire", "--expire=now", "--all"], cwd=root, check=True)
    subprocess.run(["git", "gc", "--quiet", "--prune=now"], cwd=root, check=True)
    question = Question(root, tmp_path)
    question.answer("total", 500)
    assert len(question._past.touches) == 5 < MOST_TOUCHING
    question.close()


def test_what_another_process_keeps_while_it_is_read_is_no_past_with_a_gap(
    root: Path, commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        commit({"cart.py": f"def total():\n    return {number}\n"}, f"Commit {number}")
    whole(root, tmp_path)
    for number in range(3, 6):
        commit({"cart.py": f"def total():\n    return {number}\n"}, f"Commit {number}")
    read, asked = Store.value, list[str]()

    def value(store: Store, name: str) -> object:
        found = read(store, name)
        if name not in asked:
            asked.append(name)
            if len(asked) in {1, 3}:  # between the first and the second of commits, and of touched lines
                monkeypatch.setattr(Store, "value", read)
                whole(root, tmp_path)
                monkeypatch.setattr(Store, "value", value)
        return found

    monkeypatch.setattr(Store, "value", value)
    question = Question(root, tmp_path)
    question.answer("total", 500)
    assert (len(question._past._order), len(question._past.touches)) == (6, 6)
    question.close()
