"""The processes that parse, as far as no parser breaks down: none of them waits for ever, and no file is blamed for what it did not do."""

import sys
from pathlib import Path

from copilot_tui.context.jobs import Job
from copilot_tui.context.workers import Workers

# Every file has names of a million bytes together.
_TALKATIVE = """
import sys
from pathlib import Path
from copilot_tui.context import worker
worker.work(
    Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer,
    lambda path, data: ([], [(f"{number}" * 1_000, 1) for number in range(100_000, 100_100)]),
)
"""


def jobs_of(root: Path, paths: list[str]) -> list[Job]:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("def total():\n    return 1\n")
    return [Job(path, path, wants_terms=False, wants_outline=True) for path in paths]


def test_each_file_is_answered_once_however_many_there_are(tmp_path: Path) -> None:
    workers = Workers(tmp_path, 2)
    for count in (1, 5, 17, 97, 250):
        jobs = jobs_of(tmp_path, [f"{number}.py" for number in range(count)])
        found = list(workers.read(iter(jobs)))
        assert sorted(one.job.path for one in found) == sorted(one.path for one in jobs)
        assert workers.are_done
    workers.close()


def test_long_paths_and_long_answers_do_not_wait_for_each_other(tmp_path: Path) -> None:
    deep = "/".join(["d" * 240] * 15)
    jobs = jobs_of(tmp_path, [f"{deep}/{number}.py" for number in range(96)])
    workers = Workers(tmp_path, 2)
    workers._command = [sys.executable, "-c", _TALKATIVE, str(tmp_path)]
    found = list(workers.read(jobs))
    workers.close()
    assert len(found) == 96
    assert all(one.outline is not None for one in found)


def test_a_process_that_died_while_it_had_nothing_to_do_is_no_files_fault(tmp_path: Path) -> None:
    workers = Workers(tmp_path, 2)
    jobs = jobs_of(tmp_path, [f"{number}.py" for number in range(33)])
    list(workers.read(jobs))
    for one in workers._workers:
        one.process.kill()
        one.process.wait()
    found = list(workers.read(jobs[:5]))
    workers.close()
    assert [one.reason for one in found] == [""] * 5


def test_answers_that_nobody_waited_for_are_not_taken_for_others(tmp_path: Path) -> None:
    workers = Workers(tmp_path, 2)
    jobs = jobs_of(tmp_path, [f"{number}.py" for number in range(40)])
    next(workers.read(jobs))
    found = list(workers.read(jobs[:3]))
    workers.close()
    assert sorted(one.job.path for one in found) == sorted(one.path for one in jobs[:3])


def test_without_processes_nothing_is_waited_for(tmp_path: Path) -> None:
    workers = Workers(tmp_path, 2)
    workers._command = [str(tmp_path / "gone")]
    assert list(workers.read(jobs_of(tmp_path, ["a.py", "b.py"]))) == []
    assert workers.are_done
    assert not workers.are_there
