"""How fast files are outlined, beside bare tree-sitter on the same files with as many processes.

`parse_speed.py [FOLDER]` (the standard library of Python without it) reads and parses every file of a known language: first with nothing
but the parser, then as the index does it, with definitions and references taken out and handed over. Best of three turns each. The exit
status is 1 where the index is below 60% of the bare parser.
"""

import os
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path

from copilot_tui.context.document import MOST_BYTES
from copilot_tui.context.jobs import Job
from copilot_tui.context.workers import Workers
from copilot_tui.syntax.languages import language_of
from copilot_tui.syntax.parse import parse_once

_BAR = 0.6
_TURNS = 3
_MOST_BYTES = 40_000_000  # in all


def files_of(folder: Path) -> list[str]:
    """The files that a grammar reads, in the order of their paths."""
    found: list[str] = []
    size = 0
    for place in sorted(folder.rglob("*")):
        path = place.relative_to(folder).as_posix()
        if language_of(path) is None or place.is_symlink() or not place.is_file():
            continue
        if place.stat().st_size > MOST_BYTES or b"\0" in place.read_bytes()[:8000]:
            continue
        found.append(path)
        size += place.stat().st_size
        if size > _MOST_BYTES:
            break
    return found


def parse_bare(folder: Path, files: list[str], processes: int) -> None:
    """Parse all files in that many processes, and nothing else."""
    children: list[int] = []
    for number in range(processes):
        child = os.fork()
        if not child:
            for path in files[number::processes]:
                data = (folder / path).read_bytes()
                language = language_of(path)
                assert language is not None
                parse_once(language, data)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def outline_all(folder: Path, files: list[str], processes: int) -> None:
    """The same files as the index takes them."""
    workers = Workers(folder, processes)
    jobs = [Job(path, path, wants_terms=False, wants_outline=True) for path in files]
    outlined = sum(1 for one in workers.read(jobs) if one.outline is not None)
    workers.close()
    assert outlined == len(files)


def measure(
    work: Callable[[Path, list[str], int], None], folder: Path, files: list[str], count: int
) -> tuple[float, float]:
    """Seconds by the clock and of the processors."""
    clock, before = time.perf_counter(), os.times()
    work(folder, files, count)
    after = os.times()
    return time.perf_counter() - clock, sum(after[:4]) - sum(before[:4])


def main() -> int:
    """Measure both in turns, so that what else the machine does meets both."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else sysconfig.get_path("stdlib")).resolve()
    files = files_of(folder)
    size = sum((folder / path).stat().st_size for path in files) / 1e6
    count = os.cpu_count() or 1
    bare: list[tuple[float, float]] = []
    ours: list[tuple[float, float]] = []
    for _ in range(_TURNS):
        bare.append(measure(parse_bare, folder, files, count))
        ours.append(measure(outline_all, folder, files, count))
    share = min(bare)[0] / min(ours)[0]
    work = min(one[1] for one in bare) / min(one[1] for one in ours)
    print(f"{len(files)} files, {size:.1f} MB, {count} processes")  # noqa: T201
    print(f"bare tree-sitter {size / min(bare)[0]:.1f} MB/s, the index {size / min(ours)[0]:.1f} MB/s")  # noqa: T201
    print(f"share {share:.2f} by the clock, {work:.2f} by processor time (at least {_BAR:g})")  # noqa: T201
    return int(share < _BAR)


if __name__ == "__main__":
    sys.exit(main())
