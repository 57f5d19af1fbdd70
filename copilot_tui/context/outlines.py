"""The outlines in the index: what each content defines and refers to, and which contents define or refer to a name.

Keys are the documents' (`store`). A name is the bare one, without what it stands in: `total` for `Cart.total`.
Invariant: an outline never changes; a content whose file could not be parsed has an empty one.
"""

import sqlite3
from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from copilot_tui.context.database import Database
from copilot_tui.context.packed_outline import PackedOutline, names_in, unpack_outline

if TYPE_CHECKING:
    from copilot_tui.syntax.outline import Definition as RawDefinition

_BULK = 300  # documents
_MOST_KEPT = 2_000


class Defined(NamedTuple):
    """A definition: lines from 1 (with decorators; `head_last` ends what stands before the body), what it stands in, what is said of it."""

    first: int
    last: int
    head_last: int
    name: str
    kind: str
    parent: str
    doc: str

    @property
    def qualified_name(self) -> str:
        """The name with the definition around it: `Cart.total`."""
        return f"{self.parent}.{self.name}" if self.parent else self.name


class Outlined:
    """A content's definitions in the order of their lines, and the lines on which it refers to each name."""

    def __init__(self, definitions: "Sequence[RawDefinition]", references: Mapping[str, Sequence[int]]) -> None:
        self.bare = definitions
        self.references = references

    @cached_property
    def definitions(self) -> tuple[Defined, ...]:
        """Each as a value whose parts have names."""
        return tuple([Defined(*one) for one in self.bare])


class NameUses(NamedTuple):
    """The keys of the contents that define a name, and of those that refer to it."""

    definers: tuple[int, ...]
    referrers: tuple[int, ...]


class Outlines:
    """The outlines of one repository's index."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[int, Outlined] = {}
        self._large: str | None = None  # the numbers of the large parts, as SQL has them
        self._version = -1

    def hold(self, outlines: Mapping[int, PackedOutline]) -> None:
        """Answer as if these outlines were in; keys below 0 are those of documents that are not in either."""
        for key, outline in outlines.items():
            self._kept[key] = _outlined(outline.data)

    def missing(self, keys: Collection[int]) -> set[int]:
        """Which of these documents have no outline yet."""
        found = set(keys)
        found.difference_update(key for (key,) in self._database.rows("SELECT key FROM outline"))
        return found

    def add(self, outlines: Sequence[tuple[int, PackedOutline]]) -> bool:
        """Put the outlines of documents in, by their keys; whether they are in now."""
        rows: list[tuple[int, bytes]] = []
        definers: defaultdict[str, list[int]] = defaultdict(list)
        referrers: defaultdict[str, list[int]] = defaultdict(list)
        for key, outline in sorted(outlines, key=itemgetter(0)):
            rows.append((key, outline.data))
            for name in names_in(outline.referred):
                referrers[name].append(key)
            for name in names_in(outline.defined):
                definers[name].append(key)

        # What comes at once stands together, what comes with a save under its name.
        table = "bulk_name" if len(rows) >= _BULK else "name"

        def write(connection: sqlite3.Connection) -> None:
            numbers = (
                "SELECT max(part) FROM bulk_name"
                if len(rows) >= _BULK
                else "SELECT max(part) FROM name WHERE name = ''"
            )
            part = (connection.execute(numbers).fetchone()[0] or 0) + 1
            connection.executemany("INSERT OR REPLACE INTO outline VALUES (?, ?)", rows)
            if table == "name":
                connection.execute("INSERT OR REPLACE INTO name VALUES ('', ?, x'')", (part,))
            connection.executemany(
                f"INSERT INTO {table} (name, part, data) VALUES (?, ?, ?)",  # noqa: S608  (one of two)
                (
                    (name, part, _pack_keys(definers.get(name, ()), referrers.get(name, ())))
                    for name in sorted(definers.keys() | referrers.keys())
                ),
            )

        self._large = None
        return self._database.write(write)

    def read(self, keys: Iterable[int]) -> dict[int, Outlined]:
        """The outlines of some documents; those that are not made yet are left out."""
        found: dict[int, Outlined] = {}
        for key in keys:
            kept = self._kept.get(key)
            if kept is None:
                rows = self._database.rows("SELECT data FROM outline WHERE key = ?", (key,))
                if not rows:
                    continue
                kept = _outlined(rows[0][0])
                if len(self._kept) > _MOST_KEPT:
                    self._kept = {}
                self._kept[key] = kept
            found[key] = kept
        return found

    def uses(self, name: str) -> NameUses:
        """Where a bare name is defined and where it is referred to."""
        definers: list[int] = []
        referrers: list[int] = []
        in_bulk = f"SELECT data FROM bulk_name WHERE part IN ({self._large_parts()}) AND name = ?"  # noqa: S608  (numbers)
        for (data,) in [
            *self._database.rows(in_bulk, (name,)),
            *self._database.rows("SELECT data FROM name WHERE name = ? AND name <> ''", (name,)),
        ]:
            keys = array("q")
            keys.frombytes(data)
            definers += keys[1 : 1 + keys[0]]
            referrers += keys[1 + keys[0] :]
        return NameUses(tuple(definers), tuple(referrers))

    def _large_parts(self) -> str:
        rows = self._database.rows("PRAGMA data_version")  # changes when another process has written
        version = rows[0][0] if rows else -1
        if self._large is None or version != self._version:
            self._large, self._version = self._database.distinct("bulk_name", "part"), version
        return self._large


def _outlined(data: bytes) -> Outlined:
    return Outlined(*unpack_outline(data))


def _pack_keys(definers: Sequence[int], referrers: Sequence[int]) -> bytes:
    return array("q", [len(definers), *definers, *referrers]).tobytes()
