"""How soon the prompt is usable, beside a bare Textual app's first paint, on a real pseudo-terminal in one run.

`first_paint.py [RUNS] [FILES ...]` starts both in turns in repositories of 3,000 and 100,000 files (or as many as are named) and prints the
medians from the start of the process: to the first whole screen, and to the moment when a key that was typed there stands on the screen.
The exit status is 1 if that is more than 1.5 times as long as the bare app's first paint. The bare app shows one sentence.
"""

import fcntl
import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

_BARE = """
from textual.app import App
from textual.widgets import Static


class Bare(App):
    def compose(self):
        yield Static("Everything else stays as it is.")


Bare().run()
"""
_SIGN = "Everything else stays as it is."
_KEY = "Ω"  # nothing else on the screen has it
_MOST_RATIO = 1.5
_SECONDS = 30.0
_FILES = (3_000, 100_000)
_A_FOLDER = 200  # files


def environment_in(home: Path) -> dict[str, str]:
    """A person of their own, who is not asked who answers because a key is set.

    Without PYTHONDONTWRITEBYTECODE: a person's Python keeps what it compiled.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    own = {"HOME": str(home), "OPENAI_API_KEY": "sk-none", "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    return {name: value for name, value in kept.items() if not name.startswith("XDG_")} | own


def seconds_to(signs: Sequence[str], command: Sequence[str], folder: Path, environment: dict[str, str]) -> list[float]:
    """From the start of a process to the moment when its terminal got each sign; each after the first is typed when the one before came."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    os.close(slave)
    got = b""
    times: list[float] = []
    try:
        while time.perf_counter() - begun < _SECONDS:
            ready, _, _ = select.select([master], [], [], 0.5)
            if ready:
                got += os.read(master, 65_536)
                if signs[len(times)].encode() in got:
                    times.append(time.perf_counter() - begun)
                    if len(times) == len(signs):
                        return times
                    got = b""
                    os.write(master, signs[len(times)].encode())
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(master)
    raise SystemExit(f"{signs[len(times)]!r} did not come in {_SECONDS:g} s: {got[-500:]!r}")


def make_repository(root: Path, count: int) -> None:
    """A repository of so many small Python files in one commit."""
    root.mkdir()
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=root, input=b"".join(_commit(count)), check=True)
    subprocess.run(["git", "reset", "--quiet", "--hard", "bench"], cwd=root, check=True)


def _commit(count: int) -> Iterator[bytes]:
    yield b"commit refs/heads/bench\ncommitter Bench <bench@example.invalid> 1700000000 +0000\ndata 5\nBegin\n"
    for number in range(count):
        text = f"def function_{number}(value):\n    return value + {number}\n".encode()
        path = f"package_{number // _A_FOLDER}/module_{number}.py"
        yield f"M 100644 inline {path}\ndata {len(text)}\n".encode() + text + b"\n"


def main() -> int:
    """Measure in turns, so that what else the machine does hits all."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    counts = tuple(map(int, sys.argv[2:])) or _FILES
    status = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = folder / "bare.py"
        bare.write_text(_BARE)
        environment = environment_in(folder)
        for count in counts:
            root = folder / f"files-{count}"
            make_repository(root, count)
            ours = [sys.executable, "-m", "copilot_tui", str(root)]
            times: dict[str, list[float]] = {"bare": [], "paint": [], "usable": []}
            for turn in range(runs + 1):
                taken = seconds_to([_SIGN], [sys.executable, str(bare)], folder, environment)
                taken += seconds_to([_SIGN, _KEY], ours, folder, environment)
                if turn:  # the first turn fills the caches of the disk
                    for which, seconds in zip(times, taken, strict=True):
                        times[which].append(seconds)
            medians = {which: statistics.median(found) for which, found in times.items()}
            ratio = medians["usable"] / medians["bare"]
            status |= ratio > _MOST_RATIO
            print(  # noqa: T201
                f"{count} files, median of {runs}: bare Textual paints after {medians['bare']:.2f} s, copilot-tui after "
                f"{medians['paint']:.2f} s, and shows a typed key after {medians['usable']:.2f} s: {ratio:.2f} times "
                f"(at most {_MOST_RATIO})",
                flush=True,
            )
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
