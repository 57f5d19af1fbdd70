"""Bringing the index up to what the work tree holds: the terms of every text first, then outlines by parsing.

Invariant: terms never wait for a parser; whatever there was no time for is still missing afterwards, and done by the next call.
"""

import time
from collections.abc import Collection, Iterator
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_tui.context.contents import Contents
from copilot_tui.context.database import Database
from copilot_tui.context.document import Document
from copilot_tui.context.jobs import CRASHED, Job, Outcome
from copilot_tui.context.listing import Lister
from copilot_tui.context.order import in_order
from copilot_tui.context.outlines import Outlines
from copilot_tui.context.packed_outline import NO_OUTLINE, PackedOutline
from copilot_tui.context.reading import read_files
from copilot_tui.context.scanning import scan_files, sums_of
from copilot_tui.context.segment import Postings
from copilot_tui.context.store import Store

if TYPE_CHECKING:
    from copilot_tui.context.workers import Workers

_MOST_AT_ONCE = 1_000  # files that are read at once
_MOST_WRITTEN = 2_000  # documents at once: the more, the fewer rows they take
_MOST_BYTES_WRITTEN = 40_000_000  # of terms
_LEAST_SCAN_SECONDS = 0.4
_MOST_SCANNED = 40_000  # files: there is no time for more, and to put those in order takes a part of it
_CRASHED = "crashed"  # the value that keeps the content ids of files on which a parser broke down


class Indexing:
    """The index of the repository at `root`, and what of it is missing.

    `known`: content id to (key, size in words); `left`: how many files have no terms yet.
    `is_behind`: the last scan found files that are not indexed.
    """

    def __init__(self, root: Path, database: Database) -> None:
        self._begun: tuple[Iterator[Job], Iterator[Outcome]] | None = None
        self.contents = Contents(root)
        self.store = Store(database)
        self.outlines = Outlines(database)
        self.known: dict[str, tuple[int, int]] = {}
        self.left = 0
        self.is_behind = False
        self._database = database
        self._lister = Lister(root)
        self._root = root
        self._newest = -1  # the last key that `known` holds

    @cached_property
    def workers(self) -> "Workers":
        """The processes that parse."""
        from copilot_tui.context.workers import Workers  # noqa: PLC0415  (a single question starts none)

        return Workers(self._root)

    def rest(self) -> None:
        """End the processes that parse or look at files; new ones are started when they are needed."""
        self._lister.rest()
        if "workers" in vars(self):
            self.workers.close()

    def begin(self) -> None:
        """Start listing the files, and take what other processes have indexed meanwhile."""
        self._lister.begin()
        self._read_known()

    def list_files(self) -> None:
        """List the files and what each holds."""
        self.contents.refresh(self._lister.listing())

    def _read_known(self) -> None:
        found = self.store.documents(self._newest)
        self.known |= found
        self._newest = max((key for key, _ in found.values()), default=self._newest)

    def _missing(self) -> list[tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for path, blob in self.contents.ids.items():
            if blob not in self.known and path not in self.contents.unread:
                found[blob] = (path, blob)
        return list(found.values())

    def index_terms(self, ends: float | None, hint: str = "") -> None:
        """Index the terms of what is missing until `ends`, in this process and a child; what is named like the hint comes first."""
        missing = self._missing()
        files = in_order(missing, hint)
        some = list(islice(files, _MOST_AT_ONCE))
        while some and self._database.is_writable and (ends is None or time.monotonic() < ends):
            read = read_files(some, self.contents.disk, ends)
            self.contents.unread |= read.unread
            self.store.add(read.found)
            some = [*read.rest, *islice(files, _MOST_AT_ONCE - len(read.rest))]
        if missing:
            self._read_known()
        self.left = len(self._missing()) if missing else 0

    def scan(self, wanted: Collection[str], hint: str, ends: float) -> None:
        """Look for the wanted terms in what is not indexed, and hold what is found until `drop_scanned`."""
        missing = self._missing()
        files = list(islice(in_order(missing, hint), _MOST_SCANNED))
        ends = max(ends, time.monotonic() + _LEAST_SCAN_SECONDS)  # however long it took to list and to order them
        scan = scan_files(files, self.contents.disk, wanted, ends)
        self.contents.unread |= scan.unread
        paths = {-1 - place: path for place, (path, _, _, _) in enumerate(scan.found)}
        self.known |= {blob: (-1 - place, size) for place, (_, blob, size, _) in enumerate(scan.found)}
        lines = {-1 - place: one for place, (_, _, _, one) in enumerate(scan.found)}
        self.store.hold(lines, lambda key: sums_of(self.contents.disk.read_text(paths[key]).data))
        self.left = len(scan.rest) + len(missing) - len(files)
        self.is_behind = bool(files)

    def drop_scanned(self) -> None:
        """Know only what is indexed."""
        self.known = {blob: entry for blob, entry in self.known.items() if entry[0] >= 0}
        self.store.hold({})

    @property
    def is_parsing(self) -> bool:
        """Whether processes that parse are there already."""
        return "workers" in vars(self) and self.workers.are_there

    def begin_all(self, ends: float | None = None) -> None:
        """Give the processes that parse what is missing: their first answers are made while other things are done."""
        jobs = self._jobs()
        self._begun = jobs, self.workers.read(jobs, ends)

    def finish_all(self) -> bool:
        """Put terms and outlines into the index as they come; whether nothing is missing now."""
        begun, self._begun = self._begun, None
        if begun is None:
            return True
        jobs, outcomes = begun
        batch = _Batch()
        is_kept = True
        for outcome in outcomes:
            if not outcome.is_lasting:
                self.contents.unread[outcome.job.path] = outcome.reason
                continue
            batch.take(outcome)
            if batch.is_full:
                is_kept = self._write(batch) and is_kept
                batch = _Batch()
                if not self._database.is_writable:
                    break
        is_kept = self._write(batch) and is_kept
        self.left = len(self._missing())
        is_done = self.workers.are_done and next(jobs, None) is None
        is_stuck = self.workers.is_stuck or not self._database.is_writable or not is_kept
        return is_done or is_stuck

    def unparsed(self) -> set[int]:
        """The keys of what is indexed but has no outline yet."""
        return self.outlines.missing([key for key, _ in self.known.values() if key >= 0])

    def _jobs(self) -> Iterator[Job]:
        unparsed = self.unparsed()
        missing = {blob: (path, blob) for path, blob in self._missing()}
        for path, blob in self.contents.ids.items():
            entry = self.known.get(blob)
            if entry is not None and entry[0] in unparsed:
                missing[blob] = (path, blob)
        for path, blob in in_order(list(missing.values())):
            yield Job(path, blob, blob not in self.known, wants_outline=True)

    def _write(self, batch: "_Batch") -> bool:
        added = self.store.add_segment(batch.documents, batch.postings) if batch.documents else {}
        self.known |= added
        self._newest = max((key for key, _ in added.values()), default=self._newest)
        if batch.crashed:
            kept = self.store.value(_CRASHED)
            self.store.keep({_CRASHED: [*(kept if isinstance(kept, list) else []), *batch.crashed]})
        keyed = [(self.known[blob][0], outline) for blob, outline in batch.outlines if blob in self.known]
        return len(added) == len(batch.documents) and (not keyed or self.outlines.add(keyed))

    def crashed(self) -> list[str]:
        """The files of now on which a parser broke down."""
        kept = self.store.value(_CRASHED)
        blobs = set(kept) if isinstance(kept, list) else set()
        return [path for path, blob in self.contents.ids.items() if blob in blobs] if blobs else []


class _Batch:
    """What is written at once."""

    def __init__(self) -> None:
        self.documents: list[tuple[str, Document]] = []
        self.postings = Postings()
        self.outlines: list[tuple[str, PackedOutline]] = []
        self.crashed: list[str] = []
        self._size = 0

    def take(self, outcome: Outcome) -> None:
        """Put in what came of a file."""
        blob = outcome.job.blob
        if outcome.document is not None:
            self.documents.append((blob, outcome.document))
            self.postings.add(outcome.document)
            self._size += sum(map(len, outcome.document.lines.values())) + len(outcome.document.sums)
        if outcome.reason == CRASHED:
            self.crashed.append(blob)
        self.outlines.append((blob, outcome.outline or NO_OUTLINE))

    @property
    def is_full(self) -> bool:
        """Whether it should be written."""
        return len(self.outlines) >= _MOST_WRITTEN or self._size > _MOST_BYTES_WRITTEN
