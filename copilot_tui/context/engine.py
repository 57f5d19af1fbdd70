"""The context engine: an index of the repository that is brought up to date, ranked for a query and packed for a model.

Invariant: nothing of the repository is written or run; a query uses what is indexed and says what is missing.
"""

import hashlib
import os
import time
from collections import OrderedDict
from itertools import islice
from pathlib import Path
from threading import RLock

from copilot_tui.autonomy.request import Request
from copilot_tui.context.background import BackgroundIndex
from copilot_tui.context.contents import Contents
from copilot_tui.context.definitions import find_definitions
from copilot_tui.context.document import LONG_LINES
from copilot_tui.context.git_call import GitCall
from copilot_tui.context.history import Commit, History, begin_log, begin_missing, list_commits, parse_log
from copilot_tui.context.listing import Lister
from copilot_tui.context.mentions import Mentioned, NamedPlace
from copilot_tui.context.order import in_order
from copilot_tui.context.pack import ContextPack
from copilot_tui.context.packing import CHARACTERS_PER_TOKEN, Source, View, choose, make_source, render, runs
from copilot_tui.context.ranking import IndexedFile, Ranked, Ranking, index_file, rank
from copilot_tui.context.reading import read_files
from copilot_tui.context.reasons import reason_of
from copilot_tui.context.requested import MOST_OMITTED, Order, pack_request, why_not_shown
from copilot_tui.context.store import Store
from copilot_tui.context.touches import MOST_TOUCHING, Touch, Touches, begin_hunks, parse_hunks
from copilot_tui.context.weights import WEIGHTS, Weights
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.visible import visible, without_invisible

_LEAST_SECONDS = 0.5  # of indexing, however long it took to list the files
_MOST_AT_ONCE = 1_000  # documents before they are written
_FIRST_SECONDS = 1.2  # of indexing before a first query is answered with what is there
_TOUCHES_AT_ONCE = 50  # commits
_SOURCES = 30
_MOST_SOURCES_KEPT = 400
_LISTED_PATHS = 400


class ContextEngine:
    """The context of the repository whose work tree is `root`; without a `cache_folder` the index is in memory."""

    def __init__(self, root: Path, cache_folder: Path | None) -> None:
        self.root = root
        name = hashlib.sha256(os.fsencode(os.path.realpath(root))).hexdigest()[:24]
        self._store = Store(cache_folder / "context" / f"{name}.sqlite" if cache_folder is not None else None)
        self._lock = RLock()
        self._contents = Contents(root)
        self._lister = Lister(root)
        self._known: dict[str, tuple[int, int]] | None = None
        self._files: dict[int, list[IndexedFile]] = {}
        self._entries: dict[tuple[str, int], IndexedFile] = {}
        self._commits: list[Commit] = []
        self._history = History([], ())
        self._head = ""
        self._touches = Touches()
        self._touched = ""  # the head whose commits `_touches` holds
        self._left = 0
        self._newest = -1  # the last key that `_known` holds
        self._background = BackgroundIndex(root, cache_folder) if cache_folder is not None else None
        self._sources: OrderedDict[tuple[str, str], Source] = OrderedDict()

    def close(self) -> None:
        """Let the index go."""
        if self._background is not None:
            self._background.close()
        self._store.close()

    def update(self, seconds: float | None = None, hint: str = "") -> None:
        """Bring the index up to date, for about `seconds`; the rest is done by the next call.

        Where time is short, files whose paths hold words of the `hint` are indexed first.
        """
        with self._lock:
            ends = None if seconds is None else time.monotonic() + seconds
            is_first = self._known is None
            known = self._read_known()
            head = GitCall(self.root, "rev-parse", "--quiet", "--verify", "HEAD")
            self._lister.begin()
            log = self._begin_history(head.output().decode("ascii", "replace").strip())
            self._contents.refresh(self._lister.listing())
            ids = self._contents.ids
            missing = self._missing()
            self._index(missing, ends, hint, _LEAST_SECONDS)
            self._files = {}
            entries: dict[tuple[str, int], IndexedFile] = {}
            for path, blob in ids.items():
                found = known.get(blob)
                if found is not None and found[1]:
                    one = self._entries.get((path, found[0])) or index_file(path, *found)
                    entries[path, found[0]] = one
                    self._files.setdefault(found[0], []).append(one)
            self._entries = entries
            self._finish_history(log, ends)
            self._history = History(self._commits, self._contents.names())
            if ends is None or not is_first:  # a first answer does not wait for it
                self._read_touches(ends)

    def index_some(self, seconds: float) -> bool:
        """Index files for about `seconds` without making them ready for queries; whether all are indexed now."""
        with self._lock:
            self._read_known()
            self._lister.begin()
            self._contents.refresh(self._lister.listing())
            self._index(self._missing(), time.monotonic() + seconds)
            return not self._left

    def _read_known(self) -> dict[str, tuple[int, int]]:
        """Everything that is indexed, also by other processes."""
        if self._known is None:
            self._known = {}
        found = self._store.documents(self._newest)
        self._known |= found
        self._newest = max((key for key, _ in found.values()), default=self._newest)
        return self._known

    def _missing(self) -> list[tuple[str, str]]:
        known = self._known or {}
        return [(path, blob) for path, blob in self._contents.ids.items() if blob not in known]

    def _index(self, missing: list[tuple[str, str]], ends: float | None, hint: str = "", least: float = 0.0) -> None:
        files = in_order(list({blob: (path, blob) for path, blob in missing}.values()), hint)
        some = list(islice(files, _MOST_AT_ONCE))
        if ends is not None and least:
            ends = max(ends, time.monotonic() + least)
        while some and (ends is None or time.monotonic() < ends):
            found = read_files(some, self._contents.disk, ends)
            self._contents.unread |= found.unread
            self._store.add(found.documents)
            some = [*found.rest, *islice(files, _MOST_AT_ONCE - len(found.rest))]
        known = self._read_known()
        self._left = sum(1 for path, blob in missing if blob not in known and path not in self._contents.unread)

    def _begin_history(self, head: str) -> tuple[str, object, GitCall | None]:
        if not head or head == self._head:
            return head, {}, None
        kept = self._store.value("commits")
        return head, kept, None if isinstance(kept, dict) and kept else begin_log(self.root)

    def _finish_history(self, begun: tuple[str, object, GitCall | None], ends: float | None) -> None:
        head, kept, call = begun
        if head == self._head:
            return
        known: dict[str, tuple[dict[str, int], list[str]]] = kept if isinstance(kept, dict) else {}
        if call is not None:
            printed = call.output(60 if ends is None else max(0.3, ends - time.monotonic()))
            known = parse_log(printed)
            order = list(known)
        else:
            order = list_commits(self.root) if head else []
            new = [commit for commit in order if commit not in known]
            if new:
                known |= parse_log(begin_missing(self.root, new).output())
        self._commits = [Commit(*known[commit]) for commit in order if commit in known]
        if order or not head:
            self._head = head
            self._store.keep({"commits": {commit: known[commit] for commit in order if commit in known}})

    def _read_touches(self, ends: float | None) -> None:
        """Which lines the newest commits touched, as many as there is time for; the rest with the next update."""
        if self._head == self._touched:
            return
        kept = self._store.value("touches")
        known: dict[str, Touch] = kept if isinstance(kept, dict) else {}
        newest = list_commits(self.root)[:MOST_TOUCHING] if self._head else []
        missing = [commit for commit in newest if commit not in known]
        for start in range(0, len(missing), _TOUCHES_AT_ONCE):
            if ends is not None and time.monotonic() > ends:
                break
            batch = missing[start : start + _TOUCHES_AT_ONCE]
            read = parse_hunks(begin_hunks(self.root, batch).output())
            known |= {commit: read.get(commit, ([], {})) for commit in batch}
        else:
            self._touched = self._head
        known = {commit: known[commit] for commit in newest if commit in known}
        if missing:
            self._store.keep({"touches": known})
        self._touches = Touches(list(known.values()))

    def rank(self, query: str, weights: Weights = WEIGHTS) -> Ranking:
        """The files that a query is about, best first."""
        with self._lock:
            return rank(query, self._files, self._store, self._history, weights)

    def source(self, path: str) -> Source | None:
        """A file's lines and definitions as they are on disk, None where it cannot be shown."""
        blob = self._contents.ids.get(path, "")
        kept = self._sources.get((path, blob))
        if kept is not None:
            self._sources.move_to_end((path, blob))
            return kept
        whole = self._contents.disk.text(path)
        if not whole:
            return None
        text = without_invisible(whole)
        lines = text.replace("\r\n", "\n").split("\n")
        entry = (self._known or {}).get(blob)
        sums = self._store.sums([entry[0]]).get(entry[0]) if entry else None
        source = make_source(path, lines, sums)
        self._sources[path, blob] = source
        if len(self._sources) > _MOST_SOURCES_KEPT:
            self._sources.popitem(last=False)
        return source

    def sources(self, ranking: Ranking, count: int) -> dict[str, Source]:
        """The sources of the best files."""
        found: dict[str, Source] = {}
        for one in ranking.files[:count]:
            source = self.source(one.file.path)
            if source is not None:
                found[one.file.path] = source
        return found

    def views(self, query: str, room: int, weights: Weights = WEIGHTS) -> tuple[Ranking, list[View]]:
        """The ranking and what is shown within `room` characters."""
        ranking = self.rank(query, weights)
        count = max(6, min(_SOURCES, room // 1_000))
        sources = self.sources(ranking, count)
        reasons = {one.file.path: reason_of(one, sources.get(one.file.path)) for one in ranking.files[:count]}
        pieces = {path: [(one.first, one.last) for one in source.pieces] for path, source in sources.items()}
        touched = self._touches.score(pieces, ranking.weights)
        return ranking, choose(ranking, sources, reasons, room, weights, touched=touched)

    def query(self, query: str, budget: int) -> dict[str, object]:
        """The answer to a query as the command line gives it: `files`, `text`, `tokens`, `items`, `omitted`, `notes`."""
        room = budget * CHARACTERS_PER_TOKEN
        ranking, views = self.views(query, room)
        parts, used, items = [], 0, []
        shown: dict[str, list[tuple[int, int]]] = {}
        for view in views:
            text = render(view)
            if used + len(text) > room:
                continue
            used += len(text)
            parts.append(text)
            path = view.source.path
            shown[path] = runs(view.shown | view.heads)
            items.append({"path": visible(path), "lines": shown[path], "tokens": len(text) // 4, "reason": view.reason})
        text = "".join(parts)
        files = [
            {"path": visible(one.file.path), "score": round(one.score, 5), "ranges": shown.get(one.file.path, [])}
            for one in ranking.files[:_LISTED_PATHS]
        ]
        omitted = [
            {"path": visible(one.file.path), "reason": why_not_shown(self.source(one.file.path), room - used)}
            for one in ranking.files[:MOST_OMITTED]
            if one.file.path not in shown
        ]
        return {
            "files": files, "text": text, "tokens": len(text) // 4, "items": items, "omitted": omitted,
            "notes": list(self.notes()),
        }  # fmt: skip

    def notes(self) -> tuple[str, ...]:
        """What a reader should know of the index."""
        missing = (f"{self._left} files are not indexed yet.",) if self._left else ()
        cut = [one.path for key, _ in self._store.postings(LONG_LINES) for one in self._files.get(key, ())]
        return (*self._store.notes, *self._contents.notes(cut), *missing)

    def why_not(self, path: str) -> str:
        """Why a file cannot be shown; empty if it can."""
        return self._contents.why_not(path)

    def candidates(self, query: str, limit: int = 60) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The files that may matter, best first, each with the names in it that the query seems to mean."""
        self._ensure(query)
        ranking = self.rank(query)
        found: list[tuple[str, tuple[str, ...]]] = []
        for one in ranking.files[:limit]:
            source = self.source(one.file.path) if len(found) < _SOURCES else None
            found.append((one.file.path, _names(one, source)))
        return tuple(found)

    def definitions(self, letters: str) -> list[NamedPlace]:
        """The definitions whose names begin with these letters or are much like them, best first, of the index as it is now."""
        self._ensure(letters)
        with self._lock:
            return find_definitions(letters, self._store, self._files, self.source)

    def _ensure(self, query: str) -> None:
        background = self._background
        is_helped = background is not None and background.is_running
        self.update(_FIRST_SECONDS if self._known is None else 0.3, query)
        if self._left and background is not None and not is_helped and self._store.is_shared:
            background.start()

    def pack(  # noqa: PLR0913  (what a person may say of the context, by name)
        self,
        request: Request | None,
        query: str,
        budget: int,
        snapshot: Snapshot | None = None,
        *,
        focus: tuple[str, ...] = (),
        pinned: frozenset[str] = frozenset(),
        dropped: frozenset[str] = frozenset(),
        mentioned: Mentioned = Mentioned(),  # noqa: B008  (frozen)
    ) -> ContextPack:
        """The context for a call: the target first, then what is mentioned, pinned and focused files, then what the query is about."""
        self._ensure(query)
        return pack_request(self, Order(request, query, budget, snapshot, focus, pinned, dropped, mentioned))


def _names(one: Ranked, source: Source | None) -> tuple[str, ...]:
    if source is None:
        return ()
    hit = {number for numbers in one.lines.values() for number in numbers}
    best = sorted(
        (definition for definition in source.definitions if definition.kind not in {"variable", "field", "constant"}),
        key=lambda definition: -sum(1 for number in range(definition.first, definition.head_last + 1) if number in hit),
    )
    return tuple(dict.fromkeys(definition.name for definition in best[:6]))
