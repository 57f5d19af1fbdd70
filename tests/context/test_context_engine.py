"""The context engine on real repositories: what is found, what is shown, and what is never read."""

import io
import json
import os
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.context.command import run_query, serve
from copilot_tui.context.database import Database
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.filling import Order
from copilot_tui.context.vectors import Vectors
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile

Commit = Callable[[dict[str, str], str], None]


def paths_of(answer: dict[str, object]) -> list[str]:
    files = answer["files"]
    assert isinstance(files, list)
    return [one["path"] for one in files]


def engine_of(root: Path, cache: Path | None = None) -> ContextEngine:
    engine = ContextEngine(root, cache)
    engine.update()
    return engine


def test_a_query_finds_the_file_that_defines_what_it_names(shop: Path, tmp_path: Path) -> None:
    answer = run_query(shop, "parsing of a discount is wrong", 1_000, tmp_path / "cache")
    assert paths_of(answer)[0] == "shop/prices.py"
    assert "def parse_discount(text):" in answer["text"]
    assert "defines parse_discount" in answer["items"][0]["reason"]


def test_the_lines_that_are_claimed_are_in_the_text(shop: Path, tmp_path: Path) -> None:
    answer = run_query(shop, "the total of the cart", 300, tmp_path / "cache")
    for one in answer["files"]:
        lines = (shop / one["path"]).read_text().split("\n")
        for first, last in one["ranges"]:
            assert all(line in answer["text"] for line in lines[first - 1 : last])


@pytest.mark.parametrize("budget", [1, 20, 100, 1_000, 16_000])
def test_the_text_stays_within_the_budget(shop: Path, tmp_path: Path, budget: int) -> None:
    answer = run_query(shop, "the total of the cart and its prices", budget, tmp_path / "cache")
    assert len(answer["text"]) <= budget * 4


def test_code_comes_before_its_test_and_the_prose(shop: Path, tmp_path: Path) -> None:
    found = paths_of(run_query(shop, "total of the cart", 1_000, tmp_path / "cache"))
    assert found.index("shop/cart.py") < found.index("tests/test_cart.py")
    assert found.index("shop/cart.py") < found.index("README.md")


def test_past_messages_point_to_files_whose_text_says_nothing(root: Path, commit: Commit) -> None:
    commit({"a.py": "x = 1\n", "b.py": "y = 1\n"}, "Begin")
    for number in range(3):
        commit({"b.py": f"y = {number + 2}\n"}, f"Repair the flux capacitor {number}")
    assert paths_of(engine_of(root).query("the flux capacitor overheats", 500))[0] == "b.py"


def test_the_index_follows_edits_new_files_and_removals(shop: Path, tmp_path: Path) -> None:
    engine = engine_of(shop, tmp_path / "cache")
    (shop / "shop" / "voucher.py").write_text("def redeem_voucher(code):\n    return code\n")
    (shop / "shop" / "cart.py").write_text("def quantum_basket():\n    return 1\n")
    (shop / "shop" / "prices.py").unlink()
    engine.update()
    assert paths_of(engine.query("redeem voucher", 500))[0] == "shop/voucher.py"
    assert paths_of(engine.query("quantum basket", 500))[0] == "shop/cart.py"
    assert "shop/prices.py" not in paths_of(engine.query("parse discount", 500))


def test_a_second_opening_reads_no_file_again(shop: Path, tmp_path: Path) -> None:
    run_query(shop, "cart", 500, tmp_path / "cache")
    (database,) = (tmp_path / "cache" / "context").glob("*.sqlite")
    with sqlite3.connect(database) as connection:
        before = connection.execute("SELECT count(*), max(key) FROM document").fetchone()
    run_query(shop, "cart", 500, tmp_path / "cache")
    with sqlite3.connect(database) as connection:
        assert connection.execute("SELECT count(*), max(key) FROM document").fetchone() == before


def test_files_of_which_nothing_is_shown_are_named_at_the_end(shop: Path, commit: Commit) -> None:
    commit(
        {f"shop/tax{number}.py": f"def tax_{number}(cart):\n" + "    cart.add(1)\n" * 30 for number in range(9)},
        "Taxes",
    )
    answer = engine_of(shop).query("tax of a cart", 500)
    text = str(answer["text"])
    shown, _, told = text.partition("Also likely:\n")
    assert told
    files = answer["files"]
    assert isinstance(files, list)
    unseen = [one["path"] for one in files if not one["ranges"]]
    assert told.splitlines() == unseen[: len(told.splitlines())]
    assert not any(path in shown for path in told.splitlines())
    assert len(text) <= 2_000


def test_a_broken_cache_is_built_anew(shop: Path, tmp_path: Path) -> None:
    run_query(shop, "cart", 500, tmp_path / "cache")
    (database,) = (tmp_path / "cache" / "context").glob("*.sqlite")
    for ending in ("-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    database.write_bytes(b"this is no database" * 100)
    assert paths_of(run_query(shop, "parse discount", 500, tmp_path / "cache"))[0] == "shop/prices.py"


def test_an_index_of_another_version_is_not_read(shop: Path, tmp_path: Path) -> None:
    run_query(shop, "cart", 500, tmp_path / "cache")
    (database,) = (tmp_path / "cache" / "context").glob("*.sqlite")
    with sqlite3.connect(database) as connection:
        connection.execute("DELETE FROM small")
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    assert paths_of(run_query(shop, "parse discount", 500, tmp_path / "cache"))[0] == "shop/prices.py"


def test_an_index_that_has_outgrown_its_files_is_made_anew_and_keeps_the_vectors(shop: Path, tmp_path: Path) -> None:
    engine = engine_of(shop, tmp_path / "cache")
    engine.vectors.add("mark", {"blob": [1.0, 0.0]})
    engine.close()
    place = next((tmp_path / "cache").rglob("*.sqlite"))

    def opened(most: int, *, is_old: bool) -> tuple[int, set[str]]:
        if is_old:
            with closing(sqlite3.connect(place)) as connection, connection:
                connection.execute("UPDATE value SET data = ? WHERE name = 'made'", (b"1000000000",))
        database = Database(place, most=most)
        counted = database.rows("SELECT count(*) FROM document")[0][0]
        vectors = Vectors(database).known("mark")
        database.close()
        return counted, vectors

    assert opened(10**9, is_old=True)[0] > 0, "it is small enough"
    assert opened(1, is_old=True) == (0, {"blob"})
    engine_of(shop, tmp_path / "cache").close()
    assert opened(1, is_old=False)[0] > 0, "it was made just now"


@pytest.mark.parametrize("tracked", [10, 600])
def test_how_much_an_index_may_hold_goes_by_what_git_tracks_also_in_a_work_tree_beside_others(
    shop: Path, tmp_path: Path, tracked: int
) -> None:
    linked, cache = tmp_path / "linked", tmp_path / "cache"
    subprocess.run(["git", "worktree", "add", "-q", str(linked)], cwd=shop, check=True)
    blob = subprocess.run(["git", "rev-parse", "HEAD:README.md"], cwd=shop, check=True, capture_output=True, text=True)
    entries = "".join(f"100644 {blob.stdout.strip()}\tmore/{number}.md\n" for number in range(tracked))
    subprocess.run(["git", "update-index", "--index-info"], cwd=linked, check=True, input=entries, text=True)
    engine_of(linked, cache).close()
    with closing(sqlite3.connect(next(cache.rglob("*.sqlite")))) as connection, connection:
        connection.execute("UPDATE value SET data = ? WHERE name = 'made'", (b"1000000000",))
        connection.execute("INSERT INTO value VALUES ('much', zeroblob(70000000))")
    ContextEngine(linked, cache).close()
    with closing(sqlite3.connect(next(cache.rglob("*.sqlite")))) as connection:
        assert bool(connection.execute("SELECT count(*) FROM document").fetchone()[0]) is (tracked == 600)


def test_a_cache_that_cannot_be_made_is_said_and_does_without(shop: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    answer = run_query(shop, "parse discount", 500, blocked)
    assert paths_of(answer)[0] == "shop/prices.py"
    assert any("cache" in note for note in answer["notes"])


def test_two_engines_on_one_cache_answer_alike(shop: Path, tmp_path: Path) -> None:
    first, second = engine_of(shop, tmp_path / "cache"), engine_of(shop, tmp_path / "cache")
    (shop / "new.py").write_text("def teleport():\n    return 1\n")
    first.update()
    second.update()
    assert first.query("teleport", 500) == second.query("teleport", 500)
    assert paths_of(first.query("teleport", 500))[0] == "new.py"


@pytest.mark.parametrize("name", [".env", "keys/id_rsa", "server.pem", "credentials.json"])
def test_files_of_secrets_are_never_read(root: Path, commit: Commit, name: str) -> None:
    commit({name: "PASSWORD = 'swordfish'\n", "a.py": "x = 1\n"}, "Begin")
    answer = engine_of(root).query("swordfish password", 1_000)
    assert name not in paths_of(answer)
    assert "swordfish" not in str(answer["text"])


def test_links_are_never_followed(root: Path, commit: Commit, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("swordfish = 1\n")
    (root / "folder").symlink_to(outside)
    (root / "file.py").symlink_to(outside / "secret.py")
    commit({"a.py": "x = 1\n"}, "Begin")
    (root / "late").mkdir()
    (root / "late" / "b.py").write_text("y = 1\n")
    subprocess.run(["git", "add", "late"], cwd=root, check=True)
    (root / "late" / "b.py").unlink()
    (root / "late").rmdir()
    (outside / "b.py").write_text("swordfish = 2\n")
    (root / "late").symlink_to(outside)
    assert "swordfish" not in str(engine_of(root).query("swordfish", 1_000)["text"])


def test_a_repository_without_commits_or_files_answers(root: Path) -> None:
    assert engine_of(root).query("anything", 500)["text"] == ""
    (root / "a.py").write_text("def anything():\n    return 1\n")
    assert paths_of(engine_of(root).query("anything", 500)) == ["a.py"]


def test_strange_files_do_no_harm(root: Path, commit: Commit) -> None:
    (root / "data.py").write_bytes(b"\0" * 100)
    (root / "long.js").write_text("var swordfish = 1;" + "x" * 900_000)
    (root / "huge.py").write_bytes(b"y = 1\n" * 400_000)
    (root / "pointer.py").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\n")
    (root / "latin.py").write_bytes("def caf\xe9():\n    return 1\n".encode("latin-1"))
    raw = os.fsencode(root) + b"/b\xff.py"
    with open(raw, "wb") as file:  # noqa: PTH123  (a name that is no UTF-8)
        file.write(b"def marmalade():\n    return 1\n")
    commit({"a.py": "def ordinary():\n    return 1\n"}, "Begin")
    engine = engine_of(root)
    assert paths_of(engine.query("ordinary", 500))[0] == "a.py"
    assert paths_of(engine.query("marmalade", 500))[0] == r"b\xff.py"
    json.dumps(engine.query("marmalade swordfish", 500), ensure_ascii=False).encode()


def test_a_file_that_vanishes_or_may_not_be_read_is_left_out(shop: Path) -> None:
    engine = engine_of(shop)
    (shop / "shop" / "prices.py").unlink()
    assert "def parse_discount" not in str(engine.query("parse discount", 500)["text"])
    (shop / "shop" / "locked.py").mkdir()
    engine.update()


def test_nothing_is_written_to_the_repository(shop: Path, tmp_path: Path) -> None:
    def state() -> list[tuple[str, int]]:
        return sorted((str(one), one.lstat().st_mtime_ns) for one in shop.rglob("*"))

    before = state()
    run_query(shop, "cart", 500, tmp_path / "cache")
    assert state() == before


def test_invisible_characters_do_not_reach_the_text(root: Path, commit: Commit) -> None:
    commit({"a.py": "def hid\u200bden():\n    return '\U000e0041\u202e'\n"}, "Begin")
    text = str(engine_of(root).query("def return", 500)["text"])
    assert text
    assert not {"\u200b", "\u202e", "\U000e0041"} & set(text)


def request_of(path: str, lines: LineRange | None = None) -> Request:
    return Request("sum the prices", Target(path, lines), AutonomyLevel.FILE)


def snapshot_of(root: Path, *paths: str) -> Snapshot:
    return Snapshot({path: SnapshotFile((root / path).read_bytes()) for path in paths}, frozenset(paths))


def test_the_target_comes_first_and_is_marked(shop: Path) -> None:
    request = request_of("shop/cart.py", LineRange(15, 17))
    pack = ContextEngine(shop, None).pack(Order(request, "parse discount", 1_000, snapshot_of(shop, "shop/cart.py")))
    assert pack.items[0].path == "shop/cart.py"
    assert pack.items[0].text.startswith("Target: shop/cart.py\n")
    assert pack.items[0].reason == "the target, lines 15-17"
    assert "def total(self):" in pack.items[0].text
    assert pack.text == "".join(one.text for one in pack.items)
    assert pack.tokens <= 1_000


def test_the_target_of_a_small_budget_shows_its_own_lines(root: Path, commit: Commit) -> None:
    commit({"big.py": "".join(f"def f{n}():\n    return {n}\n\n\n" for n in range(500))}, "Begin")
    request = request_of("big.py", LineRange(1_001, 1_002))
    pack = ContextEngine(root, None).pack(Order(request, "x", 200, snapshot_of(root, "big.py")))
    assert "def f250():\n    return 250" in pack.items[0].text
    assert len(pack.text) <= 800


def test_rules_files_near_the_target_are_in_as_data(root: Path, commit: Commit) -> None:
    commit(
        {"AGENTS.md": "Be brief.\n", "a/AGENTS.md": "No tabs.\n", "b/AGENTS.md": "Other.\n", "a/x.py": "x = 1\n"},
        "Begin",
    )
    pack = ContextEngine(root, None).pack(Order(request_of("a/x.py"), "x", 1_000, snapshot_of(root, "a/x.py")))
    rules = [one for one in pack.items if one.reason == "rules of the repository"]
    assert [one.path for one in rules] == ["AGENTS.md", "a/AGENTS.md"]
    assert "data, not orders" in rules[0].text
    assert [one.path for one in pack.items][:3] == ["a/x.py", "AGENTS.md", "a/AGENTS.md"], "the target comes first"


def test_other_rules_files_stand_in_where_agents_is_missing(root: Path, commit: Commit) -> None:
    commit(
        {"CLAUDE.md": "Be brief.\n", ".cursorrules": "Be long.\n", "a/.cursorrules": "No tabs.\n", "a/x.py": "x = 1\n"},
        "Begin",
    )
    pack = ContextEngine(root, None).pack(Order(request_of("a/x.py"), "x", 1_000, snapshot_of(root, "a/x.py")))
    rules = [one.path for one in pack.items if one.reason == "rules of the repository"]
    assert rules == ["CLAUDE.md", "a/.cursorrules"]


def test_a_dropped_file_is_out_and_a_pinned_one_in(shop: Path) -> None:
    engine = ContextEngine(shop, None)
    pinned, dropped = frozenset({"README.md"}), frozenset({"shop/prices.py"})
    pack = engine.pack(Order(None, "parse discount", 1_000, pinned=pinned, dropped=dropped))
    assert "shop/prices.py" not in {one.path for one in pack.items}
    assert [one.pinned for one in pack.items if one.path == "README.md"] == [True]


def test_candidates_name_what_they_define(shop: Path) -> None:
    found = ContextEngine(shop, None).candidates(Order(None, "discount", 0), 3)
    assert found[0][0] == "shop/prices.py"
    assert "parse_discount" in found[0][1]


def test_serving_answers_every_line(shop: Path, tmp_path: Path) -> None:
    orders = [
        {"op": "index", "repo": str(shop)},
        {"op": "query", "repo": str(shop), "query": "parse discount", "budget": 500},
        {"op": "query", "repo": str(tmp_path / "nowhere"), "query": "x", "budget": 500},
        {"op": "dance", "repo": str(shop)},
    ]
    given = b"\n".join(json.dumps(one).encode() for one in orders) + b"\nno json\n[1]\n"
    answers = io.BytesIO()
    serve(io.BytesIO(given), answers, tmp_path / "cache")
    found = [json.loads(line) for line in answers.getvalue().splitlines()]
    assert len(found) == 6
    assert found[0] == {"files": [], "text": "", "tokens": 0}
    assert found[1]["files"][0]["path"] == "shop/prices.py"
    assert all("error" in one for one in found[2:])


def test_what_links_a_file_to_the_best_matches_is_said(root: Path, commit: Commit, tmp_path: Path) -> None:
    totals = "".join(
        f"def total_of_cart_{number}(cart):\n    cart.total = 1\n    return levy(cart)\n\n\n" for number in range(8)
    )
    commit({"cart.py": totals, "tax.py": "def levy(goods):\n    value = goods.sum\n    return value * 2\n"}, "Begin")
    engine = engine_of(root, tmp_path / "cache")
    items = engine.query("the total of the cart", 1_000)["items"]
    assert isinstance(items, list)
    reasons = {one["path"]: one["reason"] for one in items}
    assert "defines what the best matches use" in reasons["tax.py"]
    assert "best matches" not in reasons["cart.py"]
    engine.close()
