"""What computes beside the interface stands behind it from its start, and never before the process that started it."""

import os
from pathlib import Path

from copilot_tui.context.background import BackgroundIndex
from copilot_tui.context.jobs import Job
from copilot_tui.context.standing_behind import BACKGROUND, WORKING
from copilot_tui.context.workers import Workers


def children() -> set[int]:
    """The processes that this one started and that still run."""
    return {int(one) for one in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


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
