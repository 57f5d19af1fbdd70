"""Commits of what landed: exactly that, with the person's staging as it was."""

import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.errors import RepositoryError
from copilot_tui.workspace.commit import commit_landings, with_trailer
from copilot_tui.workspace.revert import revert
from tests.workspace.room import POEM, Room, git, git_of, tree_of, write


def line(number: int, text: bytes, content: bytes = POEM) -> bytes:
    lines = content.splitlines(keepends=True)
    lines[number - 1] = text + b"\n"
    return b"".join(lines)


def commit(room: Room, *numbers: int, message: str = "Change", trusted: bool = False, co_author: str = "") -> str:
    """Commit these landings, the first where none are named."""
    return commit_landings(room.repository, room.state, numbers or (1,), message, trusted=trusted, co_author=co_author)


def committed(room: Room) -> dict[str, bytes]:
    """What the last commit changed: each file with its mark."""
    fields = git(room.root, "diff-tree", "--root", "--no-commit-id", "-r", "--name-status", "-z", "HEAD").split(b"\0")
    return {
        path.decode("utf-8", "surrogateescape"): mark for mark, path in zip(fields[::2], fields[1::2], strict=False)
    }


def head(room: Room, path: str) -> bytes:
    return git(room.root, "cat-file", "blob", f"HEAD:{path}")


def index(room: Room, path: str) -> bytes:
    return git(room.root, "cat-file", "blob", f":{path}")


def kept(room: Room) -> dict[str, bytes]:
    """What git keeps, but for objects that nothing refers to: a commit that fails may leave such."""
    return {name: content for name, content in git_of(room.root).items() if name != "files"}


def make_hook(room: Room, name: str, text: str) -> None:
    hook = room.root / ".git/hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{text}\n")
    hook.chmod(0o755)


def test_edits_creations_removals_and_modes_are_committed_and_nothing_else(make_room: Callable[..., Room]) -> None:
    room = make_room({"poem.txt": POEM, "old.txt": b"old\n", "run.sh": b"true\n", "mine.txt": b"mine\n"})
    room.land(
        {"poem.txt": line(1, b"ONE"), "old.txt": None, "new/file.txt": b"new\n", "run.sh": b"true\n"},
        new_modes={"run.sh": 0o100755},
    )
    write(room.root, {"mine.txt": b"edited\n", "untracked.txt": b"untracked\n"})
    short_id = commit(room, message="Change\n\nfour files\n")
    assert git(room.root, "rev-parse", "--short", "HEAD").decode().strip() == short_id
    assert git(room.root, "log", "-1", "--format=%B").strip() == b"Change\n\nfour files"
    assert committed(room) == {"poem.txt": b"M", "old.txt": b"D", "new/file.txt": b"A", "run.sh": b"M"}
    assert git(room.root, "ls-tree", "HEAD", "run.sh").startswith(b"100755")
    assert git(room.root, "status", "--porcelain") == b" M mine.txt\n?? untracked.txt\n"


@pytest.mark.fault("O48")
def test_what_the_person_staged_in_the_same_file_stays_staged_and_is_not_committed(room: Room) -> None:
    staged = line(7, b"staged")
    write(room.root, {"poem.txt": staged})
    git(room.root, "add", "poem.txt")
    write(room.root, {"poem.txt": line(4, b"edited", staged)})
    room.land({"poem.txt": line(1, b"ONE", room.read("poem.txt"))})
    commit(room)
    assert head(room, "poem.txt") == line(1, b"ONE")
    assert index(room, "poem.txt") == line(1, b"ONE", staged)
    assert room.read("poem.txt") == line(1, b"ONE", line(4, b"edited", staged))


@pytest.mark.fault("O48")
@pytest.mark.parametrize("what", ["changed", "added", "removed", "announced"])
def test_what_the_person_staged_in_other_files_stays_staged(make_room: Callable[..., Room], what: str) -> None:
    room = make_room({"poem.txt": POEM, "mine.txt": b"mine\n"})
    if what == "removed":
        git(room.root, "rm", "--quiet", "mine.txt")
    else:
        path = "mine.txt" if what == "changed" else "new.txt"
        write(room.root, {path: b"staged\n"})
        git(room.root, "add", *(["--intent-to-add"] if what == "announced" else []), path)
    before = git(room.root, "diff-index", "--cached", "--raw", "HEAD"), git(room.root, "diff-files", "--raw")
    room.land({"poem.txt": line(1, b"ONE")})
    commit(room)
    assert committed(room) == {"poem.txt": b"M"}
    assert (git(room.root, "diff-index", "--cached", "--raw", "HEAD"), git(room.root, "diff-files", "--raw")) == before


@pytest.mark.fault("O48")
def test_a_landing_in_the_lines_that_the_person_edited_is_not_committed(room: Room) -> None:
    write(room.root, {"poem.txt": line(1, b"mine")})
    room.land({"poem.txt": line(1, b"mine and yours")})
    before = kept(room)
    with pytest.raises(RepositoryError, match=r"poem\.txt: the last commit has other changes in the same lines"):
        commit(room)
    assert kept(room) == before


def test_several_landings_become_one_commit_without_the_undone_ones(room: Room) -> None:
    for number, text in ((1, b"ONE"), (2, b"TWO"), (3, b"THREE")):
        room.land({"poem.txt": line(number, text, room.read("poem.txt"))})
    revert(room.repository, room.state)
    commit(room, 1, 2, 3)
    assert head(room, "poem.txt") == line(1, b"ONE", line(2, b"TWO"))
    with pytest.raises(RepositoryError, match="nothing to commit"):
        commit(room, 1, 2)
    with pytest.raises(RepositoryError, match="it was undone"):
        commit(room, 3)
    with pytest.raises(RepositoryError, match="needs a message"):
        commit(room, message=" \n")


@pytest.mark.fault("O17")
def test_a_hook_that_refuses_is_heard_and_nothing_is_committed(room: Room) -> None:
    make_hook(room, "pre-commit", "echo no tabs here, please >&2; exit 1")
    write(room.root, {"mine.txt": b"staged\n"})
    git(room.root, "add", "mine.txt")
    room.land({"poem.txt": line(1, b"ONE")})
    before = kept(room)
    with pytest.raises(RepositoryError, match="no tabs here, please"):
        commit(room, trusted=True)
    assert kept(room) == before
    assert room.read("poem.txt") == line(1, b"ONE")


@pytest.mark.fault("O16")
def test_without_trust_no_hook_runs(room: Room, tmp_path: Path) -> None:
    for name in (
        "pre-commit",
        "commit-msg",
        "prepare-commit-msg",
        "post-commit",
        "reference-transaction",
        "post-index-change",
    ):
        make_hook(room, name, f"touch {tmp_path}/canary-{name}")
    room.land({"poem.txt": line(1, b"ONE")})
    commit(room)
    assert list(tmp_path.glob("canary-*")) == []
    room.land({"poem.txt": line(1, b"UNO")})
    commit(room, 2, trusted=True)
    assert (tmp_path / "canary-pre-commit").exists()


def test_what_a_trusted_hook_adds_is_in_the_index_too(room: Room) -> None:
    make_hook(room, "pre-commit", "printf 'formatted\\n' > poem.txt && git add poem.txt")
    room.land({"poem.txt": line(1, b"ONE")})
    commit(room, trusted=True)
    assert head(room, "poem.txt") == index(room, "poem.txt") == b"formatted\n"
    assert git(room.root, "status", "--porcelain") == b""


def test_a_hook_sees_no_key(room: Room, tmp_path: Path) -> None:
    environment = {**room.environment, "OPENAI_API_KEY": "sk-CANARYKEY", "COPY": "Bearer sk-CANARYKEY", "MINE": "kept"}
    make_hook(room, "pre-commit", f"env > {tmp_path}/seen")
    room = Room(room.root, room.state, environment)
    room.land({"poem.txt": line(1, b"ONE")})
    commit(room, trusted=True)
    seen = (tmp_path / "seen").read_text()
    assert "CANARYKEY" not in seen
    assert "MINE=kept" in seen


@pytest.mark.fault("O51")
def test_a_lock_of_another_git_is_waited_for_and_never_removed(room: Room) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    lock = room.root / ".git/index.lock"
    lock.write_bytes(b"")
    room.land({"poem.txt": line(1, b"UNO")})
    before = tree_of(room.root)
    with pytest.raises(RepositoryError, match=r"Another git holds .*\.git/index\.lock"):
        commit(room, 1, 2)
    assert tree_of(room.root) == before
    assert lock.exists()
    timer = threading.Timer(0.4, lock.unlink)
    timer.start()
    commit(room, 1, 2)
    timer.join()
    assert head(room, "poem.txt") == line(1, b"UNO")


@pytest.mark.fault("O53")
def test_the_blob_is_what_git_add_makes(make_room: Callable[..., Room]) -> None:
    room = make_room({"text.txt": b"one\ntwo\n", ".gitattributes": b"*.bin filter=large -text\n"})
    git(room.root, "config", "core.autocrlf", "true")
    git(room.root, "config", "filter.large.clean", "sed 's/^/clean /'")
    git(room.root, "config", "filter.large.smudge", "sed 's/^clean //'")
    git(room.root, "config", "filter.large.required", "true")
    write(room.root, {"big.bin": b"1\n", "text.txt": b"one\r\ntwo\r\n"})
    git(room.root, "add", "--all")
    git(room.root, "commit", "--quiet", "--message", "As it is on Windows")
    write(room.root, {".git/info/exclude": b"ignored.txt\n", "ignored.txt": b"ignored\n"})
    room.land({"text.txt": b"ONE\r\ntwo\r\n", "big.bin": b"2\n", "new.txt": b"new\r\n"})
    before = kept(room)
    with pytest.raises(RepositoryError, match=r"big\.bin git would run the filter large"):
        commit(room)
    assert kept(room) == before
    commit(room, trusted=True)
    assert committed(room) == {"text.txt": b"M", "big.bin": b"M", "new.txt": b"A"}
    assert (head(room, "text.txt"), head(room, "big.bin"), head(room, "new.txt")) == (
        b"ONE\ntwo\n",
        b"clean 2\n",
        b"new\n",
    )
    assert git(room.root, "status", "--porcelain") == b""


@pytest.mark.fault("O53")
def test_a_file_that_git_ignores_is_not_committed_unless_it_was_tracked(make_room: Callable[..., Room]) -> None:
    room = make_room({"poem.txt": POEM, "kept.log": b"1\n"})
    write(room.root, {".git/info/exclude": b"*.log\n"})
    room.land({"kept.log": b"2\n"})
    commit(room)
    assert committed(room) == {"kept.log": b"M"}
    assert room.repository.ignored(["kept.log", "other.log", "poem.txt"]) == {"other.log"}


def test_a_co_author_is_a_trailer_of_its_own() -> None:
    person = "Model <model@example.invalid>"
    line_of_it = f"Co-authored-by: {person}"
    assert with_trailer("Subject", person) == f"Subject\n\n{line_of_it}\n"
    assert with_trailer("Subject\n\nFixes: #1\n", person) == f"Subject\n\nFixes: #1\n{line_of_it}\n"
    assert with_trailer(f"Subject\n\n{line_of_it}\n", person) == f"Subject\n\n{line_of_it}\n"
    assert with_trailer("Subject\n", "") == "Subject\n"
    assert with_trailer("Subject", "Evil\nSigned-off-by: x") == "Subject\n\nCo-authored-by: Evil Signed-off-by: x\n"


def test_the_trailer_is_one_that_git_knows(room: Room) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    commit(room, co_author="Model <model@example.invalid>")
    trailers = git(room.root, "log", "-1", "--format=%(trailers:key=Co-authored-by,valueonly)").strip()
    assert trailers == b"Model <model@example.invalid>"


def test_the_index_keeps_the_bits_that_it_had(room: Room) -> None:
    (room.root / ".git/index").chmod(0o640)
    room.land({"poem.txt": line(1, b"ONE")})
    commit(room)
    assert stat.S_IMODE((room.root / ".git/index").stat().st_mode) == 0o640


@pytest.mark.fault("O53")
@pytest.mark.parametrize("attributes", [b"*.txt text=auto\n", b"*.txt text\n", b""])
def test_line_ends_that_were_stored_as_they_are_go_on_as_with_git_add(
    make_room: Callable[..., Room], attributes: bytes
) -> None:
    room = make_room({"dos.txt": b"one\r\ntwo\r\n", "twin.txt": b"one\r\ntwo\r\n"})
    git(room.root, "config", "core.autocrlf", "input")
    write(room.root, {".git/info/attributes": attributes, "twin.txt": b"ONE\r\ntwo\r\n"})
    room.land({"dos.txt": b"ONE\r\ntwo\r\n"})
    commit(room)
    git(room.root, "add", "twin.txt")
    assert head(room, "dos.txt") == index(room, "twin.txt")
