"""Which files a repository has, asked of git and of the file system without running anything of the repository.

Invariant: nothing is written and no file is opened.
"""

import os
import stat
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from copilot_tui.autonomy.secret_names import is_harmless, is_secret
from copilot_tui.context.document import MOST_BYTES
from copilot_tui.context.file_marks import DENIED, MISSING, OTHER, FileMarks, look
from copilot_tui.context.git_ahead import OTHERS
from copilot_tui.context.git_call import GitCall, decode_path
from copilot_tui.context.git_index import no_entries
from copilot_tui.context.kinds import is_binary_name
from copilot_tui.context.tracked import IndexReader, Mark, Tracked, is_clean, is_settled

_MOST_UNTRACKED = 20_000
_MANY = 20_000  # files: looking at so many is left to processes of its own
_MOST_LOOKERS = 4
_PATIENCE = 10.0  # seconds that git may take to find what it does not track
_TOGETHER = 256  # files: the more are compared at once, the less it costs as long as none of them was changed
_LATE = "git took too long to find the untracked files: they were left out."


class Listing(NamedTuple):
    """`blobs`: path to the content's git id (empty where the file on disk may differ from it); `links`: links, submodules.

    `binaries`: what holds no text by its name.
    `large`: the files that are too large to be read, with their size in bytes; they are in `blobs` no more.
    `recorded`: for the files of `blobs` that may differ, the id that git's index has of them.
    """

    blobs: dict[str, str]
    links: frozenset[str]
    secrets: frozenset[str]
    large: dict[str, int]
    notes: tuple[str, ...]
    recorded: dict[str, str]
    binaries: frozenset[str] = frozenset()


class _Stretch(NamedTuple):
    """Entries of git's index that are compared at once: from `start` on, up to `stop`.

    `texts`: their contents by path, without what is never shown; `is_settled`: what the file system says can prove that they are clean.
    """

    start: int
    stop: int
    texts: dict[str, str]
    is_settled: bool


class Lister:
    """Lists the files of the work tree at `root`, again and again; from `many` of them on processes of their own look at them.

    `patience`: seconds after which what git does not track is left out of a listing, which says so.
    """

    def __init__(self, root: Path, many: int = _MANY, patience: float = _PATIENCE) -> None:
        self._root = root
        self._patience = patience
        self._many = many
        self._index = IndexReader(root)
        self._tracked = Tracked(no_entries(), frozenset(), 0)
        self._stretches: list[_Stretch] = []
        self._secrets: frozenset[str] = frozenset()
        self._binaries: dict[str, int] = {}  # by path: the place in git's index
        self._others: GitCall | None = None
        self._is_new = self._is_looking = False
        self._raws: list[bytes] = []  # where the tracked files lie
        self._marks: FileMarks | None = None

    def rest(self) -> None:
        """End the processes that look at files; they come back with the next listing."""
        self._is_looking = False
        if self._marks is not None:
            self._marks.close()
            self._marks = None

    def begin(self) -> None:
        """Start git's part of it, and what other processes look at, so that both run beside other work."""
        self._others = GitCall(self._root, *OTHERS)
        self._index.begin()
        tracked = self._index.tracked()
        if tracked is not self._tracked:
            self._is_new = True
            self._tracked = tracked
            start = os.fsencode(os.path.abspath(self._root)) + b"/"  # noqa: PTH100  (whoever looks stands elsewhere; links stay)
            self._raws = [start + raw for raw in tracked.files.raws]
            self.rest()
        self._begin_looking()

    def listing(self) -> Listing:
        """The text files that git tracks, or would track, in the work tree as it was when `begin` was last called, or later."""
        tracked, is_new, self._is_new = self._tracked, self._is_new, False
        if is_new:
            self._sort_out()
        blobs: dict[str, str] = {}
        large: dict[str, int] = {}
        seen = self._look()
        recorded = self._add_tracked(seen, blobs, large)
        binaries = {path for path, place in self._binaries.items() if seen[3 * place + 2] not in {MISSING, OTHER}}
        links, secrets = set(tracked.links), set(self._secrets)
        begun = time.monotonic()
        printed = self._others.output(self._patience) if self._others is not None else b""
        is_late = not printed and time.monotonic() - begun >= self._patience
        others = [decode_path(raw) for raw in printed.split(b"\0") if raw]
        for path in others[:_MOST_UNTRACKED]:
            if path.endswith("/"):
                links.add(path.rstrip("/"))
            elif is_secret(path):
                secrets.add(path)
            elif is_binary_name(path):
                binaries.add(path)
            else:
                self._add_other(path, blobs, large)
        left = len(others) - _MOST_UNTRACKED
        notes = (f"{left} untracked files were left out.",) if left > 0 else (_LATE,) if is_late else ()
        return Listing(blobs, frozenset(links), frozenset(secrets), large, notes, recorded, frozenset(binaries))

    def _sort_out(self) -> None:
        """What of the tracked files is shown."""
        paths, _, blobs, marks = self._tracked.files
        doubtful = {path: place for place, path in enumerate(paths) if not is_harmless(path)}
        self._secrets = frozenset(filter(is_secret, doubtful))
        self._binaries = {
            path: place for path, place in doubtful.items() if is_binary_name(path) and path not in self._secrets
        }
        hidden = self._secrets.union(self._binaries)
        self._stretches = []
        for start in range(0, len(paths), _TOGETHER):
            stop = min(start + _TOGETHER, len(paths))
            texts = dict(zip(paths[start:stop], blobs[start:stop], strict=True))
            for path in hidden & texts.keys() if hidden else ():
                del texts[path]
            known = marks[3 * start : 3 * stop]
            is_proof = all(texts.values()) and max(known[2::3]) <= MOST_BYTES
            self._stretches.append(_Stretch(start, stop, texts, is_proof and is_settled(known, self._tracked.written)))

    def _add_tracked(self, seen: "array[int]", blobs: dict[str, str], large: dict[str, int]) -> dict[str, str]:
        """Take what git tracks; gives what git's index has of the files that may differ."""
        recorded: dict[str, str] = {}
        paths, _, _, marks = self._tracked.files
        for start, stop, texts, may_be_same in self._stretches:
            known, found = marks[3 * start : 3 * stop], seen[3 * start : 3 * stop]
            if may_be_same and known == found:
                blobs |= texts
                continue
            for path, before, now in zip(paths[start:stop], _triples(known), _triples(found), strict=True):
                if now[2] in {MISSING, OTHER} or path not in texts:
                    continue
                if now[2] == DENIED:
                    blobs[path] = ""
                elif now[2] > MOST_BYTES:
                    large[path] = now[2]
                elif texts[path] and is_clean(before, now, self._tracked.written):
                    blobs[path] = texts[path]
                else:
                    blobs[path], recorded[path] = "", texts[path]
        return recorded

    def _begin_looking(self) -> None:
        if len(self._raws) < self._many:
            return
        try:
            if self._marks is not None and self._is_looking:
                self._marks.found()  # for a listing that was given up: files may have changed since
            if self._marks is None:
                self._marks = FileMarks(self._raws, min(_MOST_LOOKERS, os.cpu_count() or 1))
            self._marks.begin()
            self._is_looking = True
        except OSError:
            self.rest()

    def _look(self) -> "array[int]":
        """What the file system says of each tracked file; where the processes fail it is asked here."""
        is_looking, self._is_looking = self._is_looking, False
        try:
            if self._marks is not None and is_looking:
                return self._marks.found()
        except OSError:
            self.rest()
        return look(self._raws)

    def _add_other(self, path: str, blobs: dict[str, str], large: dict[str, int]) -> None:
        try:
            found = Path(self._root, path).lstat()
        except (OSError, ValueError):
            return
        if stat.S_ISREG(found.st_mode) and found.st_size > MOST_BYTES:
            large[path] = found.st_size
        else:
            blobs[path] = ""


def _triples(marks: "array[int]") -> Iterator[Mark]:
    return zip(marks[::3], marks[1::3], marks[2::3], strict=True)
