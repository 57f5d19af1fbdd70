"""Outlines in the index: made by processes of their own, kept by content, and found by name."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.jobs import CRASHED, Job
from copilot_tui.context.packed_outline import bare_name, unpack_outline
from copilot_tui.context.workers import Workers

Commit = Callable[[dict[str, str], str], None]


def key_of(engine: ContextEngine, path: str) -> int:
    return next(key for key, files in engine.files().items() for one in files if one.path == path)


def test_an_index_holds_what_each_file_defines_and_refers_to(shop: Path, tmp_path: Path) -> None:
    engine = ContextEngine(shop, tmp_path / "cache")
    engine.update()
    engine.close()
    engine = ContextEngine(shop, tmp_path / "cache")  # from the disk
    engine.update(0.0)
    cart, prices = key_of(engine, "shop/cart.py"), key_of(engine, "shop/prices.py")
    found = engine.outlines.read([cart, prices])
    assert [(one.qualified_name, one.kind, one.first, one.last, one.doc) for one in found[cart].definitions] == [
        ("Cart", "class", 6, 17, "What a customer wants to buy."),
        ("Cart.__init__", "method", 9, 10, ""),
        ("Cart.add", "method", 12, 13, ""),
        ("Cart.total", "method", 15, 17, "The sum of all prices."),
    ]
    assert found[cart].references["price_of"] == [3, 17]
    uses = engine.outlines.uses("price_of")
    assert uses.definers == (prices,)
    assert uses.referrers == (cart,)
    assert engine.outlines.uses("").definers == ()


def test_an_edit_changes_the_outline_and_only_the_new_content_is_parsed(shop: Path, tmp_path: Path) -> None:
    engine = ContextEngine(shop, tmp_path / "cache")
    engine.update()
    before = key_of(engine, "shop/prices.py")
    (shop / "shop/prices.py").write_text("def rebate(item):\n    return 1\n")
    engine.update()
    after = key_of(engine, "shop/prices.py")
    assert after != before
    assert [one.name for one in engine.outlines.read([after])[after].definitions] == ["rebate"]
    assert not engine.outlines.missing(engine.files())


def test_a_first_answer_needs_no_outline(shop: Path) -> None:
    engine = ContextEngine(shop, None)
    engine.update(0.0)
    assert "def parse_discount" in str(engine.query("parse the discount", 500)["text"])
    assert engine.outlines.missing(engine.files()) == set(engine.files())


def test_a_file_that_was_shown_before_it_was_parsed_is_cut_anew_then(
    root: Path, commit: Commit, tmp_path: Path
) -> None:
    commit({"a.c": "static struct point\norigin(void) { return zero; }\nint\nother;\n"}, "Begin")
    engine = ContextEngine(root, tmp_path / "cache")
    engine.update(0.0)
    before = engine.source("a.c")
    engine.update()
    after = engine.source("a.c")
    assert before is not None
    assert after is not None
    assert "origin" in {one.name for one in after.definitions}
    assert before.definitions != after.definitions
    assert engine.source("a.c") is after


def test_a_bare_name_is_the_last_part() -> None:
    names = ["total", "Cart.total", "Cart::total", "save!", "~Cart", "operator==", "a b c"]
    assert [bare_name(one) for one in names] == ["total", "total", "total", "save!", "Cart", "", "c"]


_FAULTY = """
import os, sys
from pathlib import Path
from copilot_tui.context import worker
worker.SECONDS_PER_FILE = 0.3

def outliner(path, data):
    if b"crash" in data:
        os.kill(os.getpid(), 11)
    while b"hang" in data:
        pass
    return worker._parse(path, data)

worker.work(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer, outliner)
"""


def test_a_parser_that_crashes_or_hangs_costs_one_file(tmp_path: Path) -> None:
    texts = {number: f"def f{number}():\n    pass\n" for number in range(40)}
    texts |= {7: "crash", 20: "hang", 39: "crash"}
    for number, text in texts.items():
        (tmp_path / f"{number}.py").write_text(text)
    workers = Workers(tmp_path, 2)
    workers._command = [sys.executable, "-c", _FAULTY, str(tmp_path)]
    jobs = [Job(f"{number}.py", str(number), wants_terms=False, wants_outline=True) for number in texts]
    found = list(workers.read(jobs))
    processes = [one.process for one in workers._workers]
    workers.close()
    assert sorted(int(one.job.blob) for one in found) == sorted(texts)
    assert {int(one.job.blob) for one in found if one.reason == CRASHED} == {7, 20, 39}
    outlines = {int(one.job.blob): one.outline for one in found if one.outline is not None}
    assert {number: unpack_outline(outline.data)[0][0][3] for number, outline in outlines.items()} == {
        number: f"f{number}" for number in texts if number not in {7, 20, 39}
    }
    assert all(one.poll() is not None for one in processes)


def test_a_worker_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "copilot_tui.context.worker", str(tmp_path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    worker.communicate(timeout=60)
    assert worker.returncode == 0


def test_the_places_that_refer_to_names_are_told_once_the_index_is_whole(shop: Path, tmp_path: Path) -> None:
    engine = ContextEngine(shop, tmp_path / "cache")
    assert engine.referring(["price_of"]) is None
    engine.update()
    found = engine.referring(["price_of", "nothing_has_this_name"])
    assert found == {"price_of": ("shop/cart.py:3", "shop/cart.py:17"), "nothing_has_this_name": ()}
    (shop / "shop" / "new.py").write_text("from shop.prices import price_of\n\nprint(price_of(1))\n")
    engine.update(0.0)
    assert engine.referring(["price_of"]) is None, "a file without an outline may call anything"
    engine.update()
    assert (engine.referring(["price_of"]) or {})["price_of"][2:] == ("shop/new.py:1", "shop/new.py:3")
    engine.close()
