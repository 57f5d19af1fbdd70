"""What computes beside the interface stands behind it from its start, and never before the process that started it."""

import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from copilot_tui.context.background import BackgroundIndex
from copilot_tui.context.file_marks import FileMarks
from copilot_tui.context.git_call import GitCall
from copilot_tui.context.jobs import Job
from copilot_tui.context.workers import Workers
from copilot_tui.standing_behind import BACKGROUND, WORKING
from copilot_tui.workspace.git import Git


def children() -> set[int]:
    """The processes that this one started and that still run."""
    return {
        int(one) for thread in Path("/proc/self/task").iterdir() for one in (thread / "children").read_text().split()
    }


def test_the_process_that_indexes_stands_behind_from_its_start(tmp_path: Path) -> None:
    before = children()
    index = BackgroundIndex(tmp_path, tmp_path / "cache")
    index.start()
    (process,) = children() - before
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, process) == max(own, BACKGROUND)
    index.close()


def test_processes_that_parse_stand_less_far_behind(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def a():\n    return 1\n")
    before = children()
    workers = Workers(tmp_path, 1)
    outcomes = workers.read([Job("a.py", "", wants_terms=True, wants_outline=True)])
    (process,) = children() - before
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert os.getpriority(os.PRIO_PROCESS, process) == max(own, WORKING)
    assert [one.job.path for one in outcomes] == ["a.py"]
    workers.close()


Seen = tuple[int, int]  # how far a process stands behind, and on how many cores it may run


def seen_of(process: int) -> Seen:
    return os.getpriority(os.PRIO_PROCESS, process), len(os.sched_getaffinity(process))


def seen_from(work: Callable[[], Seen], *, beside: bool) -> Seen:
    """What `work` sees in this thread, which is the main one, or beside it."""
    if not beside:
        return work()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path


def of_the_workspace(root: Path) -> Seen:
    """A program in git's place, which looks at itself once it was given all its input."""
    folder = root.parent / f"{root.name} programs"
    folder.mkdir(exist_ok=True)
    program = folder / "git"
    program.write_text('#!/bin/sh\ncat > /dev/null\ncase "$*" in *status) nice; nproc;; esac\n')
    program.chmod(0o755)
    git = Git(root, {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"})
    nice, cores = git.read("status").split()
    return int(nice), int(cores)


def of_the_context(root: Path) -> Seen:
    """Git waits for who writes what it reads."""
    os.mkfifo(root / "pipe")
    before = children()
    call = GitCall(root, "hash-object", "--no-filters", "pipe")
    (process,) = children() - before
    found = seen_of(process)
    (root / "pipe").write_bytes(b"written\n")
    assert len(call.output()) > 1
    return found


def of_the_context_with_input(root: Path) -> Seen:
    """Git waits for its input."""
    before = children()
    call = GitCall(root, "hash-object", "--stdin", given=b"written\n")
    (process,) = children() - before
    found = seen_of(process)
    assert len(call.output()) > 1
    return found


CALLS = pytest.mark.parametrize("call", [of_the_workspace, of_the_context, of_the_context_with_input])


@CALLS
def test_git_leaves_the_main_thread_a_core_if_another_thread_waits_for_it(
    call: Callable[[Path], Seen], repository: Path
) -> None:
    nice, cores = seen_of(0)
    assert seen_from(lambda: call(repository), beside=True) == (max(nice, WORKING), max(1, cores - 1))


@CALLS
def test_git_has_all_cores_if_the_main_thread_waits_for_it(call: Callable[[Path], Seen], repository: Path) -> None:
    assert seen_from(lambda: call(repository), beside=False) == seen_of(0)


def test_processes_that_look_at_files_and_that_index_stay_in_the_session(tmp_path: Path) -> None:
    """In one of its own a process has a share of the cores of its own, however far it stands behind."""
    before = children()
    marks = FileMarks([b"/", b"/tmp"], 2)
    index = BackgroundIndex(tmp_path, tmp_path / "cache")
    index.start()
    started = children() - before
    assert len(started) == 3
    assert {os.getsid(one) for one in started} == {os.getsid(0)}
    assert os.getpgid(0) not in {os.getpgid(one) for one in started}
    assert all(seen_of(one)[0] >= max(seen_of(0)[0], WORKING) for one in started)
    index.close()
    marks.close()
