"""Bad input from the command line: one clear sentence each, the documented exit status, and nothing lost."""

import os
import re
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.cli import main
from tests.support import replies
from tests.support.program import CART, environment_for, make_repository, work_tree
from tests.support.scripted_server import ScriptedServer

FIXED = "```python\n        return sum(self.items) + tax\n```"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, server: ScriptedServer) -> Run:
    """Run a command in this process against the scripted endpoint; gives its exit status and what it complained of."""

    def call(repository: Path, *arguments: str) -> tuple[int, str]:
        for name, value in environment_for(server.base_url).items():
            monkeypatch.setenv(name, value)
        capfd.readouterr()
        status = main([*arguments, "--repo", str(repository)])
        said = capfd.readouterr().err
        assert "Traceback" not in said
        complaints = [line for line in said.splitlines() if line.startswith("copilot-tui: ")]
        assert len(complaints) == (1 if status else 0), said
        return status, complaints[0].removeprefix("copilot-tui: ") if complaints else ""

    return call


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "shop")


def propose(run: Run, repository: Path, place: str, *more: str) -> tuple[int, str]:
    return run(repository, "propose", "Add the tax.", "--at", place, *more)


@pytest.mark.fault("O49")
@pytest.mark.parametrize("command", ["propose", "apply", "undo", "redo"])
@pytest.mark.parametrize("kind", ["no repository", "bare"])
def test_a_folder_without_a_work_tree(run: Run, tmp_path: Path, command: str, kind: str) -> None:
    place = tmp_path / "place"
    place.mkdir()
    if kind == "bare":
        subprocess.run(["git", "init", "--quiet", "--bare", "."], cwd=place, check=True)
    (tmp_path / "answer").write_text("")
    more = {"propose": ["Add the tax."], "apply": ["--input", str(tmp_path / "answer")]}.get(command, [])
    status, sentence = run(place, command, *more)
    assert status == 65
    assert ("is a bare repository" if kind == "bare" else "is not in a git repository") in sentence


@pytest.mark.fault("O49")
@pytest.mark.parametrize("is_empty", [True, False])
def test_before_the_first_commit(run: Run, tmp_path: Path, server: ScriptedServer, is_empty: bool) -> None:
    root = tmp_path / "fresh"
    root.mkdir()
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    if is_empty:
        status, sentence = propose(run, root, "shop/cart.py:9")
        assert (status, sentence) == (
            66,
            "There is no file shop/cart.py: check the path, or use the level file to have it written.",
        )
        return
    (root / "cart.py").write_text(CART)
    server.then(replies.answer(FIXED))
    assert propose(run, root, "cart.py:9", "--accept", "all") == (0, "")
    assert (root / "cart.py").read_text() == CART.replace("- tax", "+ tax")
    assert run(root, "undo") == (0, "")
    assert (root / "cart.py").read_text() == CART


@pytest.mark.fault("O36", "O40")
@pytest.mark.parametrize(
    ("what", "wanted"),
    [
        ("deleted", r"shop/cart\.py changed since the proposal"),
        ("changed", r"shop/cart\.py changed since the proposal"),
        ("made read-only", r"shop/cart\.py is read-only; make it writable"),
        ("made a link", r"shop/cart\.py changed since the proposal"),
    ],
)
def test_a_file_that_changed_between_proposal_and_accept(
    run: Run, shop: Path, server: ScriptedServer, what: str, wanted: str
) -> None:
    file = shop / "shop/cart.py"

    def answer_late(request: object) -> replies.Reply:
        # By the time that the model answers, the proposal's snapshot has been taken.
        if what == "made read-only":
            file.chmod(0o444)
        else:
            file.unlink()
        if what == "changed":
            file.write_text(CART.replace("- tax", "* tax"))
        elif what == "made a link":
            file.symlink_to(shop / "README.md")
        return replies.answer(FIXED)

    server.otherwise = answer_late
    status, sentence = propose(run, shop, "shop/cart.py:9", "--accept", "all")
    after = work_tree(shop)
    assert status == 73
    assert re.search(wanted, sentence), sentence
    assert b"+ tax" not in after.get("shop/cart.py", b"")
    assert not [path for path in after if ".copilot-tui-" in path]


@pytest.mark.fault("O43", "O44")
@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"MZ\0\1\2\n", "is a binary file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is a Git LFS pointer"),
        (None, "has 60 MB"),
        (b"x" * 5_000_000 + b"\n", "longer than a million bytes"),
        ("a\nb\n".encode("utf-16"), "is a binary file"),
    ],
    ids=["binary", "lfs", "60 MB", "one long line", "utf-16"],
)
def test_a_file_that_is_no_text_to_edit(run: Run, shop: Path, content: bytes | None, wanted: str) -> None:
    file = shop / "thing.py"
    if content is None:
        with file.open("wb") as stream:
            stream.truncate(60_000_000)
    else:
        file.write_bytes(content)
    before = file.stat()
    status, sentence = propose(run, shop, "thing.py:1")
    assert (status, wanted in sentence) == (66, True), sentence
    assert (file.stat().st_mtime_ns, file.stat().st_size) == (before.st_mtime_ns, before.st_size)


@pytest.mark.fault("O43")
def test_a_file_that_is_no_utf8_keeps_every_other_byte(run: Run, shop: Path, server: ScriptedServer) -> None:
    file = shop / "latin.py"
    file.write_bytes(b"# caf\xe9\nprice = 1\n# \xff\xfe\r\n")
    server.then(replies.answer("```python\nprice = 2\n```"))
    assert propose(run, shop, "latin.py:2", "--accept", "all") == (0, "")
    assert file.read_bytes() == b"# caf\xe9\nprice = 2\n# \xff\xfe\r\n"


@pytest.mark.parametrize(
    ("place", "more", "status", "wanted"),
    [
        ("shop/cart.py:99", [], 66, "shop/cart.py has 9 lines, so there is no line 99: choose one of them."),
        ("shop/cart.py:8-99", [], 66, "shop/cart.py has 9 lines, so there is no line 99: choose one of them."),
        ("shop/cart.py:0", [], 64, "names no lines: lines count from 1"),
        ("shop/cart.py:9-3", [], 64, "names no lines"),
        (":3", [], 64, "names no file"),
        ("nothing.py:1", [], 66, "There is no file nothing.py"),
        ("shop:1", [], 66, "shop is a folder"),
        ("../outside.py:1", [], 64, "lies outside the repository"),
        ("/etc/passwd:1", [], 64, "lies outside the repository"),
        (".git/config:1", [], 66, "git's own folder"),
        ("shop/cart.py:9", ["--level", "galaxy"], 64, "'galaxy' is no level: the levels are line, block, file"),
        ("shop/cart.py", ["--level", "line"], 64, "The level line needs a line"),
        ("shop/cart.py:1-3", ["--level", "line"], 64, "The level line takes one line"),
        ("", ["--level", "file"], 64, "The level file needs a file"),
        ("shop/cart.py:9", ["--budget", "0"], 64, "The budget is a number of lines from 1 upwards"),
        ("shop/cart.py:99999999999999999999", [], 66, "there is no line 99999999999999999999"),
    ],
)
def test_a_place_or_a_level_that_does_not_exist(
    run: Run, shop: Path, place: str, more: list[str], status: int, wanted: str
) -> None:
    before = work_tree(shop)
    found, sentence = propose(run, shop, place, *more)
    assert (found, wanted in sentence) == (status, True), sentence
    assert work_tree(shop) == before


def test_no_key_and_no_model(
    run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("OPENAI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COPILOT_TUI_MODELS", str(tmp_path / "no-models"))
    status = main(["propose", "Add the tax.", "--at", "shop/cart.py:9", "--repo", str(shop)])
    said = capfd.readouterr().err
    assert status == 69
    assert "copilot-tui models install" in said
    assert "Traceback" not in said


@pytest.mark.fault("O64")
def test_an_endpoint_that_is_down(
    shop: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    for name, value in environment_for(f"http://127.0.0.1:{port}/v1", environment).items():
        monkeypatch.setenv(name, value)
    before = work_tree(shop)
    status = main(["propose", "Add the tax.", "--at", "shop/cart.py:9", "--accept", "all", "--repo", str(shop)])
    said = capfd.readouterr().err
    assert (status, f"127.0.0.1:{port}" in said, "Traceback" in said) == (69, True, False), said
    assert work_tree(shop) == before
    assert main(["undo", "--list", "--repo", str(shop)]) == 0


@pytest.mark.fault("O39")
def test_a_journal_that_cannot_be_kept(run: Run, shop: Path, server: ScriptedServer, home: Path) -> None:
    server.then(replies.answer(FIXED))
    (home / ".state/copilot-tui").mkdir(parents=True)
    (home / ".state/copilot-tui/landings").write_bytes(b"a file where a folder should be")
    before = work_tree(shop)
    status, sentence = propose(run, shop, "shop/cart.py:9", "--accept", "all")
    assert status == 73
    assert "nothing lands without it" in sentence
    assert work_tree(shop) == before


@pytest.mark.fault("O38")
def test_a_landing_that_was_cut_off_is_named_at_the_next_start(
    shop: Path, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from copilot_tui.workspace.entry import Entry, Image
    from copilot_tui.workspace.journal import Journal

    old, new = (shop / "shop/cart.py").read_bytes(), b"half landed\n"
    journal = Journal(home / ".state/copilot-tui", shop)
    with journal.locked():
        image = Image("shop/cart.py", old, new, 0o644, 0o644, ".copilot-tui-left")
        journal.write(Entry(0, "writing", 0.0, "cut off", "ended", (image,)))
    (shop / "shop/cart.py").write_bytes(new)
    (shop / "shop/.copilot-tui-left").write_bytes(old)
    assert main(["undo", "--list", "--repo", str(shop)]) == 0
    assert "A landing was cut off last time; every file is as it was before it." in capfd.readouterr().err
    assert (shop / "shop/cart.py").read_bytes() == old
    assert not (shop / "shop/.copilot-tui-left").exists()
