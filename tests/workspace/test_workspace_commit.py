"""A commit holds what landed and nothing else; what the person staged or edited besides stays staged or edited."""

import os
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.errors import RepositoryError
from copilot_tui.workspace.commit import commit_landings, with_trailer
from copilot_tui.workspace.revert import revert
from tests.workspace.room import POEM, Room, files_of, git, git_of, write


def line(number: int, text: bytes, poem: bytes = POEM) -> bytes:
    lines = poem.splitlines(keepends=True)
    lines[number - 1] = text + b"\n"
    return b"".join(lines)


def commit(room: Room, *numbers: int, message: str = "Shout", trusted: bool = False, co_author: str = "") -> str:
    return commit_landings(room.repository, room.state, numbers, message, trusted=trusted, co_author=co_author)


def committed(room: Room) -> dict[str, bytes]:
    """The files that the last commit changed, with what it holds of them."""
    names = git(room.root, "show", "--no-renames", "--name-only", "--format=", "-z", "HEAD").split(b"\0")
    return {
        os.fsdecode(name): git(room.root, "cat-file", "blob", b"HEAD:" + name, check=False) for name in names if name
    }


def test_a_landing_becomes_a_commit_and_the_tree_is_clean(make_room: Callable[..., Room]) -> None:
    room = make_room({"poem.txt": POEM, "gone.txt": b"gone\n", "run.sh": b"#!/bin/sh\n"})
    (room.root / "run.sh").chmod(0o755)
    git(room.root, "commit", "-qam", "Executable")
    receipt = room.land(
        {"poem.txt": line(1, b"ONE"), "new/song.txt": b"la\n", "gone.txt": None, "run.sh": b"#!/bin/sh\n:\n"}
    )
    short = commit(room, receipt.number, message="Sing\n\nWith a body.\n")
    assert git(room.root, "log", "-1", "--format=%h %s%n%b").decode().split("\n")[:2] == [
        f"{short} Sing",
        "With a body.",
    ]
    assert committed(room) == {
        "poem.txt": line(1, b"ONE"), "new/song.txt": b"la\n", "gone.txt": b"", "run.sh": b"#!/bin/sh\n:\n"
    }  # fmt: skip
    assert git(room.root, "status", "--porcelain") == b""
    assert git(room.root, "ls-tree", "HEAD", "run.sh").startswith(b"100755")


@pytest.mark.fault("O48")
def test_staged_and_unstaged_work_in_the_same_file_stays_what_it_was(make_room: Callable[..., Room]) -> None:
    room = make_room({"poem.txt": POEM, "other.txt": POEM})
    write(room.root, {"poem.txt": line(7, b"staged"), "other.txt": line(1, b"staged")})
    git(room.root, "add", "--all")
    write(room.root, {"poem.txt": line(5, b"unstaged", line(7, b"staged")), "untracked.txt": b"x\n"})
    receipt = room.land({"poem.txt": line(1, b"ONE", room.read("poem.txt"))})
    staged = git(room.root, "diff", "--cached", "-U0", "--no-prefix")
    commit(room, receipt.number)
    assert committed(room) == {"poem.txt": line(1, b"ONE")}
    assert git(room.root, "diff", "--cached", "--name-only") == b"other.txt\npoem.txt\n"
    assert git(room.root, "cat-file", "blob", ":poem.txt") == line(7, b"staged", line(1, b"ONE"))
    assert b"+staged" in staged
    assert git(room.root, "diff", "-U0", "poem.txt").endswith(b"-five\n+unstaged\n")
    assert b"?? untracked.txt" in git(room.root, "status", "--porcelain")


@pytest.mark.fault("O48")
@pytest.mark.parametrize("staged", ["landed lines", "the whole landing"])
def test_what_the_person_staged_of_the_landing_itself(room: Room, staged: str) -> None:
    if staged == "the whole landing":
        receipt = room.land({"poem.txt": line(1, b"ONE")})
        git(room.root, "add", "poem.txt")
        commit(room, receipt.number)
        assert git(room.root, "status", "--porcelain") == b""
        return
    write(room.root, {"poem.txt": line(1, b"staged")})
    git(room.root, "add", "poem.txt")
    receipt = room.land({"poem.txt": line(1, b"ONE")})
    before = git_of(room.root)
    with pytest.raises(RepositoryError, match=r"poem\.txt: .* other changes in the same lines"):
        commit(room, receipt.number)
    assert {**git_of(room.root), "files": b""} == {**before, "files": b""}


def test_several_landings_in_one_file_and_edits_between_them(room: Room) -> None:
    first = room.land({"poem.txt": line(1, b"ONE")})
    write(room.root, {"poem.txt": line(4, b"mine", room.read("poem.txt"))})
    second = room.land({"poem.txt": line(7, b"SEVEN", room.read("poem.txt"))})
    commit(room, first.number, second.number)
    assert committed(room) == {"poem.txt": line(7, b"SEVEN", line(1, b"ONE"))}
    assert git(room.root, "diff", "-U0").endswith(b"-four\n+mine\n")


def test_what_was_undone_is_not_committed(room: Room) -> None:
    first = room.land({"poem.txt": line(1, b"ONE")})
    second = room.land({"poem.txt": line(2, b"TWO", line(1, b"ONE"))})
    revert(room.repository, room.state)
    commit(room, first.number, second.number)
    assert committed(room) == {"poem.txt": line(1, b"ONE")}
    with pytest.raises(RepositoryError, match="holds all of this already"):
        commit(room, first.number)
    revert(room.repository, room.state)
    with pytest.raises(RepositoryError, match="it was undone"):
        commit(room, first.number)


@pytest.mark.fault("O49")
def test_the_first_commit_of_a_repository(tmp_path: Path, make_room: Callable[..., Room]) -> None:
    template = make_room()
    root = tmp_path / "fresh"
    root.mkdir()
    git(root, "init", "--quiet")
    write(root, {"staged.txt": b"s\n"})
    git(root, "add", "staged.txt")
    room = Room(root, template.state, template.environment)
    receipt = room.land({"new.txt": b"n\n"})
    commit(room, receipt.number)
    assert git(root, "ls-tree", "--name-only", "HEAD") == b"new.txt\n"
    assert git(root, "status", "--porcelain") == b"A  staged.txt\n"


@pytest.mark.fault("O49")
@pytest.mark.parametrize("state", ["merge", "rebase", "cherry-pick", "revert", "conflict"])
def test_no_commit_in_the_middle_of_something(room: Room, state: str) -> None:
    git(room.root, "checkout", "-q", "-b", "side")
    write(room.root, {"poem.txt": line(1, b"side")})
    git(room.root, "commit", "-qam", "Side")
    git(room.root, "checkout", "-q", "-")
    write(room.root, {"poem.txt": line(1, b"main"), "more.txt": b"more\n"})
    git(room.root, "add", "--all")
    if state == "conflict":
        git(room.root, "stash")
        git(room.root, "merge", "-q", "side")
        git(room.root, "stash", "pop", check=False)
    else:
        git(room.root, "commit", "-qam", "Main")
        git(room.root, "revert" if state == "revert" else state, "side", check=False)
    receipt = room.land({"new.txt": b"n\n"})
    before = git_of(room.root)
    with pytest.raises(RepositoryError, match="nothing was committed"):
        commit(room, receipt.number)
    assert git_of(room.root) == before
    revert(room.repository, room.state)


@pytest.mark.fault("O49")
@pytest.mark.parametrize("state", ["detached", "bisect"])
def test_a_commit_on_a_detached_head(room: Room, state: str) -> None:
    write(room.root, {"poem.txt": line(7, b"end")})
    git(room.root, "commit", "-qam", "End")
    if state == "bisect":
        git(room.root, "bisect", "start", "HEAD", "HEAD~1")
    git(room.root, "checkout", "-q", "--detach", "HEAD~1")
    receipt = room.land({"poem.txt": line(1, b"ONE")})
    assert room.repository.branch().startswith("detached at ")
    commit(room, receipt.number)
    assert committed(room) == {"poem.txt": line(1, b"ONE")}


@pytest.mark.fault("O51")
def test_a_held_index_is_waited_for_and_never_unlocked(room: Room) -> None:
    lock = room.root / ".git/index.lock"
    lock.write_bytes(b"")
    receipt = room.land({"poem.txt": line(1, b"ONE")})
    began = time.monotonic()
    with pytest.raises(RepositoryError, match=r"index\.lock"):
        commit(room, receipt.number)
    assert 1 < time.monotonic() - began < 6
    assert lock.read_bytes() == b""
    assert git(room.root, "rev-list", "--count", "HEAD") == b"1\n"
    threading.Timer(0.5, lock.unlink).start()
    commit(room, receipt.number)
    assert not lock.exists()
    assert git(room.root, "status", "--porcelain") == b""


def hook(room: Room, name: str, script: str) -> None:
    place = room.root / ".git/hooks" / name
    place.parent.mkdir(exist_ok=True)
    place.write_text("#!/bin/sh\n" + script)
    place.chmod(0o755)


@pytest.mark.fault("O17")
def test_a_hook_that_refuses_is_heard_and_nothing_is_committed(room: Room) -> None:
    hook(room, "pre-commit", "echo 'line too long: poem.txt'\nexit 1\n")
    write(room.root, {"other.txt": b"staged\n"})
    git(room.root, "add", "other.txt")
    receipt = room.land({"poem.txt": line(1, b"ONE")})
    index = git(room.root, "ls-files", "--stage")
    with pytest.raises(RepositoryError, match=r"line too long: poem\.txt"):
        commit(room, receipt.number, trusted=True)
    assert git(room.root, "ls-files", "--stage") == index
    assert git(room.root, "rev-list", "--count", "HEAD") == b"1\n"
    assert not (room.root / ".git/index.lock").exists()


@pytest.mark.fault("O16", "O17", "O11")
def test_hooks_run_only_in_a_trusted_repository_and_without_keys(room: Room, tmp_path: Path) -> None:
    keys = {
        "OPENAI_API_KEY": "sk-test-CANARYKEY",
        "COPY": "x sk-test-CANARYKEY",
        "DEPLOY_TOKEN": "abcdefghijk",
        "EDITOR": "vi",
    }
    room = Room(room.root, room.state, {**room.environment, **keys})
    canary = tmp_path / "canary"
    for name in (
        "pre-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "post-index-change",
        "reference-transaction",
    ):
        hook(room, name, f"env >> {canary}\n")
    receipt = room.land({"poem.txt": line(1, b"ONE")})
    commit(room, receipt.number)
    assert not canary.exists()
    receipt = room.land({"poem.txt": line(2, b"TWO", line(1, b"ONE"))})
    commit(room, receipt.number, trusted=True)
    said = canary.read_text()
    assert "EDITOR=vi" in said
    assert "CANARYKEY" not in said
    assert "DEPLOY_TOKEN" not in said


def test_a_hook_that_formats_leaves_a_clean_index(room: Room) -> None:
    hook(room, "pre-commit", "echo formatted >> poem.txt && git add poem.txt\n")
    receipt = room.land({"poem.txt": line(1, b"ONE")})
    commit(room, receipt.number, trusted=True)
    assert committed(room) == {"poem.txt": line(1, b"ONE") + b"formatted\n"}
    assert git(room.root, "status", "--porcelain") == b""


@pytest.mark.fault("O53")
@pytest.mark.parametrize("setting", ["true", "input"])
def test_line_ends_are_stored_as_git_add_stores_them(make_room: Callable[..., Room], setting: str) -> None:
    room = make_room({"poem.txt": POEM, "crlf.txt": POEM.replace(b"\n", b"\r\n")})
    git(room.root, "config", "core.autocrlf", setting)
    (room.root / "poem.txt").unlink()
    git(room.root, "checkout", "-q", "--", "poem.txt")
    receipt = room.land({path: room.read(path).replace(b"one", b"ONE") for path in ("poem.txt", "crlf.txt")})
    wanted = git(room.root, "-C", ".", "stash", "create").strip()
    commit(room, receipt.number)
    for path in ("poem.txt", "crlf.txt"):
        assert git(room.root, "rev-parse", f"HEAD:{path}") == git(room.root, "rev-parse", f"{wanted.decode()}:{path}")
    assert git(room.root, "diff", "HEAD", "--name-only") == b""


@pytest.mark.fault("O53", "O15")
def test_a_filter_runs_in_a_trusted_repository_and_is_asked_for_elsewhere(room: Room, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    git(room.root, "config", "filter.loud.clean", f"touch {canary}; tr a-z A-Z")
    write(room.root, {".gitattributes": b"*.txt filter=loud\n"})
    receipt = room.land({"new.txt": b"quiet\n"})
    with pytest.raises(RepositoryError, match=r"new\.txt git would run the filter loud"):
        commit(room, receipt.number)
    assert not canary.exists()
    commit(room, receipt.number, trusted=True)
    assert committed(room) == {"new.txt": b"QUIET\n"}


@pytest.mark.fault("O53")
def test_an_ignored_file_is_not_added_by_a_commit(make_room: Callable[..., Room]) -> None:
    room = make_room({"poem.txt": POEM, ".gitignore": b"build/\n"})
    write(room.root, {"build/out.txt": b"x\n"})
    receipt = room.land({"poem.txt": line(1, b"ONE")})
    commit(room, receipt.number, trusted=True)
    assert committed(room) == {"poem.txt": line(1, b"ONE")}
    receipt = room.land({"build/out.txt": b"y\n", "poem.txt": line(2, b"TWO", line(1, b"ONE"))})
    commit(room, receipt.number)
    assert set(committed(room)) == {"poem.txt"}
    receipt = room.land({"build/out.txt": b"z\n", "build/more.txt": b"new\n"})
    with pytest.raises(RepositoryError, match=r"git ignores build/more\.txt, build/out\.txt"):
        commit(room, receipt.number)
    write(room.root, {"build/kept.txt": b"kept\n"})
    git(room.root, "add", "--force", "build/kept.txt")
    git(room.root, "commit", "-qm", "Kept")
    receipt = room.land({"build/kept.txt": b"changed\n"})
    commit(room, receipt.number)
    assert set(committed(room)) == {"build/kept.txt"}, "what git tracks is not ignored"


def test_the_trailer_of_a_second_author(room: Room) -> None:
    author = "A Model <model@example.invalid>"
    assert with_trailer("Fix\n", "") == "Fix\n"
    assert with_trailer("Fix\n", author) == f"Fix\n\nCo-authored-by: {author}\n"
    assert with_trailer("Fix\n\nRefs: 1\n", author) == f"Fix\n\nRefs: 1\nCo-authored-by: {author}\n"
    assert with_trailer("Fix: a thing", author) == f"Fix: a thing\n\nCo-authored-by: {author}\n"
    assert with_trailer(with_trailer("Fix", author), author) == with_trailer("Fix", author)
    receipt = room.land({"poem.txt": line(1, b"ONE")})
    commit(room, receipt.number, co_author=author)
    found = git(room.root, "log", "-1", "--format=%(trailers:key=Co-authored-by,valueonly)")
    assert found.decode().strip() == author


@pytest.mark.parametrize("message", ["", " \n\t\n"])
def test_a_message_is_needed(room: Room, message: str) -> None:
    receipt = room.land({"poem.txt": line(1, b"ONE")})
    with pytest.raises(RepositoryError, match="needs a message"):
        commit(room, receipt.number, message=message)


def test_without_a_name_git_says_what_to_do(room: Room) -> None:
    nameless = {name: value for name, value in room.environment.items() if not name.startswith("GIT_")}
    room = Room(room.root, room.state, {**nameless, "GIT_CONFIG_NOSYSTEM": "1", "EMAIL": ""})
    git(room.root, "config", "user.useConfigOnly", "true")
    receipt = room.land({"poem.txt": line(1, b"ONE")})
    with pytest.raises(
        RepositoryError,
        match=r"^git does not know whose commit .*user\.name .*user\.email .*, then commit again",
    ):
        commit(room, receipt.number)
    assert files_of(room.root)["poem.txt"][1] == line(1, b"ONE")
    assert subprocess.run(["git", "diff", "--cached", "--quiet"], cwd=room.root, check=False).returncode == 0
