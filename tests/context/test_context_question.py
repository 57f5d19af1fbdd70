"""One question by a process that then ends: the same answer with and without an index, which is made after the answer is out."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copilot_tui.context import touches
from copilot_tui.context.disk import Disk
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.packed_outline import NO_OUTLINE, unpack_outline
from copilot_tui.context.question import Question
from copilot_tui.context.quick_outlines import QuickOutliner

Commit = Callable[[dict[str, str], str], None]
QUERY = "parsing of a discount is wrong"


def ask(root: Path, cache: Path, query: str = QUERY) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "copilot_tui", "context", query, "--repo", str(root), "--json"],
        env={**os.environ, "XDG_CACHE_HOME": str(cache)}, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stderr == b""
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def count(cache: Path, table: str) -> int:
    places = list(cache.glob("copilot-tui/context/*.sqlite"))
    if not places:
        return 0
    connection = sqlite3.connect(places[0])
    try:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()


def wait_for(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_the_index_is_made_after_the_first_answer_and_changes_nothing_of_it(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first = ask(shop, cache)
    assert first["files"][0]["path"] == "shop/prices.py"
    assert "def parse_discount(text):" in first["text"]
    assert first["notes"] == []
    wait_for(lambda: count(cache, "document") > 0 and count(cache, "outline") == count(cache, "document"))
    wait_for(lambda: count(cache, "value") >= 3)  # the commits, their head, what they touched
    later = ask(shop, cache)
    assert [one["path"] for one in later["files"]] == [one["path"] for one in first["files"]]
    assert later["text"] == first["text"]


def test_a_file_that_changed_since_is_found_by_what_it_holds_now(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    ask(shop, cache)
    wait_for(lambda: count(cache, "outline") > 0)
    (shop / "shop" / "voucher.py").write_text("def redeem_voucher(code):\n    return code.strip()\n")
    answer = ask(shop, cache, "redeem a voucher")
    assert answer["files"][0]["path"] == "shop/voucher.py"
    assert answer["items"][0]["reason"].startswith("defines redeem_voucher")


def test_what_a_later_question_adds_is_kept_as_well(root: Path, commit: Commit, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    commit(
        {f"shop/part{number}.py": f"def part{number}(cart):\n    return {number}\n" for number in range(40)}, "Begin"
    )
    ask(root, cache)
    wait_for(lambda: count(cache, "outline") == 40)
    for number in range(20):
        (root / "shop" / f"more{number}.py").write_text(f"def more{number}(cart):\n    return {number}\n")
    ask(root, cache)
    wait_for(lambda: count(cache, "document") == 60)
    wait_for(lambda: count(cache, "outline") == 60)


def test_a_question_between_two_steps_of_what_goes_on_behind_another_knows_all_that_commits_touched(
    root: Path, commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(touches, "_FIRST", 2)
    commit({"cart.py": "def total():\n    return 0\n"}, "Begin")
    commit({"cart.py": "def total():\n    return 1\n"}, "One")
    engine = ContextEngine(root, tmp_path)
    engine.update()
    engine.close()
    for number in range(2, 7):
        commit({"cart.py": f"def total():\n    return {number}\n"}, f"More {number}")
    for _ in range(2):
        question = Question(root, tmp_path)
        question.answer("total", 500)
        assert len(question._past.touches) == 7
        question._past.keep()  # the commits are in now, and the lines that they touched are not
        question.close()


_LATER = """
import os, sys
from pathlib import Path
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.question import answer_question
root, cache = Path(sys.argv[1]), Path(sys.argv[2])
engine = ContextEngine(root, cache)
engine.update()
engine.close()
(root / "shop" / "last.txt").write_text("nothing of it")
_, question = answer_question(root, "cart", 1, cache)
question.go_on()
ended = 0
try:
    while os.waitpid(-1, 0):
        ended += 1
except ChildProcessError:
    print(ended, "ended")
"""


def test_only_what_indexes_outlives_an_answer(root: Path, commit: Commit, tmp_path: Path) -> None:
    commit({f"shop/cart{number}.py": f"def cart{number}():\n    return {number}\n" for number in range(40)}, "Begin")
    done = subprocess.run(
        [sys.executable, "-c", _LATER, str(root), str(tmp_path)], capture_output=True, check=True, text=True, timeout=60
    )
    assert done.stdout == "1 ended\n", "the children that parse have ended before, though none of them was asked"


def test_a_cold_answer_is_that_of_a_whole_index(shop: Path, tmp_path: Path) -> None:
    (shop / "shop" / "rates.js").write_text(f"// {'é' * 1_500} parsing\nlet discount = '{'x' * 2_100}';\n")
    question = Question(shop, None)
    cold = question.answer(QUERY, 1_000)
    question.close()
    engine = ContextEngine(shop, tmp_path / "cache")
    engine.update()
    whole = engine.query(QUERY, 1_000)
    engine.close()
    assert "def parse_discount(text):" in str(cold["text"])
    assert "shop/rates.js" in str(cold["notes"])
    for part in ("files", "text", "items", "omitted", "notes"):
        assert cold[part] == whole[part], part
    assert not question.is_behind, "there is nowhere to keep an index"


def test_a_cache_that_cannot_be_written_is_said(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "copilot-tui").write_text("no folder")
    answer = ask(shop, tmp_path)
    assert answer["files"][0]["path"] == "shop/prices.py"
    assert "The cache folder cannot be written" in answer["notes"][0]


def test_two_at_once_leave_one_whole_index(shop: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    command = [sys.executable, "-m", "copilot_tui", "context", QUERY, "--repo", str(shop), "--json"]
    both = [
        subprocess.Popen(command, env={**os.environ, "XDG_CACHE_HOME": str(cache)}, stdout=subprocess.PIPE)
        for _ in range(2)
    ]
    texts = [json.loads(one.communicate()[0])["text"] for one in both]
    assert texts[0] == texts[1]
    wait_for(lambda: count(cache, "document") > 0)
    connection = sqlite3.connect(next(cache.glob("copilot-tui/context/*.sqlite")))
    blobs = [blob for (some,) in connection.execute("SELECT blobs FROM segment") for blob in some.split()]
    assert len(blobs) == len(set(blobs)) == connection.execute("SELECT count(*) FROM document").fetchone()[0]
    connection.close()


_BROKEN = """
import os, signal, sys, time
from pathlib import Path
from copilot_tui.context.disk import Disk
from copilot_tui.context.quick_outlines import QuickOutliner
from copilot_tui.syntax import outlined as symbols
real = symbols.outlined
def broken(path, data, *, keep):
    if "prices" in path:
        os.kill(os.getpid(), signal.SIGSEGV) if sys.argv[2] == "crash" else time.sleep(60)
    return real(path, data, keep=keep)
symbols.outlined = broken
disk = Disk(Path(sys.argv[1])); disk.forget()
files = [(1, "shop/cart.py"), (2, "shop/prices.py")]
found = QuickOutliner(disk, ["py"]).outline(files, 20.0 if sys.argv[2] == "crash" else 1.5)
print(sorted(found))
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("no child was left")
"""


def test_a_parser_that_crashes_or_hangs_costs_its_file_alone(shop: Path) -> None:
    for how in ("crash", "hang"):
        done = subprocess.run(
            [sys.executable, "-c", _BROKEN, str(shop), how], capture_output=True, check=True, text=True
        )
        assert done.stdout.splitlines() == ["[1]", "no child was left"], how


def test_outlines_are_made_on_the_spot(shop: Path) -> None:
    disk = Disk(shop)
    disk.forget()
    found = QuickOutliner(disk, ["toml", "py"]).outline(
        [(-1, "shop/cart.py"), (-2, "README.md"), (-3, "gone.py")], 30.0
    )
    assert [one[3] for one in unpack_outline(found[-1].data)[0]] == ["Cart", "__init__", "add", "total"]
    assert found[-3] == NO_OUTLINE
