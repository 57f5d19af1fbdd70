"""Processes that compute stand behind the one that answers keys: what they take of a core it would wait for.

Invariant: on a machine with nothing else to do they are as fast as ever.
"""

import os
from contextlib import suppress

WORKING = 5  # nice: somebody waits for what comes of it
BACKGROUND = 10  # nobody does


def put_behind(process: int, nice: int) -> None:
    """Let a process that was started just now stand behind this one; where that cannot be done it runs as it is."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process, max(nice, os.getpriority(os.PRIO_PROCESS, 0)))
