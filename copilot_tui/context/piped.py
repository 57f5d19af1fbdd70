"""A process that is given something on its standard input.

Invariant: it is read while it is written to, so that neither waits for the other for ever.
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.standing_behind import put_behind_keys


class Piped:
    """A process that was begun in a folder; what is `given` is written when its output is asked for."""

    def __init__(self, command: list[str], root: Path, environment: Mapping[str, str], given: bytes) -> None:
        self._given = given
        self._process = subprocess.Popen(
            command, cwd=root, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        put_behind_keys(self._process.pid)

    def output(self, seconds: float, *, takes_part: bool = False) -> bytes:
        """What it printed; nothing if it failed or took too long, where a part is not taken."""
        try:
            printed, _ = self._process.communicate(self._given, timeout=seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            printed, _ = self._process.communicate()
            return printed if takes_part else b""
        return printed if self._process.returncode == 0 else b""
