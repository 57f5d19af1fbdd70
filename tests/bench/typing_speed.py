"""How soon the interface answers a key while a repository is opened and indexed, on a real pseudo-terminal.

Letters are typed into the request; a letter is answered when the terminal gets it, and is taken out again so that no later screen holds
it. Now and then the person rests for long enough that a pack is being made when the next letter comes. Used by `context_scale` and
`context_pane`; alone, `typing_speed.py FOLDER [SECONDS]` prints the slowest answers.
"""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

_SIGN = b"Everything else stays as it is."
_LETTERS = b"QZXJ"  # no sequence of a terminal ends in one of them that the interface writes
_PAUSES = (0.06, 0.06, 0.16, 0.2)
_BACKSPACE = b"\x7f"
_PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Typed:
    """Seconds to the first screen, seconds to each letter's answer, and the most memory that the interface held, in megabytes."""

    painted: float
    answers: tuple[float, ...]
    megabytes: float


def type_into(
    folder: Path, seconds: float, environment: Mapping[str, str], first: Sequence[tuple[bytes, bytes]] = ()
) -> Typed:
    """Open the interface on a folder and type for so many seconds; `first`: keys to press before, each with what shows that it is done."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "copilot_tui", str(folder)], stdin=slave, stdout=slave, stderr=slave, cwd=folder,
        env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"}, start_new_session=True,
    )  # fmt: skip
    os.close(slave)
    try:
        _read_until(master, _SIGN)
        painted = time.perf_counter() - begun
        for keys, sign in first:
            os.write(master, keys)
            _read_until(master, sign)
        answers = []
        typing = time.perf_counter()
        for letter, pause in zip(cycle(_LETTERS), cycle(_PAUSES), strict=False):
            if time.perf_counter() - typing > seconds:
                break
            sent = time.perf_counter()
            os.write(master, bytes([letter]))
            _read_until(master, bytes([letter]))
            answers.append(time.perf_counter() - sent)
            os.write(master, _BACKSPACE)
            _read_for(master, pause)
        peak = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{process.pid}/status").read_text())
        return Typed(painted, tuple(answers), int(peak[1]) / 1_000 if peak else 0.0)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(master)


def _read_until(terminal: int, wanted: bytes) -> None:
    got = b""
    ends = time.perf_counter() + _PATIENCE
    while wanted not in got:
        ready, _, _ = select.select([terminal], [], [], max(0.0, ends - time.perf_counter()))
        if not ready:
            raise SystemExit(f"the interface did not answer in {_PATIENCE:g} s: {got[-300:]!r}")
        got += os.read(terminal, 65_536)


def _read_for(terminal: int, seconds: float) -> None:
    ends = time.perf_counter() + seconds
    while (left := ends - time.perf_counter()) > 0:
        if select.select([terminal], [], [], left)[0]:
            os.read(terminal, 65_536)


def main() -> int:
    """Print what was measured."""
    if len(sys.argv) < 2:
        print("typing is measured by context_scale; alone: typing_speed.py FOLDER [SECONDS]")  # noqa: T201
        return 0
    found = type_into(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 15.0, os.environ)
    slowest = sorted(found.answers, reverse=True)
    print(  # noqa: T201
        f"first screen {found.painted:.2f} s, {len(slowest)} letters, median {slowest[len(slowest) // 2] * 1_000:.0f} ms, "
        f"slowest {', '.join(f'{one * 1_000:.0f}' for one in slowest[:8])} ms, {found.megabytes:.0f} MB"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
