"""How the context room and the interface stand up to a very large repository, made for the run by a generator.

`context_scale.py [FILES]` (100,000 without it) makes a repository of that many files with 200 lines each, and prints: the first answer in
a fresh cache, how soon keys are answered while the interface opens it for the first time, the whole index as the background process
makes it (also for a hundredth of the files: the time per file may grow by a fifth), opening it again, an answer and an update when all is
indexed, and the interface's first screen and memory. The exit status is 1 if a bar is missed.
"""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.following import index_everything
from tests.bench.first_paint import environment_in
from tests.bench.typing_speed import type_into

_FILES = 100_000
_LINES = 200
_QUERIES = (
    "the total of invoice 77 is rounded twice",
    "retry the delivery of parcel 4711",
    "parse the customer's address",
)
_NOUNS = ("invoice", "parcel", "customer", "address", "delivery", "account", "ledger", "voucher", "basket", "tariff")
_VERBS = ("parse", "render", "validate", "round", "retry", "merge", "archive", "notify", "export", "lock")
# Seconds, megabytes, and what a file may cost in a large repository beside one in a small.
_BARS = {
    "first answer": 2.0,
    "whole index": 480.0,
    "opened again": 1.0,
    "memory": 400.0,
    "growth": 1.2,
    "slowest key": 0.05,
}
_TYPED_SECONDS = 20.0
_SMALL_TURNS = 3


def make_repository(root: Path, count: int) -> None:
    """`count` modules in folders of a hundred, all of them in git's index."""
    root.mkdir()
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    for number in range(count):
        folder = root / f"area{number // 10_000}" / f"part{number // 100 % 100}"
        if number % 100 == 0:
            folder.mkdir(parents=True)
        (folder / f"{_NOUNS[number % 10]}_{number}.py").write_text(_module(number))
    subprocess.run(["git", "add", "--all"], cwd=root, check=True)
    identity = ["-c", "user.name=Bench", "-c", "user.email=bench@example.invalid"]
    alone = ["-c", "gc.auto=0", "-c", "maintenance.auto=false"]  # else git packs for a minute beside what is measured
    subprocess.run(["git", *identity, *alone, "commit", "--quiet", "--message", "Begin"], cwd=root, check=True)
    os.sync()  # else the disk is at work on all of this beside what is measured


def _module(number: int) -> str:
    lines = [f'"""Part {number} of the shop: {_NOUNS[number % 10]}."""', ""]
    for place in range((_LINES - 2) // 6):
        verb, noun = _VERBS[(number + place) % 10], _NOUNS[(number // 7 + place) % 10]
        lines += [
            f"def {verb}_{noun}_{(number * 31 + place) % 5_000}(items, limit={place}):",
            f'    """{verb.title()} each {noun} up to the limit."""',
            f"    found = [one.{noun} for one in items if one.count < {number % 97 + place}]",
            f"    return {verb}(found, limit)",
            "",
            "",
        ]
    return "\n".join(lines) + "\n"


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _first_answer(root: Path, cache: Path) -> float:
    """A process of its own, as `copilot-tui context` starts."""
    command = [sys.executable, "-m", "copilot_tui", "context", _QUERIES[0], "--json", "--repo", str(root)]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    taken = seconds(lambda: subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL))
    # What goes on behind the answer would be measured with what comes next.
    with (cache / "copilot-tui" / "context" / "afterwards.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
    return taken


def _index(root: Path, cache: Path) -> float:
    """Everything, as the process in the background does it."""
    engine = ContextEngine(root, cache)
    taken = seconds(lambda: index_everything(engine))
    engine.close()
    return taken


def _small(folder: Path, count: int) -> float:
    """Seconds per file where there are few."""
    make_repository(folder / "small", count)
    return min(_index(folder / "small", folder / f"small cache {turn}") for turn in range(_SMALL_TURNS)) / count


def _opened(root: Path, cache: Path) -> None:
    engine = ContextEngine(root, cache)
    engine.update(1.2)
    engine.close()


class _Found(dict[str, float]):
    """What was measured; each is printed as soon as it is known."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    def __setitem__(self, what: str, value: float) -> None:
        super().__setitem__(what, value)
        unit = {"memory": "MB", "growth": "times a small repository's, per file"}.get(what, "s")
        bar = f" (at most {_BARS[what]:g})" if what in _BARS else ""
        print(f"{self._count} files: {what} {value:.3g} {unit}{bar}", flush=True)  # noqa: T201


def main() -> int:
    """Measure one thing after the other."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else _FILES
    found = _Found(count)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        small = _small(folder, max(count // 100, 100))
        root, cache = folder / "large", folder / "cache"
        make_repository(root, count)
        found["first answer"] = _first_answer(root, folder / "fresh")
        typed = type_into(root, _TYPED_SECONDS, environment_in(folder))
        found["first screen"], found["memory"] = typed.painted, typed.megabytes
        found["slowest key"] = max(typed.answers)
        found["whole index"] = _index(root, cache)
        found["growth"] = found["whole index"] / count / small
        engine = ContextEngine(root, cache)
        engine.update()
        found["update"] = seconds(engine.update)
        (root / "area0/part0/invoice_0.py").write_text("def refund_everything():\n    return 1\n")
        found["update after an edit"] = seconds(engine.update)
        found["answer"] = max(seconds(lambda query=query: engine.query(query, 4_096)) for query in _QUERIES)  # type: ignore[misc]
        engine.close()
        found["opened again"] = seconds(lambda: _opened(root, cache))
    return int(any(found[what] > bar for what, bar in _BARS.items()))


if __name__ == "__main__":
    sys.exit(main())
