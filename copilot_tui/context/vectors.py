"""The contents as vectors of a model of embeddings, kept in the index by content and model.

Invariant: a vector has length one and is kept under the mark of the model that made it; vectors of different lengths are never compared.
"""

import math
import sqlite3
from array import array
from collections.abc import Iterable, Mapping, Sequence
from operator import mul

from copilot_tui.context.database import Database

Vector = Sequence[float]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS vector (mark TEXT NOT NULL, blob TEXT NOT NULL, data BLOB NOT NULL,
  PRIMARY KEY (mark, blob)) WITHOUT ROWID
"""
_MOST_KEPT = 4_000
_AT_ONCE = 500


class Vectors:
    """The vectors of one repository's index."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: dict[tuple[str, str], array[float]] = {}

    def add(self, mark: str, vectors: Mapping[str, Vector]) -> None:
        """Keep the vectors of contents, made by the model of this mark; one without a direction is left out."""
        made = {blob: unit for blob, vector in vectors.items() if (unit := _unit(vector))}

        def write(connection: sqlite3.Connection) -> None:
            connection.execute(_SCHEMA)
            connection.executemany(
                "INSERT OR REPLACE INTO vector VALUES (?, ?, ?)",
                [(mark, blob, unit.tobytes()) for blob, unit in made.items()],
            )

        self._database.write(write)

    def known(self, mark: str) -> set[str]:
        """The contents that have a vector."""
        return {blob for (blob,) in self._database.rows("SELECT blob FROM vector WHERE mark = ?", (mark,))}

    def likeness(self, mark: str, query: Vector, blobs: Iterable[str]) -> dict[str, float]:
        """The cosine of each content's vector with the query's, -1 to 1; those without a vector of that length are left out."""
        unit = _unit(query)
        wanted = list(dict.fromkeys(blobs))
        missing = [blob for blob in wanted if (mark, blob) not in self._kept]
        if len(self._kept) + len(missing) > _MOST_KEPT:
            self._kept, missing = {}, wanted
        for start in range(0, len(missing), _AT_ONCE):
            some = missing[start : start + _AT_ONCE]
            places = ",".join("?" * len(some))
            sql = f"SELECT blob, data FROM vector WHERE mark = ? AND blob IN ({places})"  # noqa: S608  (question marks alone)
            for blob, data in self._database.rows(sql, (mark, *some)):
                vector = array("f")
                vector.frombytes(data)
                self._kept[mark, blob] = vector
        found = {blob: self._kept[mark, blob] for blob in wanted if (mark, blob) in self._kept}
        return {blob: sum(map(mul, unit, vector)) for blob, vector in found.items() if len(vector) == len(unit)}


def _unit(vector: Vector) -> "array[float]":
    """The vector with length one; empty where it has no direction."""
    size = math.hypot(*vector)  # the sum of the squares may be beyond all numbers where the root of it is not
    if not (math.isfinite(size) and size > 0):
        return array("f")
    return array("f", [number / size for number in vector])
