"""What a commit of landed changes leaves in the index: the person's staging, its bits, and what `git add` would have stored."""

import os
import stat
from collections.abc import Callable

import pytest

from copilot_tui.errors import RepositoryError
from copilot_tui.workspace.commit import commit_landings
from tests.workspace.room import POEM, Room, git, git_of, write


def line(number: int, text: bytes, content: bytes = POEM) -> bytes:
    lines = content.splitlines(keepends=True)
    lines[number - 1] = text + b"\n"
    return b"".join(lines)


def commit(room: Room, *numbers: int, message: str = "Change", trusted: bool = False, co_author: str = "") -> str:
    """Commit these landings, the first where none are named."""
    return commit_landings(room.repository, room.state, numbers or (1,), message, trusted=trusted, co_author=co_author)


def head(room: Room, path: str) -> bytes:
    return git(room.root, "cat-file", "blob", f"HEAD:{path}")


def index(room: Room, path: str) -> bytes:
    return git(room.root, "cat-file", "blob", f":{path}")


def kept(room: Room) -> dict[str, bytes]:
    """What git keeps, but for objects that nothing refers to: a commit that fails may leave such."""
    return {name: content for name, content in git_of(room.root).items() if name != "files"}


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
    assert git(room.root, "diff-tree", "-r", "--name-only", "--no-commit-id", "HEAD") == b"poem.txt\n"
    assert (git(room.root, "diff-index", "--cached", "--raw", "HEAD"), git(room.root, "diff-files", "--raw")) == before


@pytest.mark.fault("O48")
def test_a_landing_in_the_lines_that_the_person_edited_is_not_committed(room: Room) -> None:
    write(room.root, {"poem.txt": line(1, b"mine")})
    room.land({"poem.txt": line(1, b"mine and yours")})
    before = kept(room)
    with pytest.raises(RepositoryError, match=r"poem\.txt: the last commit has other changes in the same lines"):
        commit(room)
    assert kept(room) == before


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
    assert (head(room, "text.txt"), head(room, "big.bin"), head(room, "new.txt")) == (
        b"ONE\ntwo\n",
        b"clean 2\n",
        b"new\n",
    )
    assert git(room.root, "status", "--porcelain") == b""


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


def test_the_index_keeps_the_bits_that_it_had(room: Room) -> None:
    (room.root / ".git/index").chmod(0o640)
    room.land({"poem.txt": line(1, b"ONE")})
    commit(room)
    assert stat.S_IMODE((room.root / ".git/index").stat().st_mode) == 0o640


def test_git_sees_at_once_that_a_committed_file_is_unchanged_and_a_young_edit_is_one(room: Room) -> None:
    git(room.root, "config", "core.trustCtime", "false")
    write(room.root, {"other.txt": b"1\n"})
    os.utime(room.root / "other.txt", (10**9, 10**9))
    git(room.root, "add", "other.txt")
    room.land({"poem.txt": line(1, b"ONE")})
    # An edit of the same size, and as young as the index: only that tells git to look inside.
    write(room.root, {"other.txt": b"2\n"})
    for file in ("other.txt", ".git/index"):
        os.utime(room.root / file, (10**9, 10**9))
    assert git(room.root, "diff-files", "--name-only") == b"other.txt\npoem.txt\n"
    commit(room)
    assert git(room.root, "diff-files", "--name-only") == b"other.txt\n"


def test_what_is_committed_already_is_not_committed_again(room: Room) -> None:
    for number, text in ((1, b"ONE"), (2, b"TWO")):
        room.land({"poem.txt": line(number, text, room.read("poem.txt"))})
    git(room.root, "commit", "--quiet", "--all", "--message", "By hand")
    with pytest.raises(RepositoryError, match="holds all of this already"):
        commit(room, 1, 2)
