"""The terms of one query in files that are not indexed yet, some four times as fast as indexing them.

A file is cut into words without a look at its lines; only words that the query means are looked for again. A file with a line that may
not be read to its end is read as the index reads it. Invariant: what is found of
the query's terms is what the index would hold; only a file's size in words may differ a little, where digits and letters stand together.
"""

import re
import time
from array import array
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from copilot_tui.context.disk import Disk
from copilot_tui.context.document import LONG_LINES, MOST_DEFINING, MOST_LINE, Numbers, is_defining, make_document
from copilot_tui.context.forking import Looked, look_through
from copilot_tui.context.order import File
from copilot_tui.context.words import WORD, lines_with, terms_of_word

_LEAST_FORKED = 30  # files
_AT_ONCE = 500_000  # bytes whose words are looked at together: what the processor has near at hand, and a short wait once the time is over
_WORD_SIGNS = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_TO_WORDS = bytes(sign if sign in _WORD_SIGNS or sign == ord("\n") else ord(" ") for sign in range(256))
_LINE_END = re.compile(b"\n")

# Path, content id, size in words, and the lines of each term as the index has them.
Scanned = tuple[str, str, int, dict[str, bytes]]


Scan = Looked[Scanned]


def scan_files(files: list[File], disk: Disk, wanted: Collection[str], ends: float) -> Scan:
    """Look for the wanted terms until `ends` (of the monotonic clock), on two cores where the process can be split."""
    return look_through(files, _LEAST_FORKED, lambda some: _scan(some, disk, wanted, ends))


def _scan(files: list[File], disk: Disk, wanted: Collection[str], ends: float) -> Scan:
    scan: Scan = Looked()
    meaning = _Meaning(wanted)
    waiting = iter(files)
    for part in _read(waiting, disk, scan, ends):
        texts = [(path, blob, data, data.translate(_TO_WORDS).split()) for path, blob, data in part]
        words = [set(found) for _, _, _, found in texts]
        meaning.learn(set().union(*words))
        meant = meaning.of.keys()
        for (path, blob, data, found), own in zip(texts, words, strict=True):
            hits = meant & own
            if _has_long_line(data):
                document = make_document(data.decode("utf-8", "replace"))
                lines = {term: numbers for term, numbers in document.lines.items() if meaning.holds(term)}
                scan.found.append((path, blob, document.size, lines))
            else:
                scan.found.append((path, blob, len(found), _lines(data, hits, meaning) if hits else {}))
    scan.rest += waiting
    return scan


def _read(files: Iterator[File], disk: Disk, scan: Scan, ends: float) -> Iterator[list[tuple[str, str, bytes]]]:
    """The texts, some of them at once."""
    part: list[tuple[str, str, bytes]] = []
    size = 0
    while time.monotonic() < ends:
        some = list(islice(files, 16))
        for path, blob in some:
            found = disk.read_text(path)
            if found.mark:
                scan.found.append((path, blob, 0, found.document().lines))
            elif found.is_lasting:
                part.append((path, blob, found.data))
                size += len(found.data)
            else:
                scan.unread[path] = found.reason
        if part and (size > _AT_ONCE or not some):
            yield part
            part, size = [], 0
        if not some:
            return
    if part:
        yield part


def _has_long_line(data: bytes) -> bool:
    """Whether a line has more bytes, and so perhaps more characters, than are indexed: looked for from one bound to the next."""
    start, last = 0, len(data) - MOST_LINE
    while start < last:
        end = data.rfind(b"\n", start, start + MOST_LINE + 1)
        if end < 0:
            return True
        start = end + 1
    return False


class _Meaning:
    """Which words mean terms of the query: `of` holds those of all texts so far."""

    def __init__(self, wanted: Collection[str]) -> None:
        self.of: dict[bytes, tuple[str, ...]] = {}
        self.wanted = frozenset(wanted)
        self._known: set[bytes] = set()
        # Every form of a term begins with it; a term of several words may be written with underscores between them.
        self._letters = [term.encode("utf-8", "replace") for term in self.wanted]

    def holds(self, term: str) -> bool:
        """Whether the query means a term of the index, or it marks the lines that are too long."""
        return term.removeprefix("=") in self.wanted or term == LONG_LINES

    def learn(self, words: set[bytes]) -> None:
        """Take in the words of texts."""
        new = list(words - self._known)
        self._known.update(new)
        text = b"\n".join(new).lower()
        joined = text.replace(b"_", b"")
        ends = [match.start() for match in _LINE_END.finditer(joined)]
        found: set[int] = set()
        for letters in self._letters:
            found.update(lines_with(joined, letters, ends))
        wanted = self.wanted
        for place in found:
            word = new[place]
            meant = tuple(
                term for part in WORD.findall(word.decode("ascii")) for term in terms_of_word(part) if term in wanted
            )
            if meant:
                self.of[word] = meant


def _lines(data: bytes, hits: Iterable[bytes], meaning: _Meaning) -> dict[str, bytes]:
    """The lines of each term in a text without long lines, by the words of it that mean one."""
    size = len(data)
    number, last, line_end = 1, 0, -1
    lines: dict[str, list[int]] = {}
    for at, word in _standing(data, hits):
        if at > line_end:
            number += data.count(b"\n", last, at)
            last = at
            start = data.rfind(b"\n", 0, at) + 1
            line_end = data.find(b"\n", at)
            if line_end < 0:
                line_end = size
            line = data[start:line_end].decode("utf-8", "replace")
            if is_defining(line, line.lstrip()):
                for one in WORD.findall(line)[:MOST_DEFINING]:
                    for term in terms_of_word(one):
                        if term in meaning.wanted:
                            lines.setdefault("=" + term, []).append(number)
        for term in meaning.of[word]:
            lines.setdefault(term, []).append(number)
    return {term: array("I", numbers).tobytes() for term, numbers in lines.items()}


def _standing(data: bytes, words: Iterable[bytes]) -> list[tuple[int, bytes]]:
    """Where the words stand whole, in the order of the text."""
    size = len(data)
    places: list[tuple[int, bytes]] = []
    for word in words:
        at, length = data.find(word), len(word)
        while at >= 0:
            stop = at + length
            if (not at or data[at - 1] not in _WORD_SIGNS) and (stop == size or data[stop] not in _WORD_SIGNS):
                places.append((at, word))
            at = data.find(word, stop)
    places.sort()
    return places


def sums_of(data: bytes) -> Numbers:
    """How many words the first n lines of a text hold."""
    if _has_long_line(data):
        return array("I", make_document(data.decode("utf-8", "replace")).sums)
    sums = array("I", [0])
    total = 0
    for line in data.translate(_TO_WORDS).split(b"\n"):
        total += len(line.split())
        sums.append(total)
    return sums
