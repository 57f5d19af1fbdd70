"""The file of an index: SQLite that is opened, written and given up without ever being an error.

Invariant: a file that is broken or of another version is made anew; one that cannot be written leaves the index in memory, or, where it
is large, as it is on disk; `notes` says so.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from threading import RLock
from typing import Any

_VERSION = 10
_CACHE = 32_000  # kilobytes of pages: a small cache is read again and again where terms are put into a large index
_MOST_COPIED = 64_000_000  # bytes of an index that are taken into memory
_BUSY = 10.0  # seconds that another process may write
_AGAIN = 0.02  # seconds until a file that another process has is tried again
_SCHEMA = """
CREATE TABLE IF NOT EXISTS document (key INTEGER PRIMARY KEY, sums BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS segment (segment INTEGER PRIMARY KEY, blobs TEXT NOT NULL, sizes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS posting (term TEXT NOT NULL, segment INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (term, segment)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS small (segment INTEGER PRIMARY KEY, terms TEXT NOT NULL, ends BLOB NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS bulk (segment INTEGER NOT NULL, term TEXT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (segment, term)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outline (key INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS outlined ON outline (key);
CREATE TABLE IF NOT EXISTS name (name TEXT NOT NULL, part INTEGER NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (name, part)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bulk_name (part INTEGER NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (part, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS value (name TEXT PRIMARY KEY, data BLOB NOT NULL) WITHOUT ROWID;
"""


_NOT_WRITTEN = "The cache folder cannot be written: the index is kept in memory for this session."
_NOT_UPDATED = "The cache cannot be written: what has changed since is not in the index."
_LEAST_FREE = 1_000_000  # bytes of a disk
MOST_BYTES = 64_000_000  # a file of fewer holds nothing that is worth a second look
_WEEK = 7 * 24 * 3_600  # seconds


class Database:
    """One repository's index; `path` None keeps it in memory. `notes` says why it is not on disk though it was asked for.

    `is_made_late`: a file that is not there yet is made by the first write; until then nothing is in. A file of more than `most` bytes
    that is older than a week holds much that no file has any more: it is made anew.
    """

    def __init__(self, path: Path | None, *, is_made_late: bool = False, most: int = MOST_BYTES) -> None:
        self._most = most
        self.notes: tuple[str, ...] = ()
        self.lock = RLock()
        self.is_writable = True
        self._is_shared = path is not None
        self._is_discarded = False
        self._path = path
        self._made: sqlite3.Connection | None = None
        if not is_made_late or path is None or os.path.exists(path):  # noqa: PTH110  (a Path raises where it may not look)
            self._made = self._open(path)
        if is_made_late and path is not None and not self.notes and not _may_be_made(path):
            self.notes = (_NOT_WRITTEN if self._made is None else _NOT_UPDATED,)
            self.is_writable = False

    @property
    def _connection(self) -> sqlite3.Connection:
        self.make()
        assert self._made is not None  # noqa: S101  (it is made)
        return self._made

    def _open(self, path: Path | None) -> sqlite3.Connection:
        if path is not None:
            for _ in range(2):
                try:
                    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                    if path.exists() and path.stat().st_size > self._most and _is_old(path):
                        return _begin_anew(path)
                    return _connect(str(path))
                except (sqlite3.DatabaseError, OSError) as error:
                    if _is_busy(error):
                        break  # another process has it: whatever it is, it is not broken
                    try:
                        _remove(path)
                    except OSError:
                        break
            self.notes = (_NOT_WRITTEN,)
        return _connect(":memory:")

    def make(self) -> None:
        """Make or open the file now, if that was put off."""
        with self.lock:
            if self._made is None:
                self._made = self._open(self._path)

    def discard(self) -> bool:
        """Put an empty file in the place of one that holds broken values, once; whether that was done."""
        with self.lock:
            if self._path is None or self.notes or self._is_discarded:
                return False
            self._is_discarded = True
            self.close()
            try:
                self._made = _begin_anew(self._path)
            except (sqlite3.DatabaseError, OSError):
                self._made = self._open(self._path)
            return True

    @property
    def is_shared(self) -> bool:
        """Whether other processes see what is put in."""
        return self._is_shared and not self.notes

    def close(self) -> None:
        """Let the file go; whoever goes on all the same, as a child of this process may, opens it anew."""
        with self.lock:
            if self._made is not None:
                self._made.close()
                self._made = None

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """What a query finds; nothing where the file is broken."""
        if self._made is None:
            return []
        with self.lock:
            try:
                return self._connection.execute(sql, values).fetchall()
            except sqlite3.DatabaseError:
                return []

    def distinct(self, table: str, column: str) -> str:
        """The numbers in a table's first column as SQL has them, `1,2,3`: found by a jump from each to the next."""
        found: list[str] = []
        last = -1
        while rows := self.rows(f"SELECT {column} FROM {table} WHERE {column} > ? LIMIT 1", (last,)):  # noqa: S608  (our own names)
            last = rows[0][0]
            found.append(str(last))
        return ",".join(found)

    def write(self, work: Callable[[sqlite3.Connection], None]) -> bool:
        """Do all of `work` or nothing of it; whether it is done."""
        with self.lock:
            if not self.is_writable:
                return False
            try:
                _transact(self._connection, work)
            except sqlite3.OperationalError as error:
                if _is_busy(error):
                    return False  # another process writes: what is missing then is missing still
                return self._go_on_in_memory(work)
            except sqlite3.DatabaseError:  # full or broken
                return self._go_on_in_memory(work)
            return True

    def _go_on_in_memory(self, work: Callable[[sqlite3.Connection], None]) -> bool:
        sizes = [self.rows(f"PRAGMA {name}") for name in ("page_count", "page_size")]
        if all(sizes) and sizes[0][0][0] * sizes[1][0][0] > _MOST_COPIED:
            self.is_writable = False
            self.notes = (_NOT_UPDATED,)
            return False
        self.notes = ("The cache cannot be written: the index is kept in memory for this session.",)
        old, self._made = self._connection, _connect(":memory:")
        with closing(old):
            _copy(old, self._connection)
        _transact(self._connection, work)
        return True


def _remove(path: Path) -> None:
    """Take the file away; whoever has it open goes on with what they have. The log first: it must never be taken for a new file's."""
    for ending in ("-wal", "-shm", ""):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _begin_anew(path: Path) -> sqlite3.Connection:
    """An empty index in place of the old one; the vectors are taken over, because they were paid for."""
    with closing(_connect(str(path))) as old:
        made = old.execute("SELECT sql FROM sqlite_master WHERE name = 'vector'").fetchall()
        vectors = old.execute("SELECT * FROM vector").fetchall() if made else []
    _remove(path)
    connection = _connect(str(path))
    if made:
        connection.execute(made[0][0])
        with connection:
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO vector VALUES (?, ?, ?)", vectors)
    return connection


def _is_old(path: Path) -> bool:
    """Whether the file was made more than a week ago, or does not say when."""
    with closing(_connect(str(path))) as connection:
        rows = connection.execute("SELECT data FROM value WHERE name = 'made'").fetchall()
    return not rows or int(rows[0][0]) < time.time() - _WEEK


def _may_be_made(path: Path) -> bool:
    """Whether there is a folder and room for the file of an index."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return os.access(path.parent, os.W_OK) and disk.f_bavail * disk.f_frsize > _LEAST_FREE


def _transact(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], None]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        work(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _connect(place: str) -> sqlite3.Connection:
    """The file, made ready; where another process makes it ready at the same time this one waits for it."""
    ends = time.monotonic() + _BUSY
    while True:
        try:
            return _connect_now(place)
        except sqlite3.OperationalError as error:
            if not _is_busy(error) or time.monotonic() > ends:
                raise
            time.sleep(_AGAIN)  # SQLite itself does not wait where the way of writing is changed


def _is_busy(error: Exception) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _make_tables(connection: sqlite3.Connection) -> None:
    for statement in _SCHEMA.split(";"):
        connection.execute(statement)
    connection.execute("INSERT OR IGNORE INTO value VALUES ('made', ?)", (b"%d" % time.time(),))
    connection.execute(f"PRAGMA user_version = {_VERSION}")


def _connect_now(place: str) -> sqlite3.Connection:
    connection = sqlite3.connect(place, timeout=_BUSY, isolation_level=None, check_same_thread=False)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in {0, _VERSION}:
            raise sqlite3.DatabaseError("an index of another version")  # noqa: TRY301  (one way out)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        if version != _VERSION:
            _transact(connection, _make_tables)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    except UnicodeDecodeError as error:  # SQLite names what is broken by the broken name
        connection.close()
        raise sqlite3.DatabaseError("an index whose tables are broken") from error
    return connection


def _copy(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    try:
        if old.in_transaction:
            old.execute("ROLLBACK")
        old.backup(new)
    except sqlite3.DatabaseError:
        new.executescript(_SCHEMA)
