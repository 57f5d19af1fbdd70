"""Which files a query is about: several signals per file, scaled and summed by the table of weights.

Invariant: the result depends on the index, the history and the query alone; ties go by path.
"""

import math
from array import array
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field

from copilot_tui.context.document import Numbers
from copilot_tui.context.history import History
from copilot_tui.context.kinds import FileKind, kind_of
from copilot_tui.context.store import Store
from copilot_tui.context.weights import WEIGHTS, Weights
from copilot_tui.context.words import query_terms, terms

_MOST_TERMS = 120
_WINDOWED = 60  # files whose best window is looked for
_WINDOW = 30  # lines
_LEADERS = 5  # files whose companions are looked for


@dataclass(slots=True)
class IndexedFile:
    """A file of the index: its document's key, its size in words, what its path says."""

    path: str
    key: int
    size: int
    kind: FileKind
    path_terms: frozenset[str]


@dataclass(slots=True)
class Ranked:
    """A file with its score and signals; `lines`: term to the lines that hold it; `found`: the terms of the query in it."""

    file: IndexedFile
    score: float
    signals: dict[str, float]
    lines: dict[str, Numbers] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Ranking:
    """All files with a score, best first, and the weight of each term of the query."""

    files: list[Ranked]
    weights: dict[str, float]


def index_file(path: str, key: int, size: int) -> IndexedFile:
    """What ranking needs to know of a file."""
    return IndexedFile(path, key, size, kind_of(path), frozenset(terms(path)))


def rank(
    query: str, files: dict[int, list[IndexedFile]], store: Store, history: History, weights: Weights = WEIGHTS
) -> Ranking:
    """Rank the files (by document key) for a query."""
    counts = Counter(query_terms(query)[:_MOST_TERMS])
    everything = [one for same in files.values() for one in same]
    searched = [one for one in everything if one.kind in {FileKind.CODE, FileKind.TEST}] or everything
    count = len(searched) or 1
    average = sum(one.size for one in searched) / count or 1.0
    term_weights: dict[str, float] = {}
    text: dict[int, float] = {}
    defined: dict[int, float] = {}
    lines: dict[int, dict[str, Numbers]] = {}
    scale = {key: 1.2 * (0.25 + 0.75 * same[0].size / average) for key, same in files.items()}
    for term, times in counts.items():
        found = [(key, raw) for key, raw in store.postings(term) if key in files]
        holders = sum(1 for key, _ in found for one in files[key] if one.kind in {FileKind.CODE, FileKind.TEST})
        if not holders and not any(term in one.path_terms for one in everything):
            continue
        weight = max(math.log(1 + (count - holders + 0.5) / (holders + 0.5)), 0.01) * (1 + math.log(times))
        term_weights[term] = weight
        for key, raw in found:
            frequency = len(raw) >> 2
            text[key] = text.get(key, 0.0) + weight * frequency * 2.2 / (frequency + scale[key])
            lines.setdefault(key, {})[term] = array("I", raw)
        for key, raw in store.postings("=" + term):
            if key in files:
                frequency = len(raw) >> 2
                defined[key] = defined.get(key, 0.0) + weight * frequency * 2.2 / (frequency + scale[key])
    ranked = _combine(everything, _Found(text, defined, lines), term_weights, history, counts, weights)
    _add_windows(ranked[:_WINDOWED], lines, store, term_weights, weights)
    ranked.sort(key=lambda one: (-one.score, one.file.path))
    _add_companions(ranked, history, weights)
    ranked.sort(key=lambda one: (-one.score, one.file.path))
    for one in ranked[:400]:
        one.lines = lines.get(one.file.key, {})
        one.found = sorted(one.lines, key=lambda term: -term_weights[term])
    return Ranking(ranked, term_weights)


@dataclass(frozen=True, slots=True)
class _Found:
    """By document: the BM25 of its text and of its definitions, and the lines of each term."""

    text: dict[int, float]
    defined: dict[int, float]
    lines: dict[int, dict[str, Numbers]]


def _combine(
    everything: list[IndexedFile],
    found: _Found,
    term_weights: dict[str, float],
    history: History,
    query: "Counter[str]",
    weights: Weights,
) -> list[Ranked]:
    most_text, most_defined = max(found.text.values(), default=1.0), max(found.defined.values(), default=1.0)
    total = sum(term_weights.values()) or 1.0
    past = history.score(query)
    largest = math.log(2 + max((one.size for one in everything), default=0))
    ranked: list[Ranked] = []
    for one in everything:
        named = term_weights.keys() & one.path_terms
        signals = {
            "text": found.text.get(one.key, 0.0) / most_text,
            "definitions": found.defined.get(one.key, 0.0) / most_defined,
            "path": sum(term_weights[term] for term in named) / total if named else 0.0,
            "cover": sum(term_weights[term] for term in found.lines.get(one.key, ())) / total,
            "size": math.log(2 + one.size) / largest,
            "history": past.likeness.get(one.path, 0.0),
            "churn": history.churn.get(one.path, 0.0),
            "recent": history.recent.get(one.path, 0.0),
        }
        ranked.append(Ranked(one, score_of(signals, one.kind, weights), signals))
    ranked.sort(key=lambda one: (-one.score, one.file.path))
    return ranked


def score_of(signals: dict[str, float], kind: FileKind, weights: Weights) -> float:
    """The weighted sum of the signals, times what the file's kind counts."""
    total: float = sum(getattr(weights, name) * value for name, value in signals.items())
    by_kind = {FileKind.TEST: weights.test, FileKind.TEXT: weights.prose, FileKind.GENERATED: weights.generated}
    return total * by_kind.get(kind, 1.0)


def _add_windows(
    ranked: list[Ranked],
    lines: dict[int, dict[str, Numbers]],
    store: Store,
    term_weights: dict[str, float],
    weights: Weights,
) -> None:
    """The score of each file's best window of lines as one more signal."""
    sums = store.sums({one.file.key for one in ranked})
    best: dict[int, float] = {}
    for key, found in sums.items():
        cuts = list(range(0, len(found), _WINDOW))
        scores = score_spans(
            [(cut + 1, min(cut + _WINDOW, len(found) - 1)) for cut in cuts], found, lines.get(key, {}), term_weights
        )
        best[key] = max(scores, default=0.0)
    most = max(best.values(), default=0.0) or 1.0
    for one in ranked:
        one.signals["window"] = best.get(one.file.key, 0.0) / most
        one.score = score_of(one.signals, one.file.kind, weights)


def _add_companions(ranked: list[Ranked], history: History, weights: Weights) -> None:
    """What changed together with the best files is one more signal."""
    found = history.companions([(one.file.path, one.score) for one in ranked[:_LEADERS]])
    for one in ranked:
        share = found.get(one.file.path)
        if share:
            one.signals["companion"] = share
            one.score = score_of(one.signals, one.file.kind, weights)


def score_spans(
    spans: list[tuple[int, int]], sums: Numbers, lines: dict[str, Numbers], term_weights: dict[str, float]
) -> list[float]:
    """BM25 of each span of lines (sorted, not overlapping) as a document of its own, about 180 words being the usual length."""
    starts = [first for first, _ in spans]
    last = len(sums) - 1
    scale = [1.2 * (0.25 + 0.75 * (sums[min(end, last)] - sums[min(first - 1, last)]) / 180.0) for first, end in spans]
    scores = [0.0] * len(spans)
    for term, numbers in lines.items():
        weight = term_weights.get(term, 0.0) * 2.2
        times: dict[int, int] = {}
        for number in numbers:
            place = bisect_right(starts, number) - 1
            if place >= 0 and number <= spans[place][1]:
                times[place] = times.get(place, 0) + 1
        for place, frequency in times.items():
            scores[place] += weight * frequency / (frequency + scale[place])
    return scores
