"""A landing writes exactly what was accepted, and leaves everything else of a file as it was."""

import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import EXECUTABLE, SYMLINK
from copilot_tui.errors import CopilotTuiError, LandingError
from tests.workspace.room import POEM, Room, files_of, git, git_of, temporary_files, tree_of, write

CHANGED = POEM.replace(b"four", b"FOUR")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def name_origin(file: Path, value: bytes) -> None:
    try:
        os.setxattr(file, "user.origin", value)
    except OSError:
        pytest.skip("this file system has no extended attributes")


def refused(room: Room, contents: dict[str, bytes | None]) -> str:
    """The sentence with which the landing is refused; fails unless nothing at all has changed."""
    change_set, grant = room.propose(contents)
    before = tree_of(room.root)
    with pytest.raises(LandingError) as caught:
        room.land_accepted(change_set, grant)
    assert tree_of(room.root) == before
    return str(caught.value)


def test_edits_creates_and_deletes_land_together(make_room: Callable[..., Room]) -> None:
    room = make_room({"poem.txt": POEM, "old/gone.txt": b"gone\n"})
    before = git_of(room.root)
    receipt = room.land({"poem.txt": CHANGED, "new/deep/song.txt": b"la\n", "old/gone.txt": None})
    assert set(files_of(room.root)) == {"poem.txt", "new", "new/deep", "new/deep/song.txt"}
    assert room.read("poem.txt") == CHANGED
    assert room.read("new/deep/song.txt") == b"la\n"
    assert [(file.path, file.change, file.added, file.removed) for file in receipt.files] == [
        ("poem.txt", "edit", 1, 1),
        ("new/deep/song.txt", "create", 1, 0),
        ("old/gone.txt", "delete", 0, 1),
    ]
    assert git_of(room.root) == before


@pytest.mark.fault("O41")
@pytest.mark.parametrize("mode", [0o755, 0o600, 0o664, 0o2755, 0o640])
def test_permission_bits_survive(room: Room, mode: int) -> None:
    (room.root / "poem.txt").chmod(mode)
    room.land({"poem.txt": CHANGED})
    assert mode_of(room.root / "poem.txt") == mode
    assert room.read("poem.txt") == CHANGED


@pytest.mark.fault("O41")
def test_extended_attributes_and_owner_survive(room: Room) -> None:
    file = room.root / "poem.txt"
    name_origin(file, b"a\0b")
    if os.geteuid() == 0:
        os.chown(file, 12345, 54321)
    before = file.stat()
    room.land({"poem.txt": CHANGED})
    assert os.getxattr(file, "user.origin") == b"a\0b"
    assert (file.stat().st_uid, file.stat().st_gid) == (before.st_uid, before.st_gid)


@pytest.mark.fault("O41", "O24")
def test_a_link_stays_a_link_and_its_file_is_not_written_through_it(room: Room) -> None:
    (room.root / "link.txt").symlink_to("poem.txt")
    before = tree_of(room.root)
    change_set = ChangeSet((FileChange("link.txt", POEM, CHANGED),))
    with pytest.raises(CopilotTuiError, match=r"link"):
        room.land_accepted(*room.grant(change_set))
    room.land({"poem.txt": CHANGED})
    assert (room.root / "link.txt").readlink() == Path("poem.txt")
    assert files_of(room.root)["link.txt"] == before[0]["link.txt"]


@pytest.mark.fault("O27")
def test_the_executable_bit_lands_and_goes_only_where_it_was_asked_for(room: Room) -> None:
    file = room.root / "poem.txt"
    file.chmod(0o640)
    room.land({"poem.txt": POEM}, {"poem.txt": EXECUTABLE})
    assert mode_of(file) == 0o750
    change_set = ChangeSet((FileChange("poem.txt", POEM, POEM, old_mode=EXECUTABLE, new_mode=SYMLINK),))
    with pytest.raises(LandingError, match="link or another special file"):
        room.grant(change_set)


def test_a_renamed_file_keeps_its_bits_and_attributes(room: Room) -> None:
    file = room.root / "poem.txt"
    file.chmod(0o600)
    name_origin(file, b"here")
    room.land_accepted(*room.grant(ChangeSet((FileChange("verse/poem.txt", POEM, CHANGED, old_path="poem.txt"),))))
    moved = room.root / "verse/poem.txt"
    assert not file.exists()
    assert (moved.read_bytes(), mode_of(moved), os.getxattr(moved, "user.origin")) == (CHANGED, 0o600, b"here")


@pytest.mark.fault("O42", "O43")
@pytest.mark.parametrize(
    "content",
    [
        b"a\r\nfour\r\nb\r\n",
        b"a\nfour\r\nb\n\rc\n",
        b"a\nfour",
        b"\xef\xbb\xbfa\nfour\n",
        b"\ta\n\tfour\n\x0c\nb\n",
        b"caf\xe9\nfour\n",
        "a\nfour\n".encode("utf-16"),
        b"good\nfour\nb\xffd\n",
    ],
    ids=["crlf", "mixed", "no-final-newline", "bom", "tabs", "latin-1", "utf-16", "broken-utf-8"],
)
def test_line_ends_marks_and_encodings_survive(make_room: Callable[..., Room], content: bytes) -> None:
    room = make_room({"text": content})
    wanted = content.replace(b"four", b"five").replace("four".encode("utf-16-le"), "five".encode("utf-16-le"))
    room.land({"text": wanted})
    assert room.read("text") == wanted
    if b"\0" not in content:
        assert git(room.root, "-c", "core.autocrlf=false", "diff", "--numstat") == b"1\t1\ttext\n"


@pytest.mark.fault("O40")
@pytest.mark.parametrize("read_only", ["file", "folder"])
def test_a_read_only_file_or_folder_refuses_the_whole_batch(make_room: Callable[..., Room], read_only: str) -> None:
    room = make_room({"a.txt": POEM, "deep/b.txt": POEM})
    place = room.root / ("deep/b.txt" if read_only == "file" else "deep")
    place.chmod(0o444 if read_only == "file" else 0o555)
    sentence = refused(room, {"a.txt": CHANGED, "deep/b.txt": CHANGED})
    assert "deep/b.txt" in sentence
    assert "read-only" in sentence


def test_a_file_with_another_hard_link_is_refused(room: Room, tmp_path: Path) -> None:
    os.link(room.root / "poem.txt", tmp_path / "outside.txt")
    assert "hard link" in refused(room, {"poem.txt": CHANGED})
    assert (tmp_path / "outside.txt").read_bytes() == POEM


@pytest.mark.fault("O36")
def test_a_change_elsewhere_in_the_file_is_kept(room: Room) -> None:
    change_set, grant = room.propose({"poem.txt": CHANGED})
    write(room.root, {"poem.txt": b"zero\n" + POEM})
    receipt = room.land_accepted(change_set, grant)
    assert room.read("poem.txt") == b"zero\n" + CHANGED
    assert receipt.notes == ("poem.txt changed since the proposal; both changes are in.",)


@pytest.mark.fault("O36")
@pytest.mark.parametrize("what", ["changed", "deleted", "became-a-folder", "became-a-link", "became-a-pipe"])
def test_a_file_that_changed_where_the_hunk_is_refuses_all(
    make_room: Callable[..., Room], what: str, tmp_path: Path
) -> None:
    room = make_room({"a.txt": POEM, "poem.txt": POEM})
    change_set, grant = room.propose({"a.txt": CHANGED, "poem.txt": CHANGED})
    file = room.root / "poem.txt"
    file.unlink()
    if what == "changed":
        file.write_bytes(POEM.replace(b"four", b"4"))
    elif what == "became-a-folder":
        file.mkdir()
    elif what == "became-a-link":
        (tmp_path / "outside").write_bytes(POEM)
        file.symlink_to(tmp_path / "outside")
    elif what == "became-a-pipe":
        os.mkfifo(file)
    before = tree_of(room.root)
    with pytest.raises(LandingError, match=r"poem\.txt"):
        room.land_accepted(change_set, grant)
    assert tree_of(room.root) == before


def test_a_file_that_appeared_since_is_never_overwritten(room: Room) -> None:
    change_set, grant = room.propose({"new.txt": b"ours\n"})
    write(room.root, {"new.txt": b"theirs\n"})
    with pytest.raises(LandingError, match=r"new\.txt changed since"):
        room.land_accepted(change_set, grant)
    assert room.read("new.txt") == b"theirs\n"


@pytest.mark.fault("O24")
def test_a_folder_that_became_a_link_is_not_followed(make_room: Callable[..., Room], tmp_path: Path) -> None:
    room = make_room({"deep/poem.txt": POEM})
    change_set, grant = room.propose({"deep/poem.txt": CHANGED})
    outside = tmp_path / "outside"
    (room.root / "deep").rename(outside)
    (room.root / "deep").symlink_to(outside)
    with pytest.raises(LandingError):
        room.land_accepted(change_set, grant)
    assert [path.name for path in outside.iterdir()] == ["poem.txt"]
    assert (outside / "poem.txt").read_bytes() == POEM


def test_a_forged_change_set_is_refused_whole(room: Room) -> None:
    change_set, grant = room.propose({"poem.txt": CHANGED})
    before = tree_of(room.root)
    forged = ChangeSet((replace(change_set.files[0], after=CHANGED + b"more\n"),))
    with pytest.raises(LandingError, match="differs from the one that was accepted"):
        room.land_accepted(forged, grant)
    assert tree_of(room.root) == before


def test_nothing_of_ours_stays_beside_the_files(room: Room) -> None:
    room.land({"poem.txt": CHANGED, "new.txt": b"x\n"})
    assert not temporary_files(room.root)
    assert git(room.root, "status", "--porcelain") == b" M poem.txt\n?? new.txt\n"


@pytest.mark.fault("O35")
def test_the_journal_is_for_the_person_alone(room: Room) -> None:
    room.land({"poem.txt": CHANGED})
    for path in [room.state, *room.state.rglob("*")]:
        assert mode_of(path) == (0o700 if path.is_dir() else 0o600), path
    assert not room.state.is_relative_to(room.root)
