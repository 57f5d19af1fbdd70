"""What goes wrong while a landing writes: every file is old again, nothing of ours is left, and one sentence says why."""

import contextlib
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot_tui.errors import LandingError
from copilot_tui.workspace import rename
from copilot_tui.workspace.entry import Entry, Image, State
from copilot_tui.workspace.journal import Journal
from copilot_tui.workspace.landing import recover
from tests.workspace.interruption import At
from tests.workspace.room import POEM, Room, make_repository, temporary_files, tree_of, write

CHANGED = POEM.replace(b"four", b"FOUR")
PROJECT = Path(__file__).parents[2]


@pytest.fixture(params=["swaps", "cannot-swap"])
def renames(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Once with the file system's swap, once as on a system that has none."""
    if request.param == "cannot-swap":
        monkeypatch.setattr(rename, "_CALLS", {})
    rename._system_call.cache_clear()
    yield request.param
    rename._system_call.cache_clear()


@pytest.mark.fault("O24")
def test_a_folder_swapped_for_a_link_between_check_and_write(make_room: Callable[..., Room], tmp_path: Path) -> None:
    room = make_room({"a.txt": POEM, "deep/poem.txt": POEM})
    change_set, grant = room.propose({"a.txt": CHANGED, "deep/poem.txt": CHANGED})
    outside = tmp_path / "outside"
    write(outside, {"poem.txt": POEM})

    def swap() -> None:
        (room.root / "deep").rename(room.root / "moved")
        (room.root / "deep").symlink_to(outside)

    with At("_move_into_place", swap), pytest.raises(LandingError, match="link"):
        room.land_accepted(change_set, grant)
    assert (outside / "poem.txt").read_bytes() == POEM
    assert [path.name for path in outside.iterdir()] == ["poem.txt"]
    assert room.read("a.txt") == POEM
    assert room.read("moved/poem.txt") == POEM
    assert not temporary_files(room.root)


@pytest.mark.fault("O36")
@pytest.mark.parametrize("moment", ["exchange", "_rename"])
def test_a_file_saved_at_the_very_last_moment_is_kept(room: Room, moment: str) -> None:
    change_set, grant = room.propose({"poem.txt": CHANGED})

    def save() -> None:
        (room.root / "saved").write_bytes(b"saved by an editor\n")
        (room.root / "saved").rename(room.root / "poem.txt")

    with At(moment, save), pytest.raises(LandingError, match=r"poem\.txt changed since"):
        room.land_accepted(change_set, grant)
    assert room.read("poem.txt") == b"saved by an editor\n"
    assert not temporary_files(room.root)


@pytest.mark.fault("O36")
def test_a_file_that_appears_at_the_very_last_moment_is_kept(room: Room, renames: str) -> None:
    change_set, grant = room.propose({"poem.txt": CHANGED, "new.txt": b"ours\n"})
    with (
        At("rename_new", lambda: write(room.root, {"new.txt": b"theirs\n"})),
        pytest.raises(LandingError, match=r"new\.txt changed since"),
    ):
        room.land_accepted(change_set, grant)
    assert room.read("new.txt") == b"theirs\n"
    assert room.read("poem.txt") == POEM
    assert not temporary_files(room.root)


@pytest.mark.fault("O36")
def test_a_file_saved_just_before_its_removal_is_kept(make_room: Callable[..., Room]) -> None:
    room = make_room({"a.txt": POEM, "poem.txt": POEM})
    change_set, grant = room.propose({"a.txt": CHANGED, "poem.txt": None})
    with (
        At("_move_into_place", lambda: write(room.root, {"poem.txt": b"saved\n"}), turn=2),
        pytest.raises(LandingError, match=r"poem\.txt changed since"),
    ):
        room.land_accepted(change_set, grant)
    assert (room.read("a.txt"), room.read("poem.txt")) == (POEM, b"saved\n")
    assert not temporary_files(room.root)


@pytest.mark.fault("O66")
def test_ctrl_c_in_the_middle_takes_everything_back(make_room: Callable[..., Room], renames: str) -> None:
    room = make_room({"a.txt": POEM, "b.txt": POEM, "gone/c.txt": POEM})
    change_set, grant = room.propose({"a.txt": CHANGED, "gone/c.txt": None, "new/d.txt": b"d\n", "b.txt": CHANGED})
    before = tree_of(room.root)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with At("_move_into_place", interrupt, turn=4), pytest.raises(KeyboardInterrupt):
        room.land_accepted(change_set, grant)
    assert tree_of(room.root) == before
    assert recover(room.repository, room.state) == ""
    room.land_accepted(change_set, grant)
    assert (room.read("b.txt"), room.read("new/d.txt")) == (CHANGED, b"d\n")


@contextlib.contextmanager
def largest_file(size: int) -> Iterator[None]:
    """As on a disk that is full: a write beyond `size` bytes is cut short, and the next one fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.fault("O39")
def test_a_short_write_leaves_all_old(make_room: Callable[..., Room]) -> None:
    room = make_room({"a.txt": POEM, "poem.txt": POEM})
    change_set, grant = room.propose({"a.txt": CHANGED, "poem.txt": b"long\n" * 100_000})
    before = tree_of(room.root)
    with largest_file(100_000), pytest.raises(LandingError, match=r"Nothing was written: .*(large|space)"):
        room.land_accepted(change_set, grant)
    assert tree_of(room.root) == before
    room.land_accepted(change_set, grant)
    assert room.read("a.txt") == CHANGED


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "small", str(place)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can be mounted by root alone")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.fault("O39")
def test_a_full_disk_leaves_all_old(small_disk: Path, make_room: Callable[..., Room]) -> None:
    elsewhere = make_room()
    make_repository(small_disk / "work", {"a.txt": POEM, "poem.txt": POEM}, "--template=")
    room = Room(small_disk / "work", elsewhere.state, elsewhere.environment)
    change_set, grant = room.propose({"a.txt": CHANGED, "new/poem.txt": b"long\n" * 30_000})
    with contextlib.suppress(OSError):
        (small_disk / "filler").write_bytes(bytes(300_000))
    (small_disk / "filler").write_bytes(bytes((small_disk / "filler").stat().st_size - 60_000))
    before = tree_of(room.root)
    with pytest.raises(LandingError, match=r"new/poem\.txt could not be written \(No space left on device\)"):
        room.land_accepted(change_set, grant)
    assert tree_of(room.root) == before
    (small_disk / "filler").unlink()
    room.land_accepted(change_set, grant)
    assert room.read("a.txt") == CHANGED


@pytest.mark.fault("O39")
def test_no_landing_without_a_journal(room: Room) -> None:
    change_set, grant = room.propose({"poem.txt": CHANGED})
    room.state.parent.mkdir(parents=True, exist_ok=True)
    room.state.write_bytes(b"a file where the folder should be")
    before = tree_of(room.root)
    with pytest.raises(LandingError, match="nothing lands without it"):
        room.land_accepted(change_set, grant)
    assert tree_of(room.root) == before


@pytest.mark.fault("O38", "O66")
@pytest.mark.parametrize(
    ("what", "count", "how"),
    [("land", 30, "swaps"), ("undo", 20, "swaps"), ("redo", 20, "swaps"), ("land", 25, "cannot-swap")],
)
def test_killed_at_any_line(make_room: Callable[..., Room], what: str, count: int, how: str) -> None:
    room = make_room({"a.txt": b"", "b/b.txt": b"", "c.txt": b""})
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.workspace.killed_landings",
            str(room.root),
            str(room.state),
            what,
            str(count),
            how,
        ],
        cwd=PROJECT,
        env=dict(room.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(runs) == count, done.stderr
    old, new = ("old", "new") if what != "undo" else ("new", "old")
    assert all(run["killed"] for run in runs)
    for run in runs:
        assert "torn" not in run["at_once"], run
        assert run["afterwards"] in ([old] * 4, [new] * 4), run
        assert not run["left"], run
        assert run["again"] == "", run
        if len(set(run["at_once"])) > 1:
            assert run["sentence"] == "A landing was cut off last time; every file is as it was before it.", run
    # The kills really fell into the middle, and recovery went both ways.
    assert any(len(set(run["at_once"])) > 1 for run in runs)
    assert {run["afterwards"][0] for run in runs} == {"old", "new"}
    assert any("after its last file" in run["sentence"] for run in runs)


def cut_off(room: Room, state: State = "writing") -> tuple[Journal, Image]:
    """What a killed landing leaves that had brought its only file into place."""
    journal = Journal(room.state, room.root)
    image = Image("poem.txt", POEM, CHANGED, 0o644, 0o644, ".copilot-tui-left")
    with journal.locked():
        entry = journal.write(Entry(0, "writing", 0.0, "cut off", "ended", (image,)))
        journal.set_state(entry, state)
    write(room.root, {"poem.txt": CHANGED, ".copilot-tui-left": POEM})
    return journal, image


@pytest.mark.fault("O38")
def test_somebodys_work_since_the_kill_is_left_alone_and_named(room: Room) -> None:
    cut_off(room)
    write(room.root, {"poem.txt": b"mine\n"})
    assert recover(room.repository, room.state) == (
        "A landing was cut off last time; it was taken back, but for poem.txt, changed since."
    )
    assert room.read("poem.txt") == b"mine\n"
    assert not temporary_files(room.root)
    assert recover(room.repository, room.state) == ""


@pytest.mark.fault("O38")
def test_an_old_file_that_somebody_saved_under_our_hands_comes_back(room: Room) -> None:
    # Killed between the swap and the look at what was swapped out: the spare is not the file that was read.
    cut_off(room)
    write(room.root, {".copilot-tui-left": b"saved by an editor\n"})
    recover(room.repository, room.state)
    assert room.read("poem.txt") == b"saved by an editor\n"
    assert not temporary_files(room.root)


@pytest.mark.fault("O38")
def test_a_new_file_killed_under_both_of_its_names_goes_whole(room: Room) -> None:
    # Where a file system has no rename that keeps the target, a new file has two names for a moment.
    journal = Journal(room.state, room.root)
    with journal.locked():
        image = Image("new.txt", None, b"new\n", 0, 0o644, ".copilot-tui-left")
        journal.write(Entry(0, "writing", 0.0, "cut off", "ended", (image,)))
    write(room.root, {".copilot-tui-left": b"new\n"})
    os.link(room.root / ".copilot-tui-left", room.root / "new.txt")
    recover(room.repository, room.state)
    assert not (room.root / "new.txt").exists()
    assert not temporary_files(room.root)


@pytest.mark.fault("O38")
@pytest.mark.parametrize("damage", ["before-0", "folder"])
def test_what_cannot_be_settled_is_said_and_does_not_stop_the_program(room: Room, damage: str) -> None:
    journal, _ = cut_off(room)
    if damage == "before-0":
        (journal.folder / "00000001/before-0").write_bytes(b"damaged")
    else:
        (room.root / ".copilot-tui-left").unlink()
        (room.root / ".copilot-tui-left").mkdir()
    sentence = recover(room.repository, room.state)
    assert "poem.txt" in sentence
    assert room.read("poem.txt") == CHANGED
    assert recover(room.repository, room.state) == "" if damage == "before-0" else True


def test_an_entry_that_was_never_complete_is_forgotten(room: Room) -> None:
    journal, _ = cut_off(room, "written")
    (journal.folder / "00000002").mkdir()
    (journal.folder / "00000002/before-0").write_bytes(b"half")
    assert "every file is as it should be after it" in recover(room.repository, room.state)
    assert [place.name for place in journal.folder.iterdir() if place.is_dir()] == ["00000001"]
    assert room.read("poem.txt") == CHANGED


def test_a_landing_waits_for_another_and_gives_up_in_one_sentence(room: Room) -> None:
    journal = Journal(room.state, room.root)
    with (
        journal.locked(),
        pytest.raises(LandingError, match="Another copilot-tui is writing"),
        Journal(room.state, room.root).locked(seconds=0.2),
    ):
        pytest.fail("two at once")
