"""Processes that compute stand behind the one that answers keys: what they take of a core it would wait for.

They stay in the session of the one that started them: Linux shares the cores among sessions first (`autogroup`), and how far a process
stands behind counts only within its own.
Invariant: on a machine with nothing else to do they are as fast as ever.
"""

import os
import threading
from contextlib import suppress

WORKING = 5  # nice: somebody waits for what comes of it
BACKGROUND = 10  # nobody does


def put_behind(process: int, nice: int) -> None:
    """Let a process that was started just now stand behind this one; where that cannot be done it runs as it is."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process, max(nice, os.getpriority(os.PRIO_PROCESS, 0)))


def put_behind_keys(process: int) -> None:
    """Let a process that was started just now, for which only another thread than the main one waits, leave the main one a core.

    The main one answers keys meanwhile. However many threads the process has, none of them is on that core.
    """
    if threading.current_thread() is threading.main_thread():
        return
    put_behind(process, WORKING)
    if hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            ours = sorted(os.sched_getaffinity(0))
            os.sched_setaffinity(process, ours[1:] or ours)
