"""Indexing a large repository in a process of its own, so that the interface keeps its core.

The process fills the index on disk; the engine takes what is new from there with each update.
Invariant: the process ends with the one that started it, also if that is killed; nothing waits for it.
"""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

_AT_ONCE = 3.0  # seconds of indexing before what is ready is written
_NICE = 10


class BackgroundIndex:
    """The process for the repository at `root`."""

    def __init__(self, root: Path, cache_folder: Path) -> None:
        self._command = [
            sys.executable,
            "-m",
            "copilot_tui.context.background",
            str(root.resolve()),
            str(cache_folder.resolve()),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin, if it has not; where no process can be started the engine does the work bit by bit."""
        if self._process is None:
            try:
                self._process = subprocess.Popen(
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                    cwd="/", start_new_session=True,
                )  # fmt: skip
            except OSError:
                self._process = None

    @property
    def is_running(self) -> bool:
        """Whether it is at work."""
        return self._process is not None and self._process.poll() is None

    def close(self) -> None:
        """End it: what it has written stays."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _end_with(parent: BinaryIO) -> None:
    """Leave as soon as the pipe from the parent breaks, in the middle of whatever is done: the index is written as a whole or not."""
    parent.read()
    os._exit(0)


def main() -> None:
    """Index everything, in parts so that the engine sees them early."""
    from copilot_tui.context.engine import ContextEngine  # noqa: PLC0415  (the engine imports this module)

    threading.Thread(target=_end_with, args=(sys.stdin.buffer,), daemon=True).start()
    os.nice(_NICE)
    engine = ContextEngine(Path(sys.argv[1]), Path(sys.argv[2]))
    while not engine.index_some(_AT_ONCE):
        pass
    engine.close()


if __name__ == "__main__":
    main()
