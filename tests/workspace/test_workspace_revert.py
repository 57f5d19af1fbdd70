"""Undo and redo of landings: to any depth, in later programs, beside others, and never over the person's own edits."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot_tui.diff.snapshot import EXECUTABLE
from copilot_tui.errors import LandingError
from copilot_tui.workspace.revert import history, landed_changes, redo, revert
from tests.workspace.room import POEM, Room, files_of, git, git_of, tree_of, write

PROJECT = Path(__file__).parents[2]


def line(number: int, text: bytes, poem: bytes = POEM) -> bytes:
    lines = poem.splitlines(keepends=True)
    lines[number - 1] = text + b"\n"
    return b"".join(lines)


def undo(room: Room) -> tuple[str, ...]:
    return revert(room.repository, room.state).notes


def again(room: Room) -> tuple[str, ...]:
    return redo(room.repository, room.state).notes


@pytest.mark.fault("O47")
def test_three_landings_back_and_forth_with_index_and_modes(make_room: Callable[..., Room]) -> None:
    room = make_room({"poem.txt": POEM, "tool.sh": b"#!/bin/sh\n", "secret.txt": b"x\n"})
    (room.root / "secret.txt").chmod(0o600)
    os.setxattr(room.root / "secret.txt", "user.origin", b"here")
    write(room.root, {"poem.txt": line(7, b"STAGED")})
    git(room.root, "add", "poem.txt")
    states = [tree_of(room.root)]
    room.land({"poem.txt": line(1, b"ONE", room.read("poem.txt"))})
    states.append(tree_of(room.root))
    room.land({"tool.sh": b"#!/bin/sh\necho\n", "new/deep.txt": b"deep\n"}, {"tool.sh": EXECUTABLE})
    states.append(tree_of(room.root))
    room.land({"secret.txt": None, "poem.txt": line(2, b"TWO", room.read("poem.txt"))})
    states.append(tree_of(room.root))
    for _ in range(2):
        for state in reversed(states[:-1]):
            undo(room)
            assert tree_of(room.root) == state
        with pytest.raises(LandingError, match="no landing to undo"):
            undo(room)
        for state in states[1:]:
            again(room)
            assert tree_of(room.root) == state
        with pytest.raises(LandingError, match="no undone landing"):
            again(room)
    undo(room)
    assert stat.S_IMODE((room.root / "secret.txt").stat().st_mode) == 0o600
    assert os.getxattr(room.root / "secret.txt", "user.origin") == b"here"


def test_a_new_landing_ends_what_could_be_landed_again(room: Room) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    undo(room)
    room.land({"poem.txt": line(2, b"TWO")})
    with pytest.raises(LandingError, match="no undone landing"):
        again(room)
    undo(room)
    assert room.read("poem.txt") == POEM


@pytest.mark.fault("O37")
def test_an_edit_elsewhere_survives_undo_and_redo(room: Room) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    write(room.root, {"poem.txt": line(6, b"mine", line(1, b"ONE"))})
    assert undo(room) == ("poem.txt was changed since; your change is kept.",)
    assert room.read("poem.txt") == line(6, b"mine")
    write(room.root, {"poem.txt": line(4, b"also mine", line(6, b"mine"))})
    again(room)
    assert room.read("poem.txt") == line(4, b"also mine", line(6, b"mine", line(1, b"ONE")))


@pytest.mark.fault("O37")
def test_an_edit_at_the_same_place_is_left_and_named_and_the_other_files_go_back(
    make_room: Callable[..., Room],
) -> None:
    room = make_room({"a.txt": POEM, "poem.txt": POEM})
    room.land({"a.txt": line(1, b"ONE"), "poem.txt": line(1, b"ONE"), "new.txt": b"new\n"})
    write(room.root, {"poem.txt": line(1, b"mine"), "new.txt": b"mine\n"})
    assert undo(room) == (
        "poem.txt was changed since, so it stays as it is.",
        "new.txt was changed since, so it stays as it is.",
    )
    assert (room.read("a.txt"), room.read("poem.txt"), room.read("new.txt")) == (POEM, line(1, b"mine"), b"mine\n")
    again(room)
    assert (room.read("a.txt"), room.read("poem.txt")) == (line(1, b"ONE"), line(1, b"mine"))


def test_an_older_landing_is_taken_back_from_under_a_later_one(room: Room) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    room.land({"poem.txt": line(7, b"SEVEN", room.read("poem.txt"))})
    older = history(room.repository, room.state)[-1].number
    notes = revert(room.repository, room.state, older).notes
    assert room.read("poem.txt") == line(7, b"SEVEN")
    assert notes == ("poem.txt was changed since; your change is kept.",)
    with pytest.raises(LandingError, match=f"Landing {older} does not stand"):
        revert(room.repository, room.state, older)
    again(room)
    assert room.read("poem.txt") == line(7, b"SEVEN", line(1, b"ONE"))


def test_an_older_landing_in_the_same_line_as_a_later_one_stays_and_is_named(room: Room) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    room.land({"poem.txt": line(1, b"UNO")})
    with pytest.raises(LandingError, match=r"poem\.txt was changed since"):
        revert(room.repository, room.state, history(room.repository, room.state)[-1].number)
    assert room.read("poem.txt") == line(1, b"UNO")


@pytest.mark.fault("O37")
@pytest.mark.parametrize("what", ["edited", "deleted", "became-a-link"])
def test_where_nothing_can_go_back_nothing_changes(room: Room, what: str) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    file = room.root / "poem.txt"
    if what == "edited":
        file.write_bytes(line(1, b"mine"))
    else:
        file.unlink()
        if what == "became-a-link":
            file.symlink_to("elsewhere")
    before = tree_of(room.root)
    with pytest.raises(LandingError, match=r"poem\.txt"):
        undo(room)
    assert tree_of(room.root) == before
    file.unlink(missing_ok=True)
    file.write_bytes(line(1, b"ONE"))
    undo(room)
    assert room.read("poem.txt") == POEM


def test_a_file_that_was_deleted_comes_back_unless_the_name_was_taken(make_room: Callable[..., Room]) -> None:
    room = make_room({"a/poem.txt": POEM, "b.txt": POEM})
    room.land({"a/poem.txt": None})
    write(room.root, {"a/poem.txt": b"mine\n"})
    with pytest.raises(LandingError, match="stays as it is"):
        undo(room)
    (room.root / "a/poem.txt").unlink()
    undo(room)
    assert room.read("a/poem.txt") == POEM


def test_permission_bits_that_the_person_changed_since_stay(room: Room) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    (room.root / "poem.txt").chmod(0o600)
    undo(room)
    assert stat.S_IMODE((room.root / "poem.txt").stat().st_mode) == 0o600


def test_git_sees_nothing_of_landings_undos_and_redos(room: Room) -> None:
    before = git_of(room.root)
    for text in (b"ONE", b"UNO", b"EINS"):
        room.land({"poem.txt": line(1, text)})
    undo(room), undo(room), again(room), undo(room), undo(room)
    assert git_of(room.root) == before
    assert files_of(room.root)["poem.txt"][1] == POEM


def test_the_list_names_each_landing_with_its_request_and_its_diff(room: Room) -> None:
    room.land({"poem.txt": line(1, b"ONE")}, request="shout the first line")
    room.land({"new.txt": b"a\nb\n"}, request="add a\nfile")
    undo(room)
    newest, oldest = history(room.repository, room.state)
    assert (newest.request, newest.undone, newest.files[0].added) == ("add a\nfile", True, 2)
    assert (oldest.request, oldest.undone, oldest.files[0].path) == ("shout the first line", False, "poem.txt")
    assert "(undone)" in newest.describe()
    (change,) = landed_changes(room.repository, room.state, oldest.number)
    assert (change.before, change.after) == (POEM, line(1, b"ONE"))
    with pytest.raises(LandingError, match="no landing 99"):
        landed_changes(room.repository, room.state, 99)


def test_a_damaged_journal_is_said_and_nothing_older_is_taken_back_instead(room: Room) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    room.land({"poem.txt": line(2, b"TWO", line(1, b"ONE"))})
    (newest,) = room.state.glob("landings/*/00000002")
    before = tree_of(room.root)
    for file, content in (("before-0", b"forged\n"), ("landing.json", b"{")):
        (newest / file).write_bytes(content)
        with pytest.raises(LandingError, match="landing 2 is damaged"):
            undo(room)
        assert tree_of(room.root) == before


@pytest.fixture
def other(room: Room) -> Iterator[subprocess.Popen[str]]:
    """A second program that runs in the same repository: each line of its input is a file to land `other` in, or `undo`."""
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom copilot_tui.errors import LandingError\n"
        "from copilot_tui.workspace.revert import revert\nfrom tests.workspace.room import Room\n"
        "room = Room(Path(sys.argv[1]), Path(sys.argv[2]), dict(os.environ))\n"
        "for order in sys.stdin:\n"
        "    try:\n"
        "        done = revert(room.repository, room.state) if order == 'undo\\n' else room.land({order.strip(): b'other\\n'})\n"
        "        print(done.number, flush=True)\n"
        "    except LandingError as error:\n"
        "        print(error, flush=True)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(room.root), str(room.state)],
        cwd=PROJECT,
        env=dict(room.environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        yield running
        running.kill()


def tell(other: subprocess.Popen[str], order: str) -> str:
    assert other.stdin is not None
    assert other.stdout is not None
    other.stdin.write(order + "\n")
    other.stdin.flush()
    return other.stdout.readline().strip()


@pytest.mark.fault("O46")
def test_each_of_two_programs_undoes_its_own(room: Room, other: subprocess.Popen[str]) -> None:
    room.land({"ours.txt": b"ours\n"})
    assert tell(other, "theirs.txt") == "2"
    undo(room)
    assert not (room.root / "ours.txt").exists()
    assert room.read("theirs.txt") == b"other\n"
    with pytest.raises(LandingError, match="another copilot-tui that still runs: undo it there"):
        undo(room)
    room.land({"more.txt": b"ours\n"})
    tell(other, "undo")
    assert not (room.root / "theirs.txt").exists()
    assert room.read("more.txt") == b"ours\n"
    with pytest.raises(LandingError, match="another copilot-tui that still runs: redo it there"):
        again(room)


@pytest.mark.fault("O46")
def test_a_landing_under_one_of_another_program_waits_for_it(room: Room, other: subprocess.Popen[str]) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    tell(other, "poem.txt")
    with pytest.raises(LandingError, match="another copilot-tui that still runs"):
        undo(room)
    assert room.read("poem.txt") == b"other\n"


@pytest.mark.fault("O46")
def test_no_number_takes_back_what_another_program_has_to_do_with(room: Room, other: subprocess.Popen[str]) -> None:
    room.land({"poem.txt": line(1, b"ONE")})
    tell(other, "poem.txt")
    tell(other, "theirs.txt")
    for number in (1, 2, 3):
        with pytest.raises(LandingError, match="Another copilot-tui that still runs made landing"):
            revert(room.repository, room.state, number)
    assert room.read("poem.txt") == room.read("theirs.txt") == b"other\n"


@pytest.mark.fault("O46", "O47")
def test_a_later_program_undoes_what_an_ended_one_landed(room: Room, other: subprocess.Popen[str]) -> None:
    tell(other, "poem.txt")
    other.kill()
    other.wait()
    undo(room)
    assert room.read("poem.txt") == POEM


@pytest.mark.fault("O46")
def test_programs_that_land_at_the_same_time_wait_for_each_other(room: Room) -> None:
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom tests.workspace.room import Room\n"
        "room = Room(Path(sys.argv[1]), Path(sys.argv[2]), dict(os.environ))\n"
        "for turn in range(6):\n"
        "    room.land({f'{sys.argv[3]}/{turn}-{file}.txt': b'text\\n' for file in range(3)})\n"
    )
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(room.root), str(room.state), name],
            cwd=PROJECT,
            env=dict(room.environment),
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("ours", "theirs", "third")
    ]
    for one in running:
        _, said = one.communicate(timeout=60)
        assert (one.returncode, said) == (0, "")
    assert len([path for path in files_of(room.root) if path.endswith(".txt")]) == 1 + 3 * 6 * 3
    receipts = history(room.repository, room.state)
    assert [receipt.number for receipt in receipts] == list(range(18, 0, -1))
    for _ in receipts:
        undo(room)
    assert set(files_of(room.root)) == {"poem.txt"}
