"""Two texts of 100,000 lines: our diff beside `git diff --no-index --histogram`, each at its best of some rounds in the same run.

Run it as `python -m tests.bench.diff_speed`, with kinds of change as arguments to measure those alone. Two things are measured, in seconds
of the processor: `hunks`, from two texts as bytes to hunks (the values for single lines are made when they are read; what that costs for
all of them is told as `line_values_seconds`), and `patch`, from two texts as bytes to the patch as bytes, which is what git gives. Git's
figure has its start and its reading of two files in it. The bench fails where either takes more than 1.2 times what git takes, or
where our diff has more changed lines than git's and 2 in 100.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping
from pathlib import Path

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.compute import compute_hunks
from copilot_tui.diff.unified import format_patch
from tests.support.long_texts import KINDS, make_texts

ROUNDS = 7
MOST_RATIO = 1.2
MOST_LINES = 1.02
# Git's settings must not come from the person who measures.
_ENVIRONMENT = {"PATH": os.environ["PATH"], "HOME": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}


def measure(kind: str, folder: Path) -> Mapping[str, float | str | int]:
    """The best of some rounds of each."""
    before, after = make_texts(kind)
    (folder / "before").write_bytes(before)
    (folder / "after").write_bytes(after)
    git, hunks, patch = [], [], []
    output = b""
    for _ in range(ROUNDS):
        output, used = _git(folder)
        git.append(used)
        hunks.append(_ours(lambda: compute_hunks(before, after)))
        patch.append(_ours(lambda: format_patch(ChangeSet((FileChange("text", before, after),)))))
    all_hunks = compute_hunks(before, after)
    begin = time.process_time()
    our_lines = sum(hunk.added + hunk.removed for hunk in all_hunks)
    line_values = time.process_time() - begin
    del all_hunks
    tracemalloc.start()
    compute_hunks(before, after)
    megabytes = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    (git_cpu, git_wall), (hunks_cpu, hunks_wall), (patch_cpu, patch_wall) = map(_best, (git, hunks, patch))
    return {
        "text": kind,
        "git_seconds": round(git_cpu, 4),
        "hunks_seconds": round(hunks_cpu, 4),
        "patch_seconds": round(patch_cpu, 4),
        "hunks_ratio": round(hunks_cpu / git_cpu, 2),
        "patch_ratio": round(patch_cpu / git_cpu, 2),
        "hunks_wall_ratio": round(hunks_wall / git_wall, 2),
        "patch_wall_ratio": round(patch_wall / git_wall, 2),
        "line_values_seconds": round(line_values, 4),
        "git_changed_lines": sum(line[:1] in {b"+", b"-"} for line in output.split(b"\n")) - 2,
        "our_changed_lines": our_lines,
        "our_peak_megabytes": round(megabytes, 1),
    }


def _best(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    return min(cpu for cpu, _ in rounds), min(wall for _, wall in rounds)


def _ours(work: Callable[[], object]) -> tuple[float, float]:
    gc.collect()
    begin = time.process_time(), time.perf_counter()
    result = work()
    used = time.process_time() - begin[0], time.perf_counter() - begin[1]
    del result
    return used


def _git(folder: Path) -> tuple[bytes, tuple[float, float]]:
    """Git's patch, and its seconds of the processor and of the clock."""
    begin = time.perf_counter()
    with (folder / "patch").open("wb") as patch:
        command = ["git", "diff", "--no-index", "--histogram", "before", "after"]
        process = subprocess.Popen(command, cwd=folder, stdout=patch, env=_ENVIRONMENT)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begin
    return (folder / "patch").read_bytes(), (used.ru_utime + used.ru_stime, wall)


def main() -> int:
    """Print one JSON object for each kind of change; 1 where a bar is missed."""
    status = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind in sys.argv[1:] or KINDS:
            figures = measure(kind, Path(folder))
            sys.stdout.write(json.dumps(figures) + "\n")
            sys.stdout.flush()
            is_short = int(figures["our_changed_lines"]) <= MOST_LINES * int(figures["git_changed_lines"])
            is_fast = max(float(figures["hunks_ratio"]), float(figures["patch_ratio"])) <= MOST_RATIO
            if not is_fast or not is_short:
                sys.stdout.write(f"{kind}: missed the bar\n")
                status = 1
    return status


if __name__ == "__main__":
    raise SystemExit(main())
