"""A command run to its end on a real pseudo-terminal, and every byte that it wrote there."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_END_OF_LINE = re.compile(rb"\r+\n")


def run_on_terminal(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, seconds: float = 60.0
) -> tuple[int, bytes]:
    """The exit status, and the bytes with the terminal's own line ends taken back."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    process = subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, cwd=folder, env=dict(environment), start_new_session=True
    )
    os.close(slave)
    written = b""
    ends = time.monotonic() + seconds
    try:
        while time.monotonic() < ends:
            if select.select([master], [], [], 0.1)[0]:
                try:
                    piece = os.read(master, 65536)
                except OSError:
                    break  # the last process on the terminal has ended
                if not piece:
                    break
                written += piece
    finally:
        if process.poll() is None and time.monotonic() >= ends:
            process.kill()
        os.close(master)
    return process.wait(10), _END_OF_LINE.sub(b"\n", written)
