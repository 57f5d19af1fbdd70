"""One command of the project, run to its end or until it is stopped.

Invariant: when `run_command` returns, nothing that the command started runs any more; however much it prints, only so much of it is kept;
and what is kept or reported is safe to show.
"""

import codecs
import contextlib
import os
import re
import secrets
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.errors import RepositoryError
from copilot_tui.visible import visible

_TICK = 0.1  # seconds between looks at the clock and at the person's wish to stop
_GRACE = 2.0  # seconds that a command gets to end by itself after it was asked to
_CHUNK = 65_536
_MOST_SHOWN = 512 * 1024  # bytes that are reported line by line; of what follows only the end is kept
_MOST_TAIL = 128 * 1024
_LONGEST_LINE = 8_192
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_MARK = "COPILOT_TUI_COMMAND"


@dataclass(frozen=True, slots=True)
class CommandResult:
    """How a command ended: exit status (below 0: a signal), seconds, what it printed; `stopped` says why it did not end by itself."""

    status: int
    seconds: float
    output: str
    stopped: str = ""

    @property
    def passed(self) -> bool:
        """Whether it ended by itself and found nothing wrong."""
        return self.status == 0 and not self.stopped


@dataclass(frozen=True, slots=True)
class Watch:
    """Who follows a run: `on_line` gets each line that is printed; it is stopped when `is_cancelled` says so, or after `seconds`."""

    on_line: Callable[[str], None] = lambda _: None
    is_cancelled: Callable[[], bool] = lambda: False
    seconds: float = 900.0


def run_command(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], watch: Watch | None = None
) -> CommandResult:
    """Run a program without a shell, without input, in a process group of its own; raises `RepositoryError` if it cannot be started."""
    watch = watch or Watch()
    mark = secrets.token_hex(16)
    began = time.monotonic()
    try:
        process = subprocess.Popen(
            arguments,
            cwd=folder,
            env={**environment, "PWD": str(folder), "NO_COLOR": "1", "TERM": "dumb", _MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it has a NUL character"
        raise RepositoryError(f"{visible(' '.join(arguments))[:200]} cannot be run: {reason}.") from error
    output = _Output(watch.on_line)
    try:
        stopped = _follow(process, output, watch, began)
    finally:
        _end(process, mark)
    return CommandResult(process.wait(), time.monotonic() - began, output.finish(), stopped)


def _follow(process: subprocess.Popen[bytes], output: "_Output", watch: Watch, began: float) -> str:
    """Read until the command ends, or until it must be stopped; gives why."""
    assert process.stdout is not None  # noqa: S101  (it was asked for)
    os.set_blocking(process.stdout.fileno(), False)
    is_open, ended = True, 0.0
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            now = time.monotonic()
            if watch.is_cancelled():
                return "cancelled"
            if now - began > watch.seconds:
                return f"stopped after {watch.seconds:.0f} seconds"
            if not ended and _has_ended(process):
                ended = now
            if is_open and selector.select(0 if ended else _TICK):
                chunk = os.read(process.stdout.fileno(), _CHUNK)
                is_open = bool(chunk)
                if chunk:
                    output.take(chunk)
                    # A child that it left behind may print for ever.
                    if not ended or now - ended < _TICK:
                        continue
            if ended:
                return ""
            if not is_open:
                time.sleep(_TICK)


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether it has ended, without giving its number free: that still names its group."""
    return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(process: subprocess.Popen[bytes], mark: str) -> None:
    """End the group, politely first; then what has left the group but still carries the mark."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if not _has_ended(process):
            os.killpg(process.pid, signal.SIGTERM)
            ends = time.monotonic() + _GRACE
            while not _has_ended(process) and time.monotonic() < ends:
                time.sleep(_TICK / 2)
        os.killpg(process.pid, signal.SIGKILL)
    # Again until none is left: one may have started another meanwhile, and a kill takes its time.
    ends = time.monotonic() + _GRACE
    while (left := _left(process.pid, mark)) and time.monotonic() < ends:
        for number in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(number, signal.SIGKILL)
        time.sleep(_TICK / 10)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _left(group: int, mark: str) -> list[int]:
    """The processes that are still in the group, or carry our mark in their environment, where the system lets us see that."""
    found = []
    wanted = f"{_MARK}={mark}".encode()
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _, of_group = (place / "stat").read_text(errors="replace").rpartition(")")[2].split()[:3]
            is_member = of_group == str(group) and state not in {"Z", "X"}
            if is_member or wanted in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
    return found


class _Output:
    """What a command prints, line by line up to a limit; of the rest the end is kept."""

    def __init__(self, on_line: Callable[[str], None]) -> None:
        self._on_line = on_line
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._lines: list[str] = []
        self._part = ""
        self._taken = 0
        self._tail = b""
        self._left_out = 0

    def take(self, chunk: bytes) -> None:
        """The next bytes."""
        if self._taken > _MOST_SHOWN:
            self._tail += chunk
            if len(self._tail) > 2 * _MOST_TAIL:
                self._left_out += len(self._tail) - _MOST_TAIL
                self._tail = self._tail[-_MOST_TAIL:]
            return
        self._taken += len(chunk)
        *whole, self._part = (self._part + self._decoder.decode(chunk)).split("\n")
        for line in whole:
            self._report(line)
        if len(self._part) > _LONGEST_LINE:
            self._report(self._part)
            self._part = ""
        if self._taken > _MOST_SHOWN:
            self._report("… it prints more than is shown here; the end follows when it is done …")

    def finish(self) -> str:
        """All that was kept."""
        rest = self._part
        if self._tail:
            self._left_out += max(0, len(self._tail) - _MOST_TAIL)
            rest += self._tail[-_MOST_TAIL:].decode("utf-8", "surrogateescape")
            self._report(f"… {self._left_out:,} bytes are left out …")
        for line in rest.split("\n") if rest else []:
            self._report(line)
        return "\n".join(self._lines)

    def _report(self, line: str) -> None:
        # What a progress bar wrote over itself is shown as it stood last.
        last = _ESCAPES.sub("", line).rstrip("\r").rpartition("\r")[2]
        shown = visible(last, keep="\t")[:_LONGEST_LINE]
        self._lines.append(shown)
        self._on_line(shown)
