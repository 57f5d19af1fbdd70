"""Reading on two cores: the same documents as on one, no process left behind, and nothing lost if one is killed."""

import subprocess
import sys
from pathlib import Path

from copilot_tui.context.disk import Disk
from copilot_tui.context.reading import read_files

_PROGRAM = """
import os, sys, threading
from pathlib import Path
from copilot_tui.context.disk import Disk
from copilot_tui.context.reading import read_files

folder = Path(sys.argv[1])
disk = Disk(folder)
disk.forget()
files = [(f"f{n}.py", str(n)) for n in range(200)]
real_fork, forks = os.fork, []
if sys.argv[2] == "one core":
    threading.Thread(target=threading.Event().wait, daemon=True).start()

def fork():
    forks.append(1)
    child = real_fork()
    if not child and sys.argv[2] == "killed":
        os._exit(9)
    return child

os.fork = fork
os.cpu_count = lambda: 2
found = read_files(files, disk)
print(len(forks), len(found.rest), sorted(found.unread), sorted(blob for blob, _ in found.found))
print(sorted((blob, sorted(one.lines.items()), one.sums, one.size) for blob, one in found.found))
try:
    os.waitpid(-1, os.WNOHANG)
    print("a child was left")
except ChildProcessError:
    print("no child was left")
"""


def run(folder: Path, how: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder), how], capture_output=True, check=True, text=True
    )
    return done.stdout.splitlines()


def make_files(folder: Path) -> None:
    for number in range(199):  # the last one is missing
        (folder / f"f{number}.py").write_text(f"def name_{number}():\n    return {number}\n")


def test_two_cores_read_what_one_reads_and_no_child_is_left(tmp_path: Path) -> None:
    make_files(tmp_path)
    alone, forked = run(tmp_path, "one core"), run(tmp_path, "two cores")
    assert (alone[0][0], forked[0][0]) == ("0", "1")
    assert alone[0][1:] == forked[0][1:]
    assert "'f199.py'" in forked[0]
    assert alone[1:] == forked[1:]
    assert forked[2] == "no child was left"


def test_what_a_killed_child_had_is_read_later(tmp_path: Path) -> None:
    make_files(tmp_path)
    head, _, children = run(tmp_path, "killed")
    assert head.startswith("1 100 [] ")
    assert children == "no child was left"


def test_without_time_every_file_is_left_for_later(tmp_path: Path) -> None:
    files = [(f"f{number}.py", str(number)) for number in range(10)]
    assert read_files(files, Disk(tmp_path), ends=0.0).rest == files


def test_files_beyond_what_memory_should_hold_wait_for_the_next_turn(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"f{number}.txt").write_text("word\n" * 180_000)
    disk = Disk(tmp_path)
    disk.forget()
    found = read_files([(f"f{number}.txt", str(number)) for number in range(10)], disk)
    assert [len(found.found), len(found.rest)] == [5, 5]
