"""The context engine: an index of the repository that is brought up to date, ranked for a query and packed for a model.

Invariant: nothing of the repository is written or run; a query uses what is indexed and says what is missing.
"""

import time
from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import Path, PurePath
from threading import RLock
from typing import TYPE_CHECKING

from copilot_tui.context.answer import make_answer
from copilot_tui.context.collecting import set_aside, without_collecting
from copilot_tui.context.corpus import Corpus, IndexedFile, index_files
from copilot_tui.context.database import MOST_BYTES, Database
from copilot_tui.context.document import MARKS
from copilot_tui.context.found import busiest, defining, names_hit
from copilot_tui.context.git_ahead import index_file_of
from copilot_tui.context.git_index import count_entries
from copilot_tui.context.history import Companion
from copilot_tui.context.indexing import Indexing
from copilot_tui.context.mending import mended
from copilot_tui.context.outline import main_names
from copilot_tui.context.outlines import Outlines
from copilot_tui.context.packing import (
    CHARACTERS_PER_TOKEN,
    MOST_BUDGET,
    choose,
    files_within,
    room_for_further,
)
from copilot_tui.context.past import Past
from copilot_tui.context.ranking import Ranking, rank
from copilot_tui.context.reasons import reason_of
from copilot_tui.context.source import Source
from copilot_tui.context.source_cache import SourceCache
from copilot_tui.context.tracked import place_of_index
from copilot_tui.context.view import View
from copilot_tui.context.weights import WEIGHTS, Weights

if TYPE_CHECKING:  # what only requests of a session need is loaded with the first of them
    from copilot_tui.context.background import BackgroundIndex
    from copilot_tui.context.embedded import Meaning
    from copilot_tui.context.filling import Order
    from copilot_tui.context.mentions import NamedPlace
    from copilot_tui.context.pack import ContextPack
    from copilot_tui.context.vectors import Vectors

_LEAST_SECONDS = 0.5  # of indexing, however long it took to list the files
_FIRST_SECONDS = 1.2  # of indexing before a first query is answered with what is there
_MOST_OF_FILE = 150_000  # bytes: an index that is larger for each tracked file holds much that no file has any more
_SOURCES = 30
_RUNNERS_UP = 8  # files that are looked into beside those that may be shown


class ContextEngine:
    """The context of the repository whose work tree is `root`; without a `cache_folder` the index is in memory.

    `keeps_processes`: those that parse stay for the next update, until `close`. `is_made_late`: an index that is not there is made by the
    first update, not at once.
    """

    def __init__(
        self, root: Path, cache_folder: Path | None, *, keeps_processes: bool = False, is_made_late: bool = False
    ) -> None:
        self.root = root
        self._keeps_processes = keeps_processes
        place = index_file_of(root, cache_folder) if cache_folder is not None else None
        self._database = Database(place, is_made_late=is_made_late, most=_most_bytes(root, place))
        self._lock = RLock()
        self._cache_folder = cache_folder
        self._background: BackgroundIndex | None = None
        self._begin()

    def _begin(self) -> None:
        """Know nothing but what is in the index."""
        self._indexing = Indexing(self.root, self._database)
        self._store = self._indexing.store
        self._contents = self._indexing.contents
        self._past = Past(self.root, self._store)
        self._is_new = True
        self._files: dict[int, list[IndexedFile]] = {}
        # How much was known, and the contents, when the files were made ready.
        self._ready: tuple[int, dict[str, str]] = (0, {})
        self._busiest: dict[tuple[int, str], list[str]] = {}
        self._busiest_of: tuple[object, object] = (None, None)  # the history and the files that `_busiest` is of
        self._corpus = Corpus()
        self._source_cache = SourceCache(self._indexing)

    @cached_property
    def vectors(self) -> "Vectors":
        """The contents as vectors, by whoever embeds them."""
        from copilot_tui.context.vectors import Vectors  # noqa: PLC0415  (few use it)

        return Vectors(self._database)

    @property
    def outlines(self) -> Outlines:
        """What the indexed contents define and refer to, by the keys of `IndexedFile`."""
        return self._indexing.outlines

    def files(self) -> Mapping[int, list[IndexedFile]]:
        """The files of now by the keys of their contents."""
        return self._files

    def close(self) -> None:
        """Let the index go."""
        if self._background is not None:
            self._background.close()
        self._indexing.rest()
        self._database.close()

    def begin_anew(self) -> bool:
        """Put an empty index in the place of one that is broken, and bring it up to date for a while; whether that was done."""
        with self._lock:
            self._indexing.rest()
            if not self._database.discard():
                return False
            self._begin()
            self.update(_FIRST_SECONDS)
            return True

    @mended
    def update(self, seconds: float | None = None, hint: str = "") -> None:
        """Bring the index up to date: for about `seconds` without parsing, or without it all of it, outlines as well.

        The rest is done by the next call. Where time is short, files whose paths hold words of the `hint` are indexed first.
        """
        with self._lock, without_collecting():
            ends = None if seconds is None else time.monotonic() + seconds
            is_first, self._is_new = self._is_new, False
            self._past.begin()
            self._indexing.begin()
            head = self._past.begin_reading()
            self._indexing.list_files()
            least = None if ends is None else max(ends, time.monotonic() + _LEAST_SECONDS)
            if ends is not None or not self._indexing.is_parsing:
                self._indexing.index_terms(least, hint)
            if ends is None:
                self._indexing.begin_all()
            self._past.finish_reading(head, self._contents.names(), ends)
            self._past.keep()
            if ends is None:
                self._past.begin_touched()
            if ends is None or not is_first:
                self._past.read_touches(ends)  # while processes parse
            else:
                self._past.take_kept_touches()
            if ends is None:
                self._indexing.finish_all()
                if not self._keeps_processes:
                    self._indexing.rest()
            self._make_ready()
            set_aside(len(self._contents.ids))

    def _make_ready(self) -> None:
        """The indexed files as the ranking wants them; where nothing has changed they are so already."""
        known = self._indexing.known
        if (len(known), self._contents.ids) == self._ready:
            return
        self._ready = len(known), self._contents.ids
        self._files = index_files(self._contents.ids, known, self._corpus.by_path)
        self._corpus = Corpus(self._files)

    @mended
    def index_some(self, seconds: float) -> bool:
        """Index files for about `seconds` without making them ready for queries; whether all are indexed now."""
        with self._lock:
            self._indexing.begin()
            self._indexing.list_files()
            self._indexing.begin_all(time.monotonic() + seconds)
            return self._indexing.finish_all()

    def folders(self) -> frozenset[str]:
        """The folders with files, and those around them, relative to the root; the root itself is empty."""
        inner = {PurePath(path).parent for path in self._contents.ids}
        around = {parent for one in inner for parent in (one, *one.parents)}
        return frozenset(one.as_posix() if one.name else "" for one in around)

    def rest(self) -> None:
        """Nothing is to be done for a while: processes that parse end."""
        with self._lock:
            self._indexing.rest()

    def keep_indexed(self) -> None:
        """Index everything in a process of its own, and follow what changes until `close`."""
        if self._database.is_shared:
            self._helper().start()

    def _helper(self) -> "BackgroundIndex":
        from copilot_tui.context.background import BackgroundIndex  # noqa: PLC0415  (a single question needs none)

        if self._background is None:
            assert self._cache_folder is not None  # noqa: S101  (the index is shared)
            self._background = BackgroundIndex(self.root, self._cache_folder)
        return self._background

    def rank(self, query: str, weights: Weights = WEIGHTS) -> Ranking:
        """The files that a query is about, best first."""
        with self._lock, without_collecting():
            return rank(query, self._corpus, self._store, self._past.history, self._past.touches, weights)

    def source(self, path: str) -> Source | None:
        """A file's lines and definitions as they are on disk, None where it cannot be shown."""
        return self._source_cache.source(path)

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
        sources = self.sources(ranking, min(_SOURCES, files_within(room) + _RUNNERS_UP))
        reasons = {one.file.path: reason_of(one, sources.get(one.file.path)) for one in ranking.files[:_SOURCES]}
        return ranking, choose(ranking, sources, reasons, room, weights)

    @mended
    def query(self, query: str, budget: int) -> dict[str, object]:
        """The answer to a query as the command line gives it: `files`, `text`, `tokens`, `items`, `omitted`, `notes`."""
        room = min(budget, MOST_BUDGET) * CHARACTERS_PER_TOKEN
        ranking, views = self.views(query, room - room_for_further(room))
        return {**make_answer(ranking, views, room, self.source, self.why_not), "notes": list(self.notes())}

    def notes(self) -> tuple[str, ...]:
        """What a reader should know of the index."""
        left = self._indexing.left
        missing = (f"{left} files are not indexed yet.",) if left else ()
        marked = {mark: self._marked(mark) for mark in MARKS}
        return (*self._database.notes, *self._contents.notes(marked, self._indexing.crashed()), *missing)

    def _marked(self, mark: str) -> list[str]:
        """The files of which the index says so; those without text are in it as well."""
        keys, known = self._store.postings(mark), self._indexing.known
        if not keys:
            return []
        return [path for path, blob in self._contents.ids.items() if blob in known and known[blob][0] in keys]

    def why_not(self, path: str) -> str:
        """Why a file cannot be shown; empty if it can."""
        return self._contents.why_not(path)

    @mended
    def candidates(self, order: "Order", limit: int = 60) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The files that may matter, best first, each with the names in it that the query seems to mean."""
        from copilot_tui.context.requested import rank_near  # noqa: PLC0415

        self._ensure(order.query)
        ranking, _ = rank_near(self, order)
        best = [one for one in ranking.files if one.file.path not in order.dropped][:limit]
        return tuple((one.file.path, names_hit(one, self.source(one.file.path))) for one in best)

    @mended
    def definitions(self, letters: str) -> "list[NamedPlace]":
        """The definitions whose names begin with these letters or are much like them, best first, of the index as it is now."""
        from copilot_tui.context.definitions import find_definitions  # noqa: PLC0415  (only whoever looks for names waits for it)

        self._ensure(letters)
        with self._lock:
            return find_definitions(letters, self._store, self._files, self.source)

    def _ensure(self, query: str) -> None:
        is_helped = self._background is not None and self._background.is_running
        self.update(_FIRST_SECONDS if self._is_new else 0.3, query)
        if self._indexing.left and not is_helped and self._database.is_shared:
            self._helper().start(is_once=True)

    def companions(self, path: str) -> Mapping[str, Companion]:
        """The files that changed together with one."""
        return self._past.history.companions([(path, 1.0)])

    def defining(self, name: str) -> list[tuple[str, int]]:
        """The places (path, line) that define an identifier, or where that is not known yet may define it."""
        with self._lock:
            return defining(name, self._files, self.outlines, self._store)

    @mended
    def referring(self, names: Collection[str]) -> Mapping[str, tuple[str, ...]] | None:
        """By name the places (`path:line`) that refer to it; None as long as the index is not whole."""
        from copilot_tui.context.referring import find_referring  # noqa: PLC0415  (only a review asks)

        if self._is_new or self._indexing.left:
            return None
        with self._lock:
            return find_referring(names, self._files, self.outlines)

    def names(self, path: str) -> tuple[str, ...]:
        """The names of a file's main definitions."""
        entry = self._indexing.known.get(self._contents.ids.get(path, ""))
        return main_names(self.outlines.read([entry[0]]).get(entry[0])) if entry else ()

    def changed(self) -> frozenset[str]:
        """The files that are new or changed, and neither staged nor committed."""
        return self._contents.changed()

    def likeness(self, meaning: "Meaning", paths: list[str]) -> dict[str, float]:
        """How alike files are to a query in meaning, -1 to 1; those without a vector are left out."""
        ids = {path: blob for path in paths if (blob := self._contents.ids.get(path, ""))}
        found = self.vectors.likeness(meaning.mark, meaning.vector, ids.values())
        return {path: found[blob] for path, blob in ids.items() if blob in found}

    def unembedded(self, mark: str) -> list[tuple[str, str]]:
        """(path, content id) of the files that have no vector of this mark yet, those that change most first."""
        from copilot_tui.context.embedded import embedded_files  # noqa: PLC0415

        with self._lock:
            ids = self._contents.ids
            changing = busiest(ids, self._past.history.churn, len(ids))
            return embedded_files([*changing, *sorted(ids.keys() - set(changing))], ids, self.vectors.known(mark))

    def texts_to_embed(self, paths: list[str]) -> dict[str, str]:
        """What of files is embedded, by path; those that cannot be read are left out."""
        from copilot_tui.context.embedded import embedded_text  # noqa: PLC0415

        texts = {path: self._contents.disk.text(path) for path in paths}
        return {path: embedded_text(path, self.names(path), text) for path, text in texts.items() if text}

    def busiest(self, count: int, folder: str = "") -> list[str]:
        """The files that change most often: of code, or all of a folder."""
        key, history, ready = (count, folder), *self._busiest_of
        if history is not self._past.history or ready is not self._ready:
            self._busiest_of = (self._past.history, self._ready)
            self._busiest = {}
        if key not in self._busiest:
            self._busiest[key] = busiest(self._contents.ids, self._past.history.churn, count, folder)
        return self._busiest[key]

    @mended
    def pack(self, order: "Order") -> "ContextPack":
        """The context for a call: the target first, then what is wanted by name, then what the query is about."""
        from copilot_tui.context.requested import pack_request  # noqa: PLC0415

        self._ensure(order.query)
        return pack_request(self, order)


def _most_bytes(root: Path, place: Path | None) -> int:
    """How large the index at `place` may be; only where it is large git's own is looked for."""
    try:
        size = place.stat().st_size if place is not None else 0
    except OSError:
        size = 0
    if size <= MOST_BYTES:
        return MOST_BYTES
    return max(MOST_BYTES, _MOST_OF_FILE * count_entries(place_of_index(root)))
