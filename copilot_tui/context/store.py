"""Which lines of which content hold a term, keyed by git's content ids.

A document's key is `segment << 20 | place in the segment`; documents are added a segment at a time and never change. What contents a
segment is of is one row, because every process that opens the index reads all of it. The terms of a large
segment stand together (`bulk`): they are written in one go, however large the index is. A small one, as it comes with every save and
checkout, is one row (`small`) that is searched whole; when there are many of them, their terms are put under the term (`posting`), so that
a query reads them at once.
Invariant: what is read and what is written of one segment is all of it or nothing.
"""

import marshal
import sqlite3
from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from copilot_tui.context.database import Database
from copilot_tui.context.document import Document, Numbers
from copilot_tui.context.segment import Places, Postings, Segment, pack_segment

_MOST_KEPT = 300_000  # documents of all terms that are kept in memory: about 150 bytes each
_MOST_KEPT_OF_TERM = 50_000  # those of a term that more documents hold are read again each time
_SEGMENT = 4_000
_MOST_SEGMENTS = 1 << 42  # a larger number is none of ours, and no key would hold it
_BULK = 300  # documents: a segment of so many is a large one
_MOST_SMALL = 16  # segments
_MOST_BYTES_SMALL = 8_000_000  # of the places of their terms: a process that asks one question reads them all

Holders = dict[int, bytes]  # no tuples: the collector of cycles would look at each of them


class Store:
    """The documents of one repository's index."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[str, Holders] = {}
        self._size = 0  # documents in `_kept`
        self._large: str | None = None  # the numbers of the large segments, as SQL has them
        self._small: list[list[Segment]] = []  # those of now, if they were taken; a segment never changes
        self._taken: dict[int, Segment] = {}
        self._held: dict[str, Holders] = {}
        self._held_sums: Callable[[int], Numbers] | None = None

    def hold(self, lines: "Mapping[int, Mapping[str, bytes]]", sums: "Callable[[int], Numbers] | None" = None) -> None:
        """Answer as if these documents were in, by keys below 0 that no other has: for a query that does not wait for the index."""
        self._held, self._held_sums = {}, sums
        for key, own in lines.items():
            for term, numbers in own.items():
                self._held.setdefault(term, {})[key] = numbers
        self._forget()

    def documents(self, after: int = -1) -> dict[str, tuple[int, int]]:
        """Content id to (key, size in words) of everything that is indexed, by any process, in a segment behind that of the key `after`."""
        rows = self._database.rows(
            "SELECT segment, blobs, sizes FROM segment WHERE segment > ? AND segment < ? ORDER BY segment",
            (after >> 20, _MOST_SEGMENTS),
        )
        if rows:
            self._forget()
        found: dict[str, tuple[int, int]] = {}
        for segment, blobs, sizes in rows:
            with suppress(TypeError, ValueError, AttributeError):  # a broken row: its files are indexed anew
                numbers = memoryview(sizes).cast("I")
                keys = range(segment << 20, (segment << 20) + len(numbers))
                found.update(list(zip(blobs.split(), zip(keys, numbers, strict=True), strict=True)))
        return found

    def _forget(self) -> None:
        self._kept, self._size = {}, 0
        self._large = None
        self._small = []

    def _small_segments(self) -> list[Segment]:
        small = self._small  # whatever forgets it meanwhile
        if not small:
            known = self._taken
            numbers = [number for (number,) in self._database.rows("SELECT segment FROM small ORDER BY segment")]
            missing = ",".join(str(one) for one in numbers if one not in known)
            rows = self._database.rows(f"SELECT segment, terms, ends, data FROM small WHERE segment IN ({missing})")  # noqa: S608  (numbers)
            known = {number: one for number, one in known.items() if number in numbers} | {
                row[0]: Segment(*row) for row in rows
            }
            self._taken = known
            small.append([known[number] for number in numbers if number in known])
        return small[0]

    def _large_segments(self) -> str:
        if self._large is None:
            self._large = self._database.distinct("bulk", "segment")
        return self._large

    def add(self, documents: Sequence[tuple[str, Document]]) -> dict[str, tuple[int, int]]:
        """Put documents in; gives the content id to (key, size) of each that is in now. It takes no longer because of those before."""
        added: dict[str, tuple[int, int]] = {}
        for start in range(0, len(documents), _SEGMENT):
            some = documents[start : start + _SEGMENT]
            added |= self.add_segment(some, Postings(document for _, document in some), merges=False)
        return added

    def add_segment(
        self, documents: Sequence[tuple[str, Document]], given: Postings, *, merges: bool = True
    ) -> dict[str, tuple[int, int]]:
        """Put documents in as one segment, with the terms of all of them, which are let go; many small segments are merged then."""
        postings = given.in_order()
        added: dict[str, tuple[int, int]] = {}

        def write(connection: sqlite3.Connection) -> None:
            last = connection.execute(
                "SELECT max(segment) FROM segment WHERE segment < ?", (_MOST_SEGMENTS,)
            ).fetchone()[0]
            segment = 0 if last is None else last + 1
            base = segment << 20
            added.update({blob: (base + place, document.size) for place, (blob, document) in enumerate(documents)})
            sizes = array("I", (one.size for _, one in documents))
            row = segment, " ".join(blob for blob, _ in documents), sizes.tobytes()
            connection.execute("INSERT INTO segment VALUES (?, ?, ?)", row)
            sums = [(base + place, one.sums) for place, (_, one) in enumerate(documents)]
            connection.executemany("INSERT OR REPLACE INTO document VALUES (?, ?)", sums)
            if len(documents) < _BULK:
                connection.execute("INSERT OR REPLACE INTO small VALUES (?, ?, ?, ?)", pack_segment(segment, postings))
                if merges and _are_many(connection):
                    _merge_small(connection)
                return
            rows = ((segment, term, marshal.dumps(found, 2)) for term, found in postings.items())
            connection.executemany("INSERT OR REPLACE INTO bulk VALUES (?, ?, ?)", rows)

        is_in = self._database.write(write)
        self._forget()
        postings.clear()
        given.let_go()
        return added if is_in else {}

    def postings(self, term: str) -> Holders:
        """Key to line numbers, as the bytes of an array of unsigned ints, of every document that holds the term."""
        kept = self._kept
        found = kept.get(term)
        if found is not None:
            return found
        found = {}
        for segment, data in (*self._rows(term), *self._bulk_rows(term)):
            base = segment << 20
            found.update({base + place: lines for place, lines in marshal.loads(data)})  # noqa: S302  (our own cache)
        found.update(self._held.get(term, {}))
        if len(found) <= _MOST_KEPT_OF_TERM:
            if self._size + len(found) > _MOST_KEPT:
                kept.clear()
                self._size = 0
            kept[term] = found
            self._size += len(found) + 1
        return found

    def _rows(self, term: str) -> list[tuple[int, bytes]]:
        """What small segments hold: with the number of one the places behind its beginning, those of the next ones as well."""
        # Those that are not merged yet are read first: what is merged meanwhile is found twice, and not never.
        small = [(one.number, data) for one in self._small_segments() if (data := one.find(term))]
        return [*small, *self._database.rows("SELECT segment, data FROM posting WHERE term = ?", (term,))]

    def _bulk_rows(self, term: str) -> list[tuple[int, bytes]]:
        large = self._large_segments()
        return self._database.rows(f"SELECT segment, data FROM bulk WHERE segment IN ({large}) AND term = ?", (term,))  # noqa: S608

    def count(self, term: str) -> int:
        """How many documents hold the term, those that no file has any more as well; their lines are not taken apart."""
        kept = self._kept.get(term)
        if kept is not None:
            return len(kept)
        held = len(self._held.get(term, ()))
        rows = (*self._rows(term), *self._bulk_rows(term))
        return held + sum(int.from_bytes(data[1:5], "little") for _, data in rows)  # a list begins with its length

    def postings_of(self, term: str, keys: Collection[int]) -> Holders:
        """The same as `postings`, but only of these documents."""
        kept = self._kept.get(term)
        if kept is not None:
            return {key: kept[key] for key in keys if key in kept}
        segments = {key >> 20 for key in keys}
        found: Holders = {key: lines for key, lines in self._held.get(term, {}).items() if key in keys}
        large = (row for row in self._bulk_rows(term) if row[0] in segments)
        for segment, data in (*self._rows(term), *large):
            base = segment << 20
            held = marshal.loads(data)  # noqa: S302  (our own cache)
            found.update({base + place: lines for place, lines in held if base + place in keys})
        return found

    def terms_from(self, beginning: str, limit: int) -> list[str]:
        """The terms that begin so, in their order."""
        found = {term for one in self._small_segments() for term in one.terms_from(beginning, limit)}
        for table in (
            "posting WHERE",
            *(f"bulk WHERE segment = {one} AND" for one in self._large_segments().split(",") if one),
        ):
            rows = self._database.rows(
                f"SELECT DISTINCT term FROM {table} term >= ? AND term < ? ORDER BY term LIMIT ?",  # noqa: S608  (numbers)
                (beginning, f"{beginning}\U0010ffff", limit),
            )
            found |= {str(term) for (term,) in rows}
        return sorted(found)[:limit]

    def sums(self, keys: Iterable[int]) -> dict[int, Numbers]:
        """How many words the first n lines of each document hold."""
        found: dict[int, Numbers] = {}
        for key in keys:
            if key < 0 and self._held_sums is not None:
                found[key] = self._held_sums(key)
                continue
            for _, data in self._database.rows("SELECT key, sums FROM document WHERE key = ?", (key,)):
                found[key] = array("I")
                found[key].frombytes(data)
        return found

    def value(self, name: str) -> object:
        """What was kept under a name, None if nothing was."""
        rows = self._database.rows("SELECT data FROM value WHERE name = ?", (name,))
        try:
            return marshal.loads(rows[0][0]) if rows else None  # noqa: S302  (our own cache)
        except (ValueError, EOFError, TypeError):
            return None

    def keep(self, values: "dict[str, Any]") -> None:
        """Keep plain values under their names."""
        rows = [(name, marshal.dumps(one, 2)) for name, one in values.items()]

        def write(connection: sqlite3.Connection) -> None:
            connection.executemany("INSERT OR REPLACE INTO value VALUES (?, ?)", rows)

        self._database.write(write)


def _are_many(connection: sqlite3.Connection) -> bool:
    count, size = connection.execute("SELECT count(*), sum(length(data)) FROM small").fetchone()
    return bool(count > _MOST_SMALL or size > _MOST_BYTES_SMALL)


def _merge_small(connection: sqlite3.Connection) -> None:
    """Put the terms of the small segments under the terms, all of them with the number of the first."""
    small = [Segment(*row) for row in connection.execute("SELECT * FROM small ORDER BY segment")]
    first = small[0].number
    merged: dict[str, Places] = {}
    for segment in small:
        base = (segment.number - first) << 20
        for term, found in segment.postings():
            merged.setdefault(term, []).extend((base + place, lines) for place, lines in found)
    values = ((term, first, marshal.dumps(found, 2)) for term, found in sorted(merged.items()))
    connection.executemany("INSERT INTO posting VALUES (?, ?, ?)", values)
    connection.execute("DELETE FROM small")
