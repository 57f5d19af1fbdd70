"""Words as the index knows them: identifiers split at their humps and underscores, stemmed, in lower case.

Invariant: a text and a query are cut by the same rules, so a word of the query finds every form of itself in a text; an identifier
of several parts is one term as well, the same for `MediaType`, `mediaType` and `media_type`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import AnyStr

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|\d+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "er", "ed", "es", "s", "ly")
_MOST_WORD = 80  # characters: longer ones are data
_MOST_KNOWN = 400_000
STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "do",
        "does",
        "doesn",
        "don",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "isn",
        "it",
        "its",
        "just",
        "like",
        "may",
        "more",
        "most",
        "must",
        "need",
        "needs",
        "no",
        "not",
        "now",
        "of",
        "on",
        "one",
        "only",
        "or",
        "other",
        "our",
        "out",
        "over",
        "should",
        "so",
        "some",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "too",
        "up",
        "us",
        "use",
        "used",
        "uses",
        "using",
        "via",
        "was",
        "way",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


def stem(word: str) -> str:
    """A word in lower case without its ending: `caching`, `caches` and `cached` are one."""
    if len(word) > 3 and word.endswith(_ENDINGS):
        for ending in _ENDINGS:
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                word = word[: -len(ending)]
                break
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl":
        word = word[:-1]
    return word


class _Splitter(dict[str, tuple[str, ...]]):
    """Identifier to its terms, each worked out once."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(word) > _MOST_WORD:
            return ()
        parts = [part.lower() for part in _PART.findall(word)]
        found = [stem(part) for part in parts if len(part) > 1 or part.isdigit()]
        if len(parts) > 1:
            found.append("".join(parts))
        terms = tuple(found)
        if len(self) < _MOST_KNOWN:
            self[word] = terms
        return terms


terms_of_word = _Splitter().__getitem__


def terms(text: str) -> list[str]:
    """The terms of a text in its order, with the whole of each identifier of several parts behind its parts."""
    found: list[str] = []
    for word in WORD.findall(text):
        found += terms_of_word(word)
    return found


class _Chooser(dict[str, tuple[str, ...]]):
    """Identifier to those of its terms that say something, each worked out once."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        found = tuple(term for term in terms_of_word(word) if len(term) > 1 and term not in STOP)
        if len(self) < _MOST_KNOWN:
            self[word] = found
        return found


_terms_that_say = _Chooser().__getitem__


def query_terms(text: str) -> list[str]:
    """The terms of a query: those that say nothing are left out."""
    return list(chain.from_iterable(map(_terms_that_say, WORD.findall(text))))


def lines_with(text: AnyStr, letters: AnyStr, ends: Sequence[int]) -> Iterator[int]:
    """The lines, from 0, that hold the letters, in a text whose lines end at those places; each line once."""
    at = text.find(letters)
    while at >= 0:
        place = bisect_left(ends, at)
        yield place
        if place >= len(ends):
            return
        at = text.find(letters, ends[place])
