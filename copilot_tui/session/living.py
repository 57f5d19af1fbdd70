"""Whether a process that left something still runs.

Invariant: where it cannot be told it counts as running, so that nothing is taken away from it.
"""

import os


def is_running(process: int) -> bool:
    """Whether there is a process of this number, above 0."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
