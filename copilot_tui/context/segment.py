"""A small segment of the index: the terms of a few documents in one piece, which is written at once and searched whole.

A row for each term would cost some ten times more to write, and what was saved or checked out is to be found at once.
Invariant: what is found is what was packed.
"""

import marshal
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from copilot_tui.context.document import Document

# Places in the segment with the numbers of the lines, as the bytes of an array of unsigned ints.
Places = list[tuple[int, bytes]]


class Segment:
    """A segment as it is kept: `terms` in their order, each behind a line end; `ends`: where in `data` each ends, as unsigned ints."""

    __slots__ = ("_data", "_ends", "_terms", "number")

    def __init__(self, number: int, terms: str, ends: bytes, data: bytes) -> None:
        self.number = number
        self._terms = terms.split("\n") if terms else []
        self._ends = memoryview(ends).cast("I")
        self._data = data

    def find(self, term: str) -> bytes:
        """What the segment has of a term, as it was packed; empty for none."""
        place = bisect_left(self._terms, term)
        if place == len(self._terms) or self._terms[place] != term:
            return b""
        return self._data[self._ends[place - 1] if place else 0 : self._ends[place]]

    def terms_from(self, beginning: str, limit: int) -> list[str]:
        """The first terms that begin so."""
        place = bisect_left(self._terms, beginning)
        return [one for one in self._terms[place : place + limit] if one.startswith(beginning)]

    def postings(self) -> Iterator[tuple[str, Places]]:
        """All that it holds."""
        start = 0
        for term, end in zip(self._terms, self._ends, strict=True):
            yield term, marshal.loads(self._data[start:end])  # noqa: S302  (our own cache)
            start = end


class Postings:
    """The terms of the documents that are to be a segment: put in one by one, so that little is left to do when the last has come."""

    __slots__ = ("_count", "_found")

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._found: dict[str, Places] = {}
        self._count = 0
        for one in documents:
            self.add(one)

    def add(self, document: Document) -> None:
        """Put the next document in."""
        found, place = self._found, self._count
        self._count += 1
        for term, lines in document.lines.items():
            if term in found:
                found[term].append((place, lines))
            else:
                found[term] = [(place, lines)]

    def in_order(self) -> dict[str, Places]:
        """By term, in the order of the terms, the places of the documents that hold it, with the lines.

        Sorted a little at a time: all at once would hold up every other thread for a twentieth of a second.
        """
        found = self._found
        begun: dict[str, list[str]] = {}
        for term in found:
            begun.setdefault(term[:2], []).append(term)
        return {term: found[term] for beginning in sorted(begun) for term in sorted(begun[beginning])}

    def let_go(self) -> None:
        """Forget everything a little at a time, for the same reason."""
        while self._found:
            self._found.popitem()


def pack_segment(number: int, postings: Mapping[str, Places]) -> tuple[int, str, bytes, bytes]:
    """A segment of terms in their order, as a row."""
    parts = [marshal.dumps(one, 2) for one in postings.values()]
    ends = array("I", accumulate(map(len, parts)))
    return number, "\n".join(postings), ends.tobytes(), b"".join(parts)
