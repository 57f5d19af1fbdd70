"""Keeping an index up to date while files change: on save, checkout, rebase and stash.

Only folders that hold files of the repository are watched, and git's own folder, each by itself: nothing that git ignores, nothing behind
a link. Invariant: a change that no event tells of (a network's file system, too many folders) is found within `EVERY_SECONDS`.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from copilot_tui.context.git_call import GitCall

EVERY_SECONDS = 60.0
_FIRST_SECONDS = 3.0  # of indexing before what is ready is written: whoever asks first gets that early
_SECONDS = 12.0  # later: the more is written at once, the less it costs
_DEBOUNCE = 400  # milliseconds: a checkout is one change
_STEP = 50
_TIMEOUT = 2_000  # milliseconds
_MOST_FOLDERS = 20_000


class Follower(Protocol):
    """What the engine gives for it."""

    root: Path

    def index_some(self, seconds: float) -> bool:
        """Index for about so many seconds; whether all is indexed."""
        ...

    def folders(self) -> frozenset[str]:
        """The folders that hold files, relative to the root."""
        ...

    def rest(self) -> None:
        """Nothing is to be done for a while."""
        ...


def index_everything(engine: Follower) -> None:
    """Index until nothing is missing."""
    seconds = _FIRST_SECONDS
    while not engine.index_some(seconds):
        seconds = _SECONDS
    engine.rest()


def follow(engine: Follower) -> None:
    """Index everything and then whatever changes, for ever."""
    while True:
        index_everything(engine)
        folders = _watched(engine)
        for _ in _changes(folders if len(folders) <= _MOST_FOLDERS else frozenset()):
            index_everything(engine)
            if _watched(engine) != folders:
                break


def _watched(engine: Follower) -> frozenset[str]:
    """The folders to be watched: those with files, and git's own."""
    printed = GitCall(engine.root, "rev-parse", "--absolute-git-dir").output().removesuffix(b"\n")
    git = [os.fsdecode(printed)] if printed else []
    places = [*(f"{engine.root}/{one}" for one in engine.folders()), *git]
    return frozenset(place for place in places if Path(place).is_dir())


def _changes(folders: frozenset[str]) -> Iterator[None]:
    """Something for each burst of changes in the folders, whenever a while has passed, and once soon after the watch began."""
    from watchfiles import watch  # noqa: PLC0415  (after the index is made)

    due = time.monotonic()
    try:
        for changes in watch(
            *folders, watch_filter=None, debounce=_DEBOUNCE, step=_STEP, rust_timeout=_TIMEOUT, yield_on_timeout=True, recursive=False,
        ):  # fmt: skip
            if changes or time.monotonic() > due:
                yield
                due = time.monotonic() + EVERY_SECONDS
    except OSError:  # too many folders for the system, or one that is gone
        time.sleep(_TIMEOUT / 1_000)
    yield
