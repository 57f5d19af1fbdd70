"""The real program on a real pseudo-terminal: keys go in, and what stands on the screen comes out.

with Terminal(["copilot-tui", str(root)], environment) as terminal:
    terminal.wait_for("What may change is lit")
    terminal.press("ctrl+f")
"""

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self

import pyte

_KEYS = {
    "enter": "\r", "tab": "\t", "escape": "\x1b", "space": " ", "up": "\x1b[A", "down": "\x1b[B", "f1": "\x1bOP", "f2": "\x1bOQ",
    "f3": "\x1bOR", "f4": "\x1bOS", "alt+up": "\x1b[1;3A", "alt+minus": "\x1b-", "alt+equals": "\x1b=", "pagedown": "\x1b[6~",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}  # fmt: skip
# What the emulator does not know and would print: queries of modes, keyboard protocols, titles.
_UNKNOWN = re.compile(
    r"\x1b\[[?>=<][0-9;]*\$?[pu]|\x1b\[>[0-9;]*[A-Za-z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^][^\x1b]*\x1b\\"
)
_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;?>=<$ ]*|[P_^\]][^\x07\x1b]*\x1b?)?$")


class Terminal(AbstractContextManager["Terminal"]):
    """Runs a command with `columns` x `rows`; `raw` is all that it wrote."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path | None = None,
        size: tuple[int, int] = (80, 24),
    ) -> None:
        self.raw = b""
        self._screen = pyte.Screen(*size)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env={
                # The runner of the tests sets these, and they would win over the size of this terminal.
                **{name: value for name, value in environment.items() if name not in {"COLUMNS", "LINES"}},
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
            },
            start_new_session=True,
        )
        os.close(slave)

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self._master)

    def __enter__(self) -> Self:
        return self

    @property
    def text(self) -> str:
        """What stands on the screen, line by line."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as a person does who drags its window."""
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.killpg(self.process.pid, signal.SIGWINCH)

    def press(self, *keys: str, every: float = 0.02) -> None:
        """Press keys one after another; an escape is followed by a pause, as otherwise it would be read as alt with the next key."""
        for key in keys:
            os.write(self._master, _KEYS.get(key, key).encode())
            self._read(0.15 if key == "escape" else every)

    def send(self, data: bytes) -> None:
        """Write bytes as they are."""
        os.write(self._master, data)
        self._read(0.02)

    def type(self, text: str) -> None:
        """Type text."""
        self.press(*text)

    def wait_for(self, wanted: str, seconds: float = 30.0) -> None:
        """Read until the text stands on the screen; fails with the screen as it is."""
        self.wait_until(lambda: wanted in self.text, f"{wanted!r} on the screen", seconds)

    def wait_gone(self, unwanted: str, seconds: float = 30.0) -> None:
        """Read until the text has left the screen."""
        self.wait_until(lambda: unwanted not in self.text, f"{unwanted!r} gone", seconds)

    def wait_until(self, condition: Callable[[], bool], what: str, seconds: float = 30.0) -> None:
        """Read until a condition holds."""
        ends = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > ends:
                raise AssertionError(f"waited {seconds:g} s for {what}:\n{self.text}")
            if not self._read(0.05) and self.process.poll() is not None and not condition():
                raise AssertionError(
                    f"the program ended with {self.process.returncode}, waiting for {what}:\n{self.text}"
                )

    def settle(self, seconds: float = 0.45) -> None:
        """Wait as a person does who looks before deciding: keys typed before that are taken for stray ones."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._read(0.05)

    def end(self, seconds: float = 15.0) -> int:
        """Read until the program has ended; gives its exit status."""
        self.wait_until(lambda: self.process.poll() is not None, "the end of the program", seconds)
        return self.process.wait()

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._master, 65_536)
        except OSError:
            return False  # the program has closed its side
        self.raw += data
        text = self._rest + self._decoder.decode(data)
        unfinished = _UNFINISHED.search(text)
        cut = unfinished.start() if unfinished else len(text)
        self._rest = text[cut:]
        self._stream.feed(_UNKNOWN.sub("", text[:cut]))
        return bool(data)
