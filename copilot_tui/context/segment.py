"""A small segment of the index: the terms of a few documents in one piece, which is written at once and searched whole.

A row for each term would cost some ten times more to write, and what was saved or checked out is to be found at once.
Invariant: what is found is what was packed.
"""

import marshal
from array import array
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any, NamedTuple

from copilot_tui.context.document import Document

# Places in the segment with the numbers of the lines, as the bytes of an array of unsigned ints.
Places = list[tuple[int, bytes]]


class Segment(NamedTuple):
    """`terms`: each between line ends, in their order; `ends`: where the data of each ends, as the bytes of an array of unsigned ints."""

    number: int
    terms: str
    ends: bytes
    data: bytes

    def find(self, term: str) -> bytes:
        """What the segment has of a term, as it was packed; empty for none."""
        at = self.terms.find(f"\n{term}\n")
        if at < 0:
            return b""
        place = self.terms.count("\n", 0, at)
        ends = memoryview(self.ends).cast("I")
        return self.data[ends[place - 1] if place else 0 : ends[place]]

    def terms_from(self, beginning: str, limit: int) -> list[str]:
        """The first terms that begin so."""
        at = self.terms.find(f"\n{beginning}")
        return (
            [one for one in self.terms[at + 1 :].split("\n", limit)[:limit] if one.startswith(beginning)]
            if at >= 0
            else []
        )

    def postings(self) -> Iterator[tuple[str, Places]]:
        """All that it holds."""
        start = 0
        for term, end in zip(self.terms.split("\n")[1:-1], memoryview(self.ends).cast("I"), strict=True):
            yield term, marshal.loads(self.data[start:end])  # noqa: S302  (our own cache)
            start = end


class Postings:
    """The terms of the documents that are to be a segment: put in one by one, so that little is left to do when the last has come."""

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
        """By term, in the order of the terms, the places of the documents that hold it, with the lines."""
        return dict(sorted(self._found.items()))


def pack_segment(number: int, postings: Mapping[str, Any]) -> Segment:
    """A segment of terms in their order."""
    parts = [marshal.dumps(one, 2) for one in postings.values()]
    ends = array("I", accumulate(map(len, parts)))
    return Segment(number, "\n".join(("", *postings, "")), ends.tobytes(), b"".join(parts))
