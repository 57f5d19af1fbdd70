"""A large repository: the first answer begins with what is named like the query, and a process of its own indexes the rest."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from copilot_tui.context.background import BackgroundIndex
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.order import in_order

Commit = Callable[[dict[str, str], str], None]
_PATIENCE = 60.0  # seconds, on a machine that does much else


def wait_for(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + _PATIENCE
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_is_named_like_the_query_is_indexed_first_then_code_near_the_root() -> None:
    paths = ["a/b/deep.py", "README.md", "tests/test_x.py", "top.py", "x.min.js", "a/Refund_parcel.md", "a/parcel.py"]
    found = [path for path, _ in in_order([(path, "") for path in paths], "refund the parcels")]
    assert found[0] == "a/Refund_parcel.md"
    assert found[1:] == ["a/parcel.py", "top.py", "a/b/deep.py", "tests/test_x.py", "README.md", "x.min.js"]


def test_without_a_hint_no_file_is_lost() -> None:
    paths = [f"{number % 3}/{number}.{'py' if number % 2 else 'md'}" for number in range(50)]
    assert sorted(path for path, _ in in_order([(path, "") for path in paths])) == sorted(paths)


def test_another_process_fills_the_index_and_the_engine_takes_it(shop: Path, tmp_path: Path) -> None:
    background = BackgroundIndex(shop, tmp_path / "cache")
    engine = ContextEngine(shop, tmp_path / "cache")
    engine.update()
    (shop / "late.py").write_text("def teleport():\n    return 1\n")
    background.start(is_once=True)
    wait_for(lambda: not background.is_running)
    background.close()
    store_only = ContextEngine(shop, tmp_path / "cache")
    assert store_only.index_some(0.0), "nothing was left to be indexed"
    engine.update(0.0)
    assert "def teleport" in str(engine.query("teleport", 500)["text"])


def test_it_ends_with_the_program_that_started_it_even_if_that_is_killed(root: Path, tmp_path: Path) -> None:
    for number in range(3_000):  # enough to be at work for a while
        (root / f"f{number}.py").write_text(f"def f{number}():\n    return {number}\n" * 40)
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from copilot_tui.context.background import BackgroundIndex\n"
        "index = BackgroundIndex(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "index.start()\n"
        "print(index._process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(root), str(tmp_path / "cache")], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_alive(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.communicate()
    wait_for(lambda: not is_alive(child))
    assert not ContextEngine(root, tmp_path / "cache").index_some(0.0), "it was at work when it ended"


def test_closing_the_engine_ends_it(shop: Path, tmp_path: Path) -> None:
    background = BackgroundIndex(shop, tmp_path / "cache")
    background.start()
    assert background._process is not None
    process = background._process.pid
    background.close()
    assert not is_alive(process)
    assert not background.is_running


def test_what_is_saved_or_checked_out_is_indexed_without_a_question(shop: Path, commit: Commit, tmp_path: Path) -> None:
    engine = ContextEngine(shop, tmp_path / "cache")
    engine.keep_indexed()
    reader = ContextEngine(shop, tmp_path / "cache")

    def defines(name: str) -> bool:
        return bool(reader.outlines.uses(name).definers)

    wait_for(lambda: defines("parse_discount"))
    (shop / "shop/late.py").write_text("def teleport():\n    return 1\n")  # untracked
    wait_for(lambda: defines("teleport"))
    (shop / "new").mkdir()
    (shop / "new/deep.py").write_text("def burrow():\n    return 1\n")  # in a folder that was not there
    wait_for(lambda: defines("burrow"))
    commit({"shop/cart.py": "def rewritten():\n    return 1\n"}, "Rewrite")
    wait_for(lambda: defines("rewritten"))
    subprocess.run(["git", "stash", "--include-untracked", "--quiet"], cwd=shop, check=True)
    (shop / "shop/prices.py").write_text("def stashed():\n    return 1\n")
    subprocess.run(["git", "stash", "--quiet"], cwd=shop, check=True)
    subprocess.run(["git", "checkout", "--quiet", "HEAD~1"], cwd=shop, check=True)
    (shop / "shop/prices.py").write_text("def afterwards():\n    return 1\n")
    wait_for(lambda: defines("afterwards"))
    engine.close()
    reader.close()


def test_what_a_rebase_makes_of_two_commits_is_indexed_without_a_question(
    root: Path, commit: Commit, tmp_path: Path
) -> None:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True, text=True).stdout.strip()

    middle = "\n".join(f"LINE_{number} = {number}" for number in range(20))
    commit({"cart.py": f"def first():\n    return 1\n{middle}\ndef last():\n    return 1\n"}, "Begin")
    git("checkout", "--quiet", "-b", "side")
    commit({"cart.py": f"def first():\n    return 1\n{middle}\ndef last():\n    return 2\n"}, "Last")
    git("checkout", "--quiet", "main")
    commit({"cart.py": f"def first():\n    return 2\n{middle}\ndef last():\n    return 1\n"}, "First")
    git("checkout", "--quiet", "side")
    engine = ContextEngine(root, tmp_path / "cache")
    engine.keep_indexed()
    reader = ContextEngine(root, tmp_path / "cache")

    def is_indexed(blob: str) -> bool:
        known = reader._store.documents()
        return blob in known and not reader.outlines.missing([known[blob][0]])

    wait_for(lambda: is_indexed(git("rev-parse", "HEAD:cart.py")))
    git("-c", "user.name=n", "-c", "user.email=e", "rebase", "--quiet", "main")
    both = git("rev-parse", "HEAD:cart.py")
    assert "return 2" in (root / "cart.py").read_text().splitlines()[1], "the rebase is done"
    wait_for(lambda: is_indexed(both))
    engine.close()
    reader.close()


def test_folders_are_those_with_files_and_those_around_them(root: Path, commit: Commit) -> None:
    (root / "empty").mkdir()
    commit(
        {"a/b/c.py": "x = 1\n", ".hidden/d.py": "x = 2\n", ".gitignore": "ignored/\n", "ignored/e.py": "x = 3\n"},
        "Begin",
    )
    engine = ContextEngine(root, None)
    engine.index_some(0.0)
    assert engine.folders() == {"", "a", "a/b", ".hidden"}
