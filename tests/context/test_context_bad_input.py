"""What a repository, a disk or another process may do to the index: it answers, says what it left out, and writes nothing there."""

import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot_tui.context.background import BackgroundIndex
from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.filling import Order
from copilot_tui.context.question import Question
from copilot_tui.errors import RepositoryError
from copilot_tui.workspace.repository import Repository
from tests.context.test_context_background import wait_for

Commit = Callable[[dict[str, str], str], None]
NOBODY = 65534


def engine_of(root: Path, cache: Path | None = None) -> ContextEngine:
    engine = ContextEngine(root, cache)
    engine.update()
    return engine


def text_of(engine: ContextEngine, query: str) -> str:
    return str(engine.query(query, 500)["text"])


def notes_of(engine: ContextEngine) -> list[str]:
    notes = engine.query("x", 500)["notes"]
    assert isinstance(notes, list)
    return notes


def fingerprint(root: Path) -> list[tuple[str, int, int, str]]:
    """Every file and folder of a repository and of its `.git`: name, mode, time of the last change, content."""
    found = []
    for place in sorted(root.rglob("*")):
        seen = place.lstat()
        content = hashlib.sha256(place.read_bytes()).hexdigest() if stat.S_ISREG(seen.st_mode) else ""
        found.append((str(place.relative_to(root)), seen.st_mode, seen.st_mtime_ns, content))
    return found


def test_nothing_of_the_repository_is_ever_written(shop: Path, commit: Commit, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    subprocess.run(["git", "clone", "--quiet", str(shop), str(inner)], cwd=tmp_path, check=True)
    add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "vendored"]
    subprocess.run(["git", *add], cwd=shop, check=True)
    commit({"shop/more.py": "def more():\n    return 1\n"}, "More")
    (shop / "shop/cart.py").write_text("def stashed():\n    return 1\n")
    subprocess.run(["git", "stash", "--quiet"], cwd=shop, check=True)
    (shop / "untracked.py").write_text("def untracked():\n    return 1\n")
    for name in ("shop/prices.py", "shop/more.py"):
        os.utime(shop / name)  # `git status` would write the new times into its index
    (shop / ".git/index.lock").write_text("")  # as if git were at work: whoever wanted to write would fail
    before = fingerprint(shop)
    engine = engine_of(shop, tmp_path / "cache")
    assert "def untracked" in text_of(engine, "untracked")
    assert engine.pack(Order(None, "parse the discount", 500)).items
    background = BackgroundIndex(shop, tmp_path / "other cache")
    background.start(is_once=True)
    wait_for(lambda: not background.is_running)
    background.close()
    engine.update()
    engine.close()
    assert fingerprint(shop) == before


def test_a_shallow_clone_without_history_answers(shop: Path, commit: Commit, tmp_path: Path) -> None:
    commit({"shop/more.py": "def more():\n    return 1\n"}, "More")
    subprocess.run(["git", "clone", "--quiet", "--depth", "1", f"file://{shop}", str(tmp_path / "shallow")], check=True)
    assert "def parse_discount" in text_of(engine_of(tmp_path / "shallow"), "parse the discount")


def test_a_gigabyte_and_a_line_of_fifty_megabytes_are_left_out_and_said(shop: Path) -> None:
    with (shop / "dump.py").open("wb") as file:
        file.truncate(1_000_000_000)
    (shop / "data.js").write_text("var data = '" + "x" * 50_000_000 + "';")
    engine = engine_of(shop)
    assert "def parse_discount" in text_of(engine, "parse the discount")
    assert notes_of(engine) == ["2 files are left out, because they are too large: dump.py (1.0 GB), data.js (50 MB)."]


def test_a_folder_that_disappears_while_it_is_indexed_is_left_out(shop: Path, commit: Commit) -> None:
    commit({f"late/{number}.py": f"def late_{number}():\n    return 1\n" for number in range(80)}, "Late")
    engine = ContextEngine(shop, None)
    engine._indexing.begin()
    engine._indexing.list_files()
    shutil.rmtree(shop / "late")
    engine._indexing.begin_all()
    engine._indexing.finish_all()
    engine._indexing.rest()
    engine.update()
    assert "def parse_discount" in text_of(engine, "parse the discount")
    assert "late" not in text_of(engine, "late_7")


def test_a_repository_that_disappears_is_an_error_of_one_sentence(shop: Path, tmp_path: Path) -> None:
    engine = engine_of(shop, tmp_path / "cache")
    shutil.rmtree(shop)
    with pytest.raises(RepositoryError, match="git cannot be run in this folder"):
        engine.update()


def test_a_file_on_which_a_parser_breaks_down_is_read_without_its_structure_and_said(
    shop: Path, tmp_path: Path
) -> None:
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from copilot_tui.context import worker\n"
        "def outliner(path, data):\n"
        "    if b'parse_discount' in data: os.kill(os.getpid(), 11)\n"
        "    return worker._parse(path, data)\n"
        "worker.work(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer, outliner)\n"
    )
    engine = ContextEngine(shop, tmp_path / "cache")
    engine._indexing.workers._command = [sys.executable, "-c", program, str(shop)]
    engine.update()
    assert notes_of(engine) == ["shop/prices.py is read without its structure: the parser broke down on it."]
    assert "def parse_discount" in text_of(engine, "parse the discount")
    assert not engine.outlines.missing(engine.files()), "it is not tried again"
    engine.close()
    assert len(notes_of(engine_of(shop, tmp_path / "cache"))) == 1


_FULL = """
import json, resource, signal, sys
from pathlib import Path
from copilot_tui.context import database
from copilot_tui.context.engine import ContextEngine
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if sys.argv[3] == "large":
    database._MOST_COPIED = 0
engine = ContextEngine(Path(sys.argv[1]), Path(sys.argv[2]))
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))  # as a full disk: a write fails
engine.update()
print(json.dumps(engine.query("the two hundredth", 500)))
"""


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ("small", "The cache cannot be written: the index is kept in memory for this session."),
        ("large", "The cache cannot be written: what has changed since is not in the index."),
    ],
)
def test_a_full_cache_is_said_and_does_without(root: Path, tmp_path: Path, size: str, said: str) -> None:
    for number in range(200):
        (root / f"f{number}.py").write_text("".join(f"def word_{number}_{n}():\n    return {n}\n" for n in range(20)))
    (root / "hundredth.py").write_text("def two_hundredth():\n    return 1\n")
    done = subprocess.run(
        [sys.executable, "-c", _FULL, str(root), str(tmp_path / "cache"), size],
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(done.stdout)
    assert said in answer["notes"]
    assert size == "large" or "def two_hundredth" in answer["text"]


def test_two_processes_at_once_make_one_sound_index(root: Path, tmp_path: Path) -> None:
    for number in range(700):
        (root / f"f{number}.py").write_text(f"def name_{number}():\n    return {number}\n")
    command = [sys.executable, "-m", "copilot_tui.context.background", str(root), str(tmp_path / "cache"), "once"]
    both = [subprocess.Popen(command, stdin=subprocess.PIPE) for _ in range(2)]
    for one in both:
        one.wait(timeout=60)
        assert one.stdin is not None
        one.stdin.close()
    assert [one.returncode for one in both] == [0, 0]
    engine = ContextEngine(root, tmp_path / "cache")
    assert engine.index_some(0.0), "nothing was left to be indexed"
    assert not engine.outlines.missing(engine.files())
    engine.update()
    assert "def name_250" in text_of(engine, "name_250")
    assert len(engine.outlines.uses("name_250").definers) in {1, 2}, "each process may have written it"
    engine.close()
    (place,) = (tmp_path / "cache/context").glob("*.sqlite")
    connection = sqlite3.connect(place)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def ordinary_user(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Who may not read everything: root becomes somebody else for a while."""
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(open_folder))
    user = os.geteuid()
    yield user or NOBODY
    os.seteuid(user)


def test_a_cache_and_folders_of_programs_that_may_not_be_looked_into(
    open_folder: Path, ordinary_user: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, closed = open_folder / "repository", open_folder / "closed"
    closed.mkdir()
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    (root / "treasure.py").write_text("def treasure():\n    return 1\n")
    for place in (root, *root.rglob("*"), closed):
        os.chown(place, ordinary_user, -1)
    closed.chmod(0)
    monkeypatch.setenv("PATH", f"{closed}/bin:{os.environ['PATH']}")
    os.seteuid(ordinary_user)
    assert Repository.open(root, dict(os.environ)).root == root
    question = Question(root, closed / "cache")
    answer = question.answer("treasure", 500)
    question.close()
    assert "def treasure" in str(answer["text"])
    assert answer["notes"] == ["The cache folder cannot be written: the index is kept in memory for this session."]


def test_a_file_and_a_folder_that_may_not_be_read_are_said_and_read_when_they_may(
    open_folder: Path, ordinary_user: int
) -> None:
    root = open_folder / "repository"
    (root / "closed").mkdir(parents=True)
    (root / "locked.py").write_text("def treasure():\n    return 1\n")
    (root / "closed/inside.py").write_text("def inner_treasure():\n    return 1\n")
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    subprocess.run(["git", "add", "--all"], cwd=root, check=True)
    for place in (root, *root.rglob("*")):
        os.chown(place, ordinary_user, -1)
    (root / "locked.py").chmod(0)
    (root / "closed").chmod(0)
    os.seteuid(ordinary_user)
    engine = engine_of(root)
    denied = "closed/inside.py (cannot be read: Permission denied), locked.py (cannot be read: Permission denied)"
    assert engine.notes() == (f"2 files are left out: {denied}.",)
    (root / "locked.py").chmod(0o644)
    (root / "closed").chmod(0o755)
    engine.update()
    assert engine.notes() == ()
    assert "def treasure" in text_of(engine, "treasure")
    assert "def inner_treasure" in text_of(engine, "treasure")
