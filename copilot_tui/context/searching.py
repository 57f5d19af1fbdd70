"""Which documents hold the terms of a query: BM25 over their text, and over the lines of them that define something.

In a very large index a term that much of it holds says little and costs most: there it is left out where rarer terms find enough, and
only the best files are looked at further. Invariant: an index of ordinary size is searched whole, in the order of the query's terms.
"""

import math
from array import array
from collections.abc import Collection, Iterable
from heapq import nlargest
from typing import TypeVar

from copilot_tui.context.corpus import Corpus
from copilot_tui.context.document import Numbers
from copilot_tui.context.query import Query
from copilot_tui.context.store import Store

_VERY_LARGE = 15_000  # files
_COMMON = 0.25  # of the files searched: a term that more of them hold is common
_ENOUGH = 400  # documents that rarer terms have to find
_MOST_BEST = 1_500  # files by each signal

_Key = TypeVar("_Key", int, str)


class Found:
    """By document: the BM25 of its text and of its definitions, the weight of the terms in it; and the weights of all terms."""

    __slots__ = ("cover", "defined", "text", "weights")

    def __init__(self) -> None:
        self.text: dict[int, float] = {}
        self.defined: dict[int, float] = {}
        self.cover: dict[int, float] = {}
        self.weights: dict[str, float] = {}

    def lines(self, keys: Iterable[int], store: Store) -> dict[int, dict[str, Numbers]]:
        """The lines of each term in some documents."""
        wanted = frozenset(keys)
        lines: dict[int, dict[str, Numbers]] = {}
        for term in self.weights:
            for key, raw in store.postings_of(term, wanted).items():
                lines.setdefault(key, {})[term] = array("I", raw)
        return lines


def is_very_large(corpus: Corpus) -> bool:
    """Whether the best answer is not worth the time that it takes."""
    return len(corpus.everything) > _VERY_LARGE


def best_of(scores: dict[_Key, float], corpus: Corpus) -> Collection[_Key]:
    """What has a score; of a very large repository the best of it."""
    if len(scores) <= _MOST_BEST or not is_very_large(corpus):
        return scores
    return nlargest(_MOST_BEST, scores, key=lambda one: (scores[one], one))


def search(query: Query, corpus: Corpus, store: Store) -> Found:
    """What the terms of a query find."""
    found = Found()
    emphasis = query.emphasis
    counts: dict[str, int] = {}
    if is_very_large(corpus):
        counts = {term: store.count(term) for term in emphasis}
        emphasis = {term: emphasis[term] for term in sorted(emphasis, key=lambda term: (counts[term], term))}
    common = corpus.count * _COMMON
    for term, value in emphasis.items():
        if counts.get(term, 0) > common and len(found.text) >= _ENOUGH:
            found.weights[term] = _weight(corpus, min(counts[term], corpus.count)) * value
            continue
        _add(term, value, found, corpus, store)
    return found


def _weight(corpus: Corpus, holders: int) -> float:
    return max(math.log(1 + (corpus.count - holders + 0.5) / (holders + 0.5)), 0.01)


def _add(term: str, emphasis: float, found: Found, corpus: Corpus, store: Store) -> None:
    files, scale, searched = corpus.files, corpus.scale, corpus.searched
    holding = store.postings(term)
    holders = sum([searched[key] for key in holding if key in files])
    if not holders and not corpus.named(term):
        return
    weight = _weight(corpus, holders) * emphasis
    found.weights[term] = weight
    text, cover, defined = found.text, found.cover, found.defined
    for key, raw in holding.items():
        if key in files:
            frequency = len(raw) >> 2
            text[key] = text.get(key, 0.0) + weight * frequency * 2.2 / (frequency + scale[key])
            cover[key] = cover.get(key, 0.0) + weight
    for key, raw in store.postings("=" + term).items():
        if key in files:
            frequency = len(raw) >> 2
            defined[key] = defined.get(key, 0.0) + weight * frequency * 2.2 / (frequency + scale[key])
