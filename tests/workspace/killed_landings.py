"""Run as a program: lands, undoes or redoes the same batch again and again, killed each time at another line, and says what was left.

Arguments: repository, state folder, what to do, number of runs, and `cannot-swap` for a file system without swaps. Output: one
line of JSON for each run.
"""

import json
import os
import sys
from pathlib import Path

from copilot_tui.workspace import rename
from copilot_tui.workspace.landing import recover
from copilot_tui.workspace.revert import redo, revert
from tests.workspace.interruption import KillAtLine
from tests.workspace.room import Room, files_of, temporary_files

OLD: dict[str, bytes | None] = {"a.txt": b"old a\n" * 50, "b/b.txt": b"old b\n", "c.txt": b"old c\n", "d/new.txt": None}
NEW: dict[str, bytes | None] = {"a.txt": b"new a\n" * 70, "b/b.txt": b"new b\n", "c.txt": None, "d/new.txt": b"new d\n"}


def main() -> None:
    root, state, what, runs = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
    if sys.argv[5:] == ["cannot-swap"]:
        rename._CALLS.clear()
    room = Room(root, state / "counting", dict(os.environ))
    _prepare(room, what)
    with KillAtLine() as counting:
        _do(room, what)
    for run in range(runs):
        room = Room(root, state / str(run), dict(os.environ))
        _prepare(room, what)
        child = os.fork()
        if child == 0:
            with KillAtLine(1 + run * counting.lines // runs):
                _do(room, what)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        _say(room, run, os.WIFSIGNALED(status))


def _prepare(room: Room, what: str) -> None:
    """All files old and no landing; for undo with the landing made, for redo with it undone."""
    for path, content in OLD.items():
        file = room.root / path
        if content is None:
            file.unlink(missing_ok=True)
        else:
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
    if what != "land":
        room.land(NEW)
    if what == "redo":
        revert(room.repository, room.state)


def _do(room: Room, what: str) -> None:
    if what == "land":
        room.land(NEW)
    elif what == "undo":
        revert(room.repository, room.state)
    else:
        redo(room.repository, room.state)


def _say(room: Room, run: int, was_killed: bool) -> None:
    at_once = [_which(room, path) for path in OLD]
    sentence = recover(room.repository, room.state)
    afterwards = [_which(room, path) for path in OLD]
    left = [path.name for path in temporary_files(room.root)]
    known = {*OLD, "b", "d"}
    strange = [path for path in files_of(room.root) if path not in known]
    again = recover(room.repository, room.state)
    print(  # noqa: T201
        json.dumps(
            {
                "run": run,
                "killed": was_killed,
                "at_once": at_once,
                "afterwards": afterwards,
                "sentence": sentence,
                "again": again,
                "left": left + strange,
            }
        )
    )


def _which(room: Room, path: str) -> str:
    file = room.root / path
    content = file.read_bytes() if file.exists() else None
    return "old" if content == OLD[path] else "new" if content == NEW[path] else "torn"


if __name__ == "__main__":
    main()
