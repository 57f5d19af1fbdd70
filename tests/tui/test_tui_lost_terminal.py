"""A terminal that goes away, as by a closed window or a lost connection: the program ends and leaves nothing running."""

import fcntl
import os
import pty
import select
import subprocess
import sys
import termios
import time
from pathlib import Path

import psutil
import pytest

from tests.support.program import environment_for, make_repository


def read_until(master: int, words: bytes, seconds: float = 60.0) -> None:
    seen = b""
    until = time.monotonic() + seconds
    while words not in seen:
        assert time.monotonic() < until, seen[-2000:]
        if select.select([master], [], [], 0.2)[0]:
            seen += os.read(master, 65_536)


@pytest.mark.parametrize("leads", [True, False], ids=["leader of the session", "beside the leader"])
def test_the_program_ends_with_its_terminal(tmp_path: Path, leads: bool) -> None:
    root = make_repository(tmp_path / "repository")
    master, slave = pty.openpty()

    def take_terminal() -> None:
        if leads:
            fcntl.ioctl(slave, termios.TIOCSCTTY, 0)

    with subprocess.Popen(
        [sys.executable, "-m", "copilot_tui", str(root)],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        cwd=Path(__file__).parents[2],
        env={**environment_for("http://127.0.0.1:9/v1"), "TERM": "xterm-256color"},
        start_new_session=True,
        preexec_fn=take_terminal,  # noqa: PLW1509 - nothing but a system call
    ) as program:
        os.close(slave)
        read_until(master, b"What may change is lit")
        children = psutil.Process(program.pid).children(recursive=True)
        os.close(master)
        try:
            program.wait(30)
        finally:
            program.kill()
        assert not [child for child in children if child.is_running()]
