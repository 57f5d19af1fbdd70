"""No search for cycles while many objects are made: an index has none, and one search through it stops every key for a tenth of a second.

Invariant: the collector is as it was when the last of those who asked is done.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_MANY = 20_000  # files: a search through fewer is not felt

_lock = Lock()
_asked = 0
_frozen = 0  # files that there were when the index was last set aside


@contextmanager
def without_collecting() -> Iterator[None]:
    """Put the collector off, however many threads ask for it."""
    global _asked  # noqa: PLW0603  (the collector is one for the whole process)
    with _lock:
        if _asked == 0 and not gc.isenabled():
            is_ours = False
        else:
            is_ours = True
            _asked += 1
            gc.disable()
    try:
        yield
    finally:
        if is_ours:
            with _lock:
                _asked -= 1
                if _asked == 0:
                    gc.enable()


def set_aside(files: int) -> None:
    """Keep the collector from looking through a large index ever again; done anew when it has grown by half."""
    global _frozen  # noqa: PLW0603
    if files >= _MANY and files > _frozen * 1.5:
        _frozen = files
        gc.freeze()
