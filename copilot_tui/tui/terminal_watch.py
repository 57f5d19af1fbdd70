"""Notices that the terminal is gone, and ends the program: a closed window, a lost connection.

Invariant: without a terminal the program does not outlive `_GRACE_SECONDS`; with one, nothing here does anything.

The signal of a hang-up comes to the leader of the terminal's session alone, and Textual 8.2 survives the loss badly: its reader turns in
circles on the end of the input, and its writer's thread dies with the first write, after which thirty more block the event loop.
"""

import os
import threading
from collections.abc import Callable

_LOOK_SECONDS = 0.5
_GRACE_SECONDS = 4.0
_STATUS = 129  # as a shell reports an end by SIGHUP


def watch_terminal(descriptor: int, leave: Callable[[], None]) -> None:
    """Call `leave` from a thread when the terminal at `descriptor` is gone, and end the process if that does not.

    Does nothing where `descriptor` is no terminal to begin with.
    """
    if os.isatty(descriptor):
        threading.Thread(target=_watch, args=(descriptor, leave), daemon=True, name="terminal-watch").start()


def _watch(descriptor: int, leave: Callable[[], None]) -> None:
    sleep = threading.Event().wait
    while os.isatty(descriptor):
        sleep(_LOOK_SECONDS)
    leave()
    sleep(_GRACE_SECONDS)
    os._exit(_STATUS)
