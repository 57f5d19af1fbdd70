"""Indexing in a process of its own for as long as the interface is there, so that the interface keeps its core.

The process fills the index on disk and follows what changes; the engine takes what is new from there with each update.
Invariant: the process ends with the one that started it, also if that is killed; nothing waits for it.
"""

import gc
import os
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from copilot_tui.standing_behind import BACKGROUND, put_behind

_NEW_OBJECTS = 200_000  # between two runs of the collector of cycles: an index is many objects and no cycle


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
        self._is_once = False

    def start(self, *, is_once: bool = False) -> None:
        """Begin, if it has not; where no process can be started the engine does the work bit by bit.

        `is_once`: it ends when everything is indexed.
        """
        if self._is_once and not is_once and not self.is_running:
            self.close()
        if self._process is not None:
            return
        self._is_once = is_once
        command = [*self._command, "once"] if is_once else self._command
        with suppress(OSError):
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                cwd="/", process_group=0,  # its own: no ctrl+c in the terminal is for it
            )  # fmt: skip
            # From here and at once: what it does before it could do so itself is work enough to hold up keys.
            put_behind(self._process.pid, BACKGROUND)

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
    """Index everything, in parts so that the engine sees them early, and then what changes; with `once` only what there is now."""
    from copilot_tui.context.engine import ContextEngine  # noqa: PLC0415  (the engine imports this module)
    from copilot_tui.context.following import follow, index_everything  # noqa: PLC0415

    threading.Thread(target=_end_with, args=(sys.stdin.buffer,), daemon=True).start()
    gc.set_threshold(_NEW_OBJECTS)
    root, cache, is_once = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:] == ["once"]
    engine = ContextEngine(root, cache)
    if is_once:
        index_everything(engine)
    else:
        follow(engine)
    engine.close()
    os._exit(0)  # the thread that listens to the parent must not be waited for


if __name__ == "__main__":
    main()
