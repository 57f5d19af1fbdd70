"""The journal stays within its bounds, says what cannot be undone any more, and never changes what stands."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.errors import LandingError
from copilot_tui.workspace.journal import Journal
from copilot_tui.workspace.pruning import Bounds, prune
from copilot_tui.workspace.revert import history, redo, revert
from tests.workspace.room import POEM, Room, files_of

ROOMY = Bounds(days=180, megabytes=500)
DAY = 86_400.0
PROJECT = Path(__file__).parents[2]


def tidy(room: Room, bounds: Bounds = ROOMY, days: float = 0.0) -> str:
    return prune(room.root, room.state, bounds, time.time() + days * DAY)


def undoable(room: Room) -> list[int]:
    return [receipt.number for receipt in history(room.repository, room.state) if not receipt.undone]


def entries(room: Room) -> list[int]:
    return [entry.number for entry in Journal(room.state, room.root).entries()]


def test_a_young_and_small_journal_is_left_alone(room: Room) -> None:
    room.land({"poem.txt": b"1\n" + POEM})
    room.land({"poem.txt": b"2\n" + POEM})
    assert tidy(room, days=179) == ""
    assert undoable(room) == [2, 1]


def test_what_is_too_old_goes_but_the_newest_and_it_is_said(room: Room) -> None:
    for number in range(3):
        room.land({"poem.txt": b"%d\n" % number + POEM})
    before = files_of(room.root)
    assert tidy(room, days=181) == (
        "2 landings cannot be undone any more: beyond keep_landings_days = 180 or keep_landings_megabytes = 500 in the settings."
    )
    assert files_of(room.root) == before
    assert undoable(room) == [3]
    revert(room.repository, room.state)
    assert room.read("poem.txt") == b"1\n" + POEM
    with pytest.raises(LandingError, match="no landing to undo"):
        revert(room.repository, room.state)


def test_the_oldest_go_where_all_are_too_large(make_room: Callable[..., Room]) -> None:
    room = make_room({"large.txt": b""})
    for number in range(4):
        room.land({"large.txt": b"%d\n" % number * 200_000})
    assert tidy(room, Bounds(180, 2)).startswith("2 landings cannot")
    assert undoable(room) == [4, 3]
    assert tidy(room, Bounds(180, 2)) == ""


def test_a_landing_that_was_undone_goes_with_its_undo_and_without_a_word(room: Room) -> None:
    room.land({"poem.txt": b"1\n" + POEM})
    revert(room.repository, room.state)
    redo(room.repository, room.state)
    revert(room.repository, room.state)
    room.land({"other.txt": b"new\n"})
    assert entries(room) == [1, 2, 3, 4, 5]
    assert tidy(room, days=181) == ""
    assert entries(room) == [5]
    assert undoable(room) == [5]
    room.land({"third.txt": b"new\n"})
    assert undoable(room) == [6, 5], "no number is given twice"


def test_an_undo_is_never_younger_than_what_stays_of_its_landing(room: Room) -> None:
    room.land({"poem.txt": b"1\n" + POEM})
    room.land({"other.txt": b"new\n"})
    revert(room.repository, room.state, number=1)
    tidy(room, days=181)
    assert entries(room) == [1, 3], "the newest is the undo: its landing stays with it"
    assert undoable(room) == []


def test_the_landings_of_a_program_that_runs_stay(room: Room) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.workspace.room import Room\n"
        "import os\n"
        "room = Room(Path(sys.argv[1]), Path(sys.argv[2]), dict(os.environ))\n"
        "room.land({'poem.txt': b'theirs'})\n"
        "print('landed', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(room.root), str(room.state)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=PROJECT) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"landed\n"
        room.land({"other.txt": b"mine"})
        assert tidy(room, days=181) == ""
        assert undoable(room) == [2, 1]
        other.communicate()
    assert tidy(room, days=181).startswith("One landing cannot")
    assert undoable(room) == [2]


def test_a_journal_in_use_is_left_for_the_next_start(room: Room) -> None:
    room.land({"poem.txt": b"1\n" + POEM})
    room.land({"poem.txt": b"2\n" + POEM})
    with Journal(room.state, room.root).locked():
        assert tidy(room, days=181) == ""
    assert undoable(room) == [2, 1]
    assert tidy(room, days=181).startswith("One landing")


def test_where_nothing_has_landed_nothing_is_made(room: Room) -> None:
    assert tidy(room) == ""
    assert not room.state.exists()
