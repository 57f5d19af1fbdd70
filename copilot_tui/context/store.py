"""The index on disk: which lines of which content hold a term, keyed by git's content ids.

A document's key is `segment << 20 | place in the segment`; documents are added a segment at a time and never change.
Invariant: a store that is broken, of another version or not writable is replaced or kept in memory, and never an error.
"""

import marshal
import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from threading import RLock
from typing import Any

from copilot_tui.context.document import Document, Numbers

_VERSION = 4
_MOST_KEPT_TERMS = 4_000
_SEGMENT = 4_000
_CACHE = 32_000  # kilobytes of pages: a small cache is read again and again where terms are put into a large index
_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (key INTEGER PRIMARY KEY, blob TEXT NOT NULL, size INTEGER NOT NULL, sums BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS posting (term TEXT NOT NULL, segment INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (term, segment)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS value (name TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
"""

Postings = list[tuple[int, bytes]]


class Store:
    """One repository's index; `path` None keeps it in memory. `notes` says why it is not on disk though it was asked for."""

    def __init__(self, path: Path | None) -> None:
        self.notes: tuple[str, ...] = ()
        self._is_shared = path is not None
        self._lock = RLock()
        self._kept: dict[str, Postings] = {}
        self._connection = self._open(path)

    def _open(self, path: Path | None) -> sqlite3.Connection:
        if path is not None:
            for _ in range(2):
                try:
                    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    return _connect(str(path))
                except (sqlite3.DatabaseError, OSError):
                    try:
                        for ending in ("", "-wal", "-shm"):
                            path.with_name(path.name + ending).unlink(missing_ok=True)
                    except OSError:
                        break
            self.notes = ("The cache folder cannot be written: the index is kept in memory for this session.",)
        return _connect(":memory:")

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._connection.close()

    def documents(self, after: int = -1) -> dict[str, tuple[int, int]]:
        """Content id to (key, size in words) of everything that is indexed, by any process, under a key behind `after`."""
        with self._lock:
            rows = self._rows("SELECT blob, key, size FROM document WHERE key > ?", (after,))
            if rows:
                self._kept.clear()
            return {blob: (key, size) for blob, key, size in rows}

    @property
    def is_shared(self) -> bool:
        """Whether other processes see what is put in."""
        return self._is_shared and not self.notes

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[str, int, int]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError:
            return []

    def add(self, documents: Sequence[tuple[str, Document]]) -> dict[str, tuple[int, int]]:
        """Put documents in; gives the content id to (key, size) of each."""
        added: dict[str, tuple[int, int]] = {}
        for start in range(0, len(documents), _SEGMENT):
            added |= self._add_segment(documents[start : start + _SEGMENT])
        return added

    def _add_segment(self, documents: Sequence[tuple[str, Document]]) -> dict[str, tuple[int, int]]:
        postings: defaultdict[str, list[tuple[int, bytes]]] = defaultdict(list)
        for place, (_, document) in enumerate(documents):
            for term, lines in document.lines.items():
                postings[term].append((place, lines))
        with self._lock:
            try:
                return self._write(documents, postings)
            except sqlite3.DatabaseError:  # full, locked by another process for too long, or broken
                self.notes = ("The cache cannot be written: the index is kept in memory for this session.",)
                old, self._connection = self._connection, _connect(":memory:")
                with closing(old):
                    _copy(old, self._connection)
                return self._write(documents, postings)

    def _write(
        self, documents: Sequence[tuple[str, Document]], postings: dict[str, list[tuple[int, bytes]]]
    ) -> dict[str, tuple[int, int]]:
        connection = self._connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            last = connection.execute("SELECT max(key) FROM document").fetchone()[0]
            segment = 0 if last is None else (last >> 20) + 1
            base = segment << 20
            added = {blob: (base + place, document.size) for place, (blob, document) in enumerate(documents)}
            connection.executemany(
                "INSERT INTO document VALUES (?, ?, ?, ?)",
                [(base + place, blob, one.size, one.sums) for place, (blob, one) in enumerate(documents)],
            )
            connection.executemany(
                "INSERT INTO posting VALUES (?, ?, ?)",
                ((term, segment, marshal.dumps(found, 2)) for term, found in sorted(postings.items())),
            )
            connection.execute("COMMIT")
        except sqlite3.DatabaseError:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self._kept.clear()
        return added

    def postings(self, term: str) -> Postings:
        """(key, line numbers as the bytes of an array of unsigned ints) of every document that holds the term."""
        with self._lock:
            found = self._kept.get(term)
            if found is not None:
                return found
            found = []
            for segment, data in self._pairs("SELECT segment, data FROM posting WHERE term = ?", (term,)):
                base = int(segment) << 20
                found += [(base + place, lines) for place, lines in marshal.loads(data)]  # noqa: S302  (our own cache)
            if len(self._kept) > _MOST_KEPT_TERMS:
                self._kept.clear()
            self._kept[term] = found
            return found

    def terms_from(self, beginning: str, limit: int) -> list[str]:
        """The terms that begin so, in their order."""
        with self._lock:
            try:
                rows = self._connection.execute(
                    "SELECT DISTINCT term FROM posting WHERE term >= ? AND term < ? ORDER BY term LIMIT ?",
                    (beginning, f"{beginning}\U0010ffff", limit),
                ).fetchall()
            except sqlite3.DatabaseError:
                return []
            return [str(term) for (term,) in rows]

    def _pairs(self, sql: str, values: Sequence[object]) -> list[tuple[int, bytes]]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError:
            return []

    def sums(self, keys: Iterable[int]) -> dict[int, Numbers]:
        """How many words the first n lines of each document hold."""
        found: dict[int, Numbers] = {}
        with self._lock:
            for key in keys:
                for _, data in self._pairs("SELECT key, sums FROM document WHERE key = ?", (key,)):
                    found[key] = array("I")
                    found[key].frombytes(data)
        return found

    def value(self, name: str) -> object:
        """What was kept under a name, None if nothing was."""
        with self._lock:
            rows = self._pairs("SELECT 0, data FROM value WHERE name = ?", (name,))
        try:
            return marshal.loads(rows[0][1]) if rows else None  # noqa: S302  (our own cache)
        except (ValueError, EOFError, TypeError):
            return None

    def keep(self, values: "dict[str, Any]") -> None:
        """Keep plain values under their names."""
        with self._lock:
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.executemany(
                    "INSERT OR REPLACE INTO value VALUES (?, ?)",
                    [(name, marshal.dumps(one, 2)) for name, one in values.items()],
                )
                self._connection.execute("COMMIT")
            except sqlite3.DatabaseError:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


def _connect(place: str) -> sqlite3.Connection:
    connection = sqlite3.connect(place, timeout=10, isolation_level=None, check_same_thread=False)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in {0, _VERSION}:
            raise sqlite3.DatabaseError("an index of another version")  # noqa: TRY301  (one way out)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _copy(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    try:
        if old.in_transaction:
            old.execute("ROLLBACK")
        old.backup(new)
    except sqlite3.DatabaseError:
        new.executescript(_SCHEMA)
