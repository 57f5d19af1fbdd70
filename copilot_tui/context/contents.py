"""What content each file of the work tree has: git's id where git knows it, else the hash of its bytes.

Invariant: a file is hashed again only after its size or time changed; what cannot be read has a reason.
"""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from copilot_tui.context.digest import sha1
from copilot_tui.context.disk import Disk, size_in_words
from copilot_tui.context.document import BINARY, LONG_LINES, POINTER
from copilot_tui.context.kinds import FileKind, kind_of
from copilot_tui.context.listing import Listing
from copilot_tui.visible import visible

_MOST_NAMED = 3


class Contents:
    """The contents of the work tree at `root`.

    `ids`: the content ids by path; `unread`: the paths that could not be read, with the reason.
    """

    def __init__(self, root: Path) -> None:
        self.disk = Disk(root)
        self.ids: dict[str, str] = {}
        self.unread: dict[str, str] = {}
        self._changed: dict[str, tuple[tuple[int, int, int], str]] = {}
        self._listing = Listing({}, frozenset(), frozenset(), {}, (), {})
        self._is_listed = False

    def refresh(self, listing: Listing) -> None:
        """Bring `ids` up to date."""
        self.disk.forget()
        self._listing = listing
        self._is_listed = True
        ids = dict(listing.blobs)
        changed: dict[str, tuple[tuple[int, int, int], str]] = {}
        self.unread = {}
        for path in [path for path, blob in ids.items() if not blob]:
            info = self.disk.info(path)
            if info is None:
                if self.disk.is_denied(path):
                    self.unread[path] = "it cannot be read: Permission denied"
                del ids[path]
                continue
            mark = (info.st_mtime_ns, info.st_size, info.st_ctime_ns)
            known = self._changed.get(path)
            if known is None or known[0] != mark:
                found = self.disk.read(path)
                if found.reason:
                    self.unread[path] = found.reason
                    del ids[path]
                    continue
                data = found.data
                known = (mark, sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest())
            changed[path] = known
            ids[path] = known[1]
        self._changed = changed
        self.ids = ids

    def names(self) -> Collection[str]:
        """All files, those that are too large to be read as well."""
        return self.ids.keys() | self._listing.large.keys()

    def changed(self) -> frozenset[str]:
        """The files whose content git's index does not have: new ones, and those that were changed since they were staged."""
        recorded = self._listing.recorded
        return frozenset(path for path, (_, blob) in self._changed.items() if blob != recorded.get(path, ""))

    def why_not(self, path: str) -> str:
        """Why a file cannot be shown; empty if it can."""
        size = self._listing.large.get(path)
        if size is not None:
            return f"it is too large: {size_in_words(size)}"
        found = self.disk.read_text(path)
        return found.reason if found.data or found.reason else "it is empty"

    def notes(self, marked: Mapping[str, Iterable[str]], crashed: Iterable[str] = ()) -> tuple[str, ...]:
        """Which files are left out, in sentences.

        `marked`: files by what the index says of them (`MARKS` of documents); `crashed`: those on which a parser broke down.
        """
        large = sorted(self._listing.large.items(), key=lambda one: (-one[1], one[0]))
        sized = [f"{visible(path)} ({size_in_words(size)})" for path, size in large]
        unread = [f"{visible(path)} ({reason.removeprefix('it ')})" for path, reason in sorted(self.unread.items())]
        long = [visible(path) for path in sorted(marked.get(LONG_LINES, ())) if kind_of(path) is not FileKind.GENERATED]
        binaries = sorted(map(visible, self._listing.binaries.union(marked.get(BINARY, ()))))
        is_empty = self._is_listed and not self.ids and not large and not unread
        return (
            *(("There is no file with text in this repository yet.",) if is_empty else ()),
            *self._listing.notes,
            *_sentence(sized, "left out, because it is too large", "left out, because they are too large"),
            *_sentence(unread, "left out", "left out"),
            *_sentence(
                binaries,
                "left out, because it holds something else than text",
                "left out, because they hold something else than text",
            ),
            *_sentence(
                sorted(map(visible, marked.get(POINTER, ()))),
                "left out, because it only points to a file that Git LFS keeps elsewhere",
                "left out, because they only point to files that Git LFS keeps elsewhere",
            ),
            *_sentence(
                sorted(map(visible, self._listing.links)),
                "left out, because it is a link or a repository of its own",
                "left out, because they are links or repositories of their own",
            ),
            *_sentence(
                long,
                "read only in part: it has lines that are too long",
                "read only in part: they have lines that are too long",
            ),
            *_sentence(
                sorted(map(visible, crashed)),
                "read without its structure: the parser broke down on it",
                "read without their structure: the parser broke down on them",
            ),
        )


def _sentence(names: list[str], one: str, many: str) -> tuple[str, ...]:
    if not names:
        return ()
    if len(names) == 1:
        return (f"{names[0]} is {one}.",)
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return (f"{len(names)} files are {many}: {', '.join(names[:_MOST_NAMED])}{more}.",)
