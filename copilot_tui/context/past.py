"""What the commits up to HEAD say, read once and kept in the index.

Invariant: what is known of a commit is not read from git again; without commits there is no past, and that is no error.
"""

import re
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NamedTuple

from copilot_tui.context.git_ahead import HEAD
from copilot_tui.context.git_call import GitCall
from copilot_tui.context.history import Commit, History, begin_list, begin_log, begin_missing, listed, parse_log
from copilot_tui.context.store import Store
from copilot_tui.context.touches import MOST_TOUCHING, Touch, Touches, begin_hunks, begin_newest_hunks, parse_hunks

_TOUCHES_AT_ONCE = 50  # commits
_TOUCHES_AHEAD = 150
_LEAST_LOG_SECONDS = 0.3
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


class _Touching(NamedTuple):
    """What of touched lines is `known` and `missing` as of a head, and the call that reads the first `batch` of these."""

    head: str
    known: dict[str, Touch]
    missing: list[str]
    batch: list[str]
    call: GitCall | None


class Past:
    """The `history` and the `touches` of the repository at `root`."""

    def __init__(self, root: Path, store: Store) -> None:
        self.history = History([], ())
        self.touches = Touches()
        self._root = root
        self._store = store
        self._head = ""
        self._wanted = ""  # the head that was to be read last
        self._names: frozenset[str] | None = None  # the files that `history` is of
        self._touched = ""  # the head whose commits `touches` holds
        self._commits: list[Commit] = []
        self._order: list[str] = []  # the newest commits up to `_head`, newest first
        self._known: dict[str, tuple[dict[str, int], list[str]]] = {}
        self._asked: GitCall | None = None
        self._log: GitCall | None = None
        self._touches_kept: dict[str, Touch] = {}
        self._newest: GitCall | None = None
        self._is_kept = True
        self._is_short = False
        self._kept_head: object = None
        self._listing: GitCall | None = None
        self._touching: _Touching | None = None

    def begin(self) -> None:
        """Ask git where HEAD is."""
        self._asked = GitCall(self._root, *HEAD)

    def begin_reading(self, *, is_short: bool = False) -> str:
        """Start reading the commits if HEAD moved; gives HEAD. `is_short`: where none is known the newest are enough until `keep`."""
        head = self._asked.output().decode("ascii", "replace").strip() if self._asked is not None else ""
        self._wanted = head
        if head and head != self._head:
            self._known, self._kept_head = self._read_kept()
            self._log = None if self._known else begin_log(self._root, is_short=is_short)
            self._is_short = self._log is not None and is_short
            self._listing = begin_list(self._root) if self._known and head != self._kept_head else None
        return head

    def _read_kept(self) -> tuple[dict[str, tuple[dict[str, int], list[str]]], object]:
        """The commits that are known by now, and the newest of them."""
        if self._order:
            return {
                name: (one.terms, one.files) for name, one in zip(self._order, self._commits, strict=True)
            }, self._head
        # The head first: another process may write both meanwhile, and commits may be more than it says.
        head = self._store.value("head")
        kept = self._store.value("commits")
        return (kept, head) if kept and isinstance(kept, dict) else ({}, None)

    def finish_reading(self, head: str, names: Collection[str], ends: float | None) -> None:
        """The history as of `head` for the files of now."""
        if head != self._head:
            self._read(head, ends)
        elif self._names == names:
            return
        self._names = frozenset(names)
        self.history = History(self._commits, self._names)

    def _read(self, head: str, ends: float | None) -> None:
        known, self._known = self._known, {}
        if self._log is not None:
            printed = self._log.output(60 if ends is None else max(_LEAST_LOG_SECONDS, ends - time.monotonic()))
            self._log = None
            known = parse_log(printed)
            order = list(known)
        else:
            order = self._order_of(head, known)
            new = [commit for commit in order if commit not in known]
            if new:
                known |= parse_log(begin_missing(self._root, new).output())
        self._take(head, [commit for commit in order if commit in known], known)

    def _take(self, head: str, order: list[str], known: Mapping[str, tuple[dict[str, int], list[str]]]) -> None:
        if order or not head:
            self._commits = [Commit(*known[commit]) for commit in order]
            self._head, self._order = head, order
            self._is_kept = self._kept_head == head

    def _order_of(self, head: str, known: Mapping[str, object]) -> list[str]:
        """The newest commits up to HEAD: those that are kept, if they are of this very commit."""
        listing, self._listing = self._listing, None
        if not head:
            return []
        return list(known) if head == self._kept_head else listed(listing or begin_list(self._root))

    @property
    def is_behind(self) -> bool:
        """Whether something was read that is not in the index, git was too late, or touched lines are not read yet."""
        return (
            not self._is_kept or self._head != self._wanted or len(self.touches) < min(len(self._order), MOST_TOUCHING)
        )

    def keep(self) -> None:
        """Put what was read of git into the index; where the newest commits were enough so far, the others are read first."""
        if self._is_short:
            self._is_short = False
            order = listed(begin_list(self._root))
            known = {name: (one.terms, one.files) for name, one in zip(self._order, self._commits, strict=True)}
            new = [commit for commit in order if commit not in known]
            if new:
                known |= parse_log(begin_missing(self._root, new).output())
                self._take(self._wanted, [commit for commit in order if commit in known], known)
        if not self._is_kept:
            self._is_kept = True
            commits = zip(self._order, self._commits, strict=True)
            self._store.keep({"commits": {name: (one.terms, one.files) for name, one in commits}, "head": self._head})

    def begin_touches(self, head: str) -> None:
        """Take the touched lines as they are kept; where HEAD has moved since start reading those of the commits that are new."""
        touched = self._store.value("touched")  # first, as above; the commits may be kept already, and these not yet
        kept = self._store.value("touches")
        self._touches_kept = kept if isinstance(kept, dict) else {}
        is_new = not self._known and head != self._head
        if head and not is_new and (touched != head or not self._touches_kept):
            is_commit = isinstance(touched, str) and _COMMIT.fullmatch(touched) is not None
            self._newest = begin_newest_hunks(self._root, str(touched) if is_commit and self._touches_kept else "")

    def take_touches(self, seconds: float) -> None:
        """The touched lines that are kept, and those of the newest commits if git gives them in time."""
        known = self._touches_kept
        if self._newest is not None:
            known |= parse_hunks(self._newest.so_far(seconds))  # the newest come first
            self._newest = None
        newest = [known[commit] for commit in self._order[:MOST_TOUCHING] if commit in known]
        self.touches = Touches(newest, self.touches.followed)

    def take_kept_touches(self) -> None:
        """The touched lines that are in the index, and nothing of git: what a first answer has time for."""
        if self._head != self._touched:
            known, missing = self._untouched()
            kept = [known[commit] for commit in self._order[:MOST_TOUCHING] if commit in known]
            self.touches = Touches(kept, self.touches.followed)
            self._touched = "" if missing else self._head

    def begin_touched(self) -> None:
        """Start reading which lines the first of the newest commits touched that are not known yet."""
        if self._head != self._touched:
            known, missing = self._untouched()
            batch = missing[:_TOUCHES_AHEAD]
            self._touching = _Touching(
                self._head, known, missing, batch, begin_hunks(self._root, batch) if batch else None
            )

    def _untouched(self) -> tuple[dict[str, Touch], list[str]]:
        """What is kept of touched lines by commit, and the newest commits of which nothing is."""
        kept = self._store.value("touches")
        known: dict[str, Touch] = kept if isinstance(kept, dict) else {}
        return known, [commit for commit in self._order[:MOST_TOUCHING] if commit not in known]

    @staticmethod
    def _take_touches(known: dict[str, Touch], batch: list[str], call: GitCall) -> None:
        read = parse_hunks(call.output())
        known.update({commit: read.get(commit, ([], {})) for commit in batch})

    def read_touches(self, ends: float | None) -> None:
        """Which lines the newest commits touched, as many as there is time for; the rest with the next call."""
        begun, self._touching = self._touching, None
        if self._head == self._touched:
            return
        newest = self._order[:MOST_TOUCHING]
        if begun is None or begun.head != self._head:
            begun = _Touching(self._head, *self._untouched(), [], None)
        known, missing = begun.known, begun.missing
        rest = missing[len(begun.batch) :]
        if begun.call is not None:
            self._take_touches(known, begun.batch, begun.call)
        for start in range(0, len(rest), _TOUCHES_AT_ONCE):
            if ends is not None and time.monotonic() > ends:
                self._touched = ""  # what is left out of `known` below may be what another head knew
                break
            batch = rest[start : start + _TOUCHES_AT_ONCE]
            self._take_touches(known, batch, begin_hunks(self._root, batch))
        else:
            self._touched = self._head
        known = {commit: known[commit] for commit in newest if commit in known}
        if missing or self._store.value("touched") != self._touched:
            self._store.keep({"touches": known, "touched": self._touched})
        self.touches = Touches(list(known.values()), self.touches.followed)
