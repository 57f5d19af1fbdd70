"""Fuzzes the targets one after another: `python -m tests.fuzz.run [--seconds 600] [TARGET ...]`.

With the extra `fuzz` installed (atheris), coverage leads the way; without it, inputs are mutated blindly. Each target runs in a process of
its own. An input that breaks a promise is kept in the folder that is named, and the exit status is 1.
"""

import argparse
import importlib.util
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fuzz.targets import Target

_HAS_ATHERIS = importlib.util.find_spec("atheris") is not None


def main() -> int:
    """Run what the command line asks for; gives the exit status."""
    parser = argparse.ArgumentParser(prog="fuzz")
    parser.add_argument("--seconds", type=float, default=600.0, help="for all targets together")
    parser.add_argument("--alone", action="store_true", help="run the one target in this very process")
    parser.add_argument("--folder", type=Path, default=None, help="where what is found is kept")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help="all if none is named")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="fuzz-found-"))
    if options.alone:
        run = _run_with_atheris if _HAS_ATHERIS else _run_blindly
        return run(options.targets[0], options.seconds, folder)
    from tests.fuzz.targets import TARGETS

    names = options.targets or list(TARGETS)
    failed = []
    for name in names:
        print(f"== {name}", flush=True)  # noqa: T201
        command = [sys.executable, "-m", "tests.fuzz.run", "--alone", "--seconds", str(options.seconds / len(names))]
        if subprocess.run([*command, "--folder", str(folder), name], check=False).returncode:
            failed.append(name)
    print(f"broken: {', '.join(failed)}; see {folder}" if failed else "clean")  # noqa: T201
    return 1 if failed else 0


def _target(name: str) -> "Target":
    from tests.fuzz.targets import TARGETS

    return TARGETS[name]


def _run_with_atheris(name: str, seconds: float, folder: Path) -> int:
    import atheris  # type: ignore[import-untyped,unused-ignore]

    with atheris.instrument_imports(include=["copilot_tui"]):
        target = _target(name)
    corpus = folder / f"corpus-{name}"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / str(number)).write_bytes(seed)
    limits = [f"-max_total_time={seconds:.0f}", "-max_len=4096", "-timeout=10", "-rss_limit_mb=4096", "-verbosity=1"]
    atheris.Setup([name, *limits, f"-artifact_prefix={folder / name}-", str(corpus)], target.run)
    atheris.Fuzz()
    return 0


def _run_blindly(name: str, seconds: float, folder: Path) -> int:
    target = _target(name)
    chance = random.Random()
    ends = time.monotonic() + seconds
    count = 0
    while time.monotonic() < ends:
        data = bytearray(chance.choice(target.seeds))
        for _ in range(chance.randint(1, 8)):
            start = chance.randint(0, len(data))
            end = min(len(data), start + chance.randint(0, 60))
            piece = chance.choice(
                [b"", bytes(data[start:end]) * 2, chance.randbytes(chance.randint(1, 8)), chance.choice(target.seeds)]
            )
            data[start:end] = piece
        count += 1
        try:
            target.run(bytes(data))
        except Exception:
            kept = folder / f"{name}-{count}"
            kept.write_bytes(data)
            print(f"{name}: input {count} broke it; kept as {kept}")  # noqa: T201
            raise
    print(f"{name}: {count} inputs, clean")  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
