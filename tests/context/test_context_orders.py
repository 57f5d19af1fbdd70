"""Orders in lines of JSON: whatever a line holds, it is an order of the right types or one sentence."""

import io
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot_tui.context.command import serve
from copilot_tui.context.orders import MOST_QUERY, read_lines, read_order
from copilot_tui.errors import RepositoryError, UsageError

QUERY = {"op": "query", "repo": ".", "query": "tax"}


def line_of(**fields: object) -> bytes:
    return json.dumps({**QUERY, **fields}).encode()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b'{"a":' * 100_000, "no JSON"),
        (b'{"op":"query","repo":".","query":"tax","budget":' + b"9" * 5_000 + b"}", "no JSON"),
        (b"[]", "no JSON object"),
        (b"null", "no JSON object"),
        (b"{}", "op is index or query"),
        (line_of(op="dance"), "op is index or query"),
        (line_of(op=["query"]), "op is index or query"),
        (b'{"op":"query","query":"tax"}', "repo is the path"),
        (line_of(repo=None), "repo is the path"),
        (line_of(repo=["."]), "repo is the path"),
        (line_of(query=None), "what is looked for"),
        (line_of(query={"a": 1}), "query is a text"),
        (line_of(at=5), "at is a text"),
        (line_of(level=7), "level is a text"),
        (line_of(pin=[5]), "pin is a list of paths"),
        (line_of(drop={"a": 1}), "drop is a list of paths"),
        *[
            (line_of(budget=one), "from 1 upwards")
            for one in (0, -5, "abc", True, 2.5, [1], float("inf"), float("nan"))
        ],
    ],
    ids=range(26),
)
def test_what_is_no_order_is_one_sentence(line: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said) as told:
        read_order(line)
    assert str(told.value).endswith(".")
    answers = io.BytesIO()
    serve(io.BytesIO(line + b"\n" + line + b"\n"), answers, None)
    assert [json.loads(one)["error"] for one in answers.getvalue().splitlines()] == [str(told.value)] * 2


def test_fields_that_are_not_given_have_their_usual_values() -> None:
    assert read_order(line_of()) == {**QUERY, "budget": None, "pin": [], "drop": []}
    given = read_order(line_of(budget=1e3, pin="a.py", drop=["b.py"]))
    assert (given["budget"], given["pin"], given["drop"]) == (1_000, ["a.py"], ["b.py"])
    assert read_order(b'{"op": "index", "repo": "."}')["query"] == ""


def test_any_bytes_are_a_query_and_of_a_huge_one_the_beginning_counts() -> None:
    assert read_order(b'\xef\xbb\xbf{"op":"query","repo":".","query":"\xff tax"}')["query"] == "\udcff tax"
    assert len(read_order(line_of(query="tax " * MOST_QUERY))["query"]) == MOST_QUERY


def test_a_line_without_end_is_not_held_and_the_next_one_is_read() -> None:
    lines = list(read_lines(io.BytesIO(b"x" * 5_000 + b"\n\n  \n" + line_of()), most=1_000))
    assert [len(line) for line in lines] == [1_001, len(line_of())]
    with pytest.raises(UsageError, match="longer than"):
        read_order(lines[0], most=1_000)


def test_a_folder_that_is_no_repository_is_said_each_time(shop: Path, tmp_path: Path) -> None:
    def refuse(root: Path) -> None:
        raise RepositoryError(f"{root.name} is none.")

    empty = tmp_path / "empty"
    empty.mkdir()
    orders = [line_of(repo=str(empty)), line_of(repo=str(empty)), line_of(repo=str(shop), query="discount")]
    answers = io.BytesIO()
    serve(io.BytesIO(b"\n".join(orders)), answers, tmp_path / "cache", check=refuse)
    first, second, third = map(json.loads, answers.getvalue().splitlines())
    assert first["error"] == second["error"] == "empty is none."
    assert third["files"][0]["path"] == "shop/prices.py"


def test_a_repository_that_is_none_any_more_is_said(shop: Path, tmp_path: Path) -> None:
    def refuse(root: Path) -> None:
        raise RepositoryError(f"{root.name} is none.")

    def orders() -> Iterator[bytes]:
        yield line_of(op="index", repo=str(shop))
        shutil.rmtree(shop)
        shop.mkdir()
        yield line_of(op="index", repo=str(shop))
        yield line_of(repo=str(shop))

    class Given(io.BytesIO):
        lines = orders()

        def readline(self, _: int | None = -1, /) -> bytes:
            return next(self.lines, b"")

    answers = io.BytesIO()
    serve(Given(), answers, tmp_path / "cache", check=refuse)
    first, *later = map(json.loads, answers.getvalue().splitlines())
    assert "error" not in first
    assert [one["error"] for one in later] == [f"{shop.name} is none."] * 2


def test_without_a_budget_it_is_the_commands_and_a_folder_within_stands_for_its_repository(
    shop: Path, tmp_path: Path
) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path / "new")], check=True)
    orders = [line_of(repo=str(shop / "shop"), query="discount"), line_of(repo=str(tmp_path / "new"))]
    answers = io.BytesIO()
    serve(io.BytesIO(b"\n".join(orders)), answers, tmp_path / "cache")
    found, new = map(json.loads, answers.getvalue().splitlines())
    assert found["files"][0]["path"] == "shop/prices.py"
    assert "def parse_discount" in found["text"]
    assert new["notes"] == ["There is no file with text in this repository yet."]
