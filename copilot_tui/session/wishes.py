"""The person's words on the context of the next requests, and what they have before them.

Invariant: a file is never both pinned and dropped; nothing here outlasts the session.
"""

from collections.abc import Iterable

_MOST_OPENED = 20


class Wishes:
    """`pinned` files are kept in, `dropped` ones out; `opened`: looked at, newest first; `edited`: landed in this session."""

    def __init__(self) -> None:
        self.pinned: set[str] = set()
        self.dropped: set[str] = set()
        self.opened: tuple[str, ...] = ()
        self.edited: set[str] = set()

    def pin(self, path: str) -> None:
        """Keep a file in the context of the next requests; a pinned one is let go."""
        self.dropped.discard(path)
        self.pinned.symmetric_difference_update({path})

    def drop(self, path: str) -> None:
        """Keep a file out of the context of the next requests; a dropped one may come in again. An empty path is the outline."""
        self.pinned.discard(path)
        self.dropped.symmetric_difference_update({path})

    def look_at(self, path: str) -> None:
        """The person opened a file."""
        self.opened = (path, *(one for one in self.opened if one != path))[:_MOST_OPENED]

    def land(self, paths: Iterable[str]) -> None:
        """These files were changed just now."""
        self.edited.update(paths)
