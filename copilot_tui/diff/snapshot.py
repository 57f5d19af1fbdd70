"""What the work tree held when a proposal was made.

Invariant: a snapshot is a value: it never reads the disk, and what it does not hold it does not know.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

REGULAR = 0o100644
EXECUTABLE = 0o100755
SYMLINK = 0o120000
SUBMODULE = 0o160000


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """One file: its bytes and its git mode (`REGULAR` or `EXECUTABLE`)."""

    content: bytes
    mode: int = REGULAR

    @property
    def blob_id(self) -> str:
        """The SHA-1 that git gives to this content, as 40 hex digits."""
        return hashlib.sha1(b"blob %d\0" % len(self.content) + self.content, usedforsecurity=False).hexdigest()


def _no_files() -> Mapping[str, SnapshotFile]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """File contents by path, and the names around them.

    `files`: path to file, for every file that a change may touch (paths are POSIX, relative to the work tree's root, non-UTF-8 bytes kept
    by surrogateescape). `known_paths`: every path that git tracks or would track, read or not. `links`: the paths of symlinks and
    submodules, which are never read or written, nor anything below them. `ignored`: paths in `files` that git ignores.
    `protected`: the patterns, in the language of .gitignore, by which the settings name files that wait for a decision of their own.
    """

    files: Mapping[str, SnapshotFile] = field(default_factory=_no_files)
    known_paths: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    protected: tuple[str, ...] = ()

    def content(self, path: str) -> bytes | None:
        """The file's bytes, or None where the snapshot holds no such file."""
        found = self.files.get(path)
        return found.content if found else None

    def passes_link(self, path: str) -> bool:
        """Whether `path` is a symlink or submodule, or lies below one; in other letters too, unless a real file or folder is so named."""
        parts = path.split("/")
        ways = ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]
        if not self.links or any(way in self.links for way in ways):
            return bool(self.links)
        # Where the file system ignores case, LINK is the very link.
        folded = {link.casefold() for link in self.links}
        return any(way.casefold() in folded and not self._is_known(way) for way in ways)

    def _is_known(self, way: str) -> bool:
        """Whether a file or folder of exactly this name is there."""
        return way in self.known_paths or any(path.startswith(f"{way}/") for path in self.known_paths)
