"""Which files a query is about: several signals per file, scaled and summed by the table of weights.

Invariant: the result depends on the index, the history and the query alone; ties go by path.
"""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from copilot_tui.context.corpus import Corpus, IndexedFile
from copilot_tui.context.document import Numbers
from copilot_tui.context.history import Companion, History
from copilot_tui.context.kinds import FileKind
from copilot_tui.context.query import Query, read_query
from copilot_tui.context.searching import Found, best_of, search
from copilot_tui.context.spans import best_window
from copilot_tui.context.store import Store
from copilot_tui.context.touches import Touches
from copilot_tui.context.weights import WEIGHTS, Weights

if TYPE_CHECKING:  # it is made of rankings
    from copilot_tui.context.evidence import Pieces

_WINDOWED = 60  # files whose best window is looked for
_LEADERS = 5  # files whose companions are looked for
_MOST_BUSY = 60  # files that count though nothing of the query is in them
_LEAST_RANKED = 400


class Ranked:
    """A file with its score and signals; `lines`: term to the lines that hold it; `found`: the terms of the query in it.

    `commits`: how many of the past changed it; `raised`: the share of the best score by which something else than the query's words has
    raised its own.
    """

    __slots__ = ("commits", "companion", "file", "found", "lines", "raised", "score", "signals")

    def __init__(self, file: IndexedFile, signals: dict[str, float], commits: int = 0) -> None:
        self.file = file
        self.commits = commits
        self.score = 0.0
        self.raised = 0.0
        self.signals = signals
        self.lines: dict[str, Numbers] = {}
        self.found: list[str] = []
        self.companion: Companion | None = None


class Ranking:
    """The files with a score, best first; the weight of each term of the query, and which of them its subject has; the past.

    `pieces`: by path the file's pieces, once they are gathered.
    """

    __slots__ = ("files", "pieces", "subject", "touches", "weights")

    def __init__(
        self, files: list[Ranked], weights: dict[str, float], subject: frozenset[str], touches: Touches
    ) -> None:
        self.files = files
        self.weights = weights
        self.subject = subject
        self.touches = touches
        self.pieces: dict[str, Pieces] = {}


def rank(
    text: str,
    corpus: Corpus,
    store: Store,
    history: History,
    touches: Touches | None = None,
    weights: Weights = WEIGHTS,
) -> Ranking:
    """Rank the files for a query."""
    query = read_query(text, weights)
    found = search(query, corpus, store)
    ranked = _combine(corpus, found, history, query)
    ranker = _Ranker(query, weights)
    for one in ranked:
        one.score = ranker.score(one)
    ranked.sort(key=lambda one: (-one.score, one.file.path))
    seen = {one.file.key for one in ranked[:_WINDOWED]}
    lines = found.lines(seen, store)
    _add_windows(ranked[:_WINDOWED], lines, found.weights, corpus.sums([*seen], store))
    for one in ranked[:_WINDOWED]:
        one.score = ranker.score(one)
    ranked.sort(key=lambda one: (-one.score, one.file.path))
    _add_companions(ranked, history)
    for one in ranked:
        if one.companion is not None:
            one.score = ranker.score(one)
    ranked.sort(key=lambda one: (-one.score, one.file.path))
    late = {one.file.key for one in ranked[:_WINDOWED]} - seen
    if late:
        lines |= found.lines(late, store)
    for one in ranked[:_WINDOWED]:
        one.lines = lines.get(one.file.key, {})
        one.found = sorted(one.lines, key=lambda term: -found.weights[term])
    return Ranking(ranked, found.weights, query.subject & found.weights.keys(), touches or Touches())


def _combine(corpus: Corpus, found: Found, history: History, query: Query) -> list[Ranked]:
    """The files that anything speaks for, with their signals."""
    most_text, most_defined = max(found.text.values(), default=1.0), max(found.defined.values(), default=1.0)
    total = sum(found.weights.values()) or 1.0
    alike = history.score(query.emphasis)
    tested = _tested(corpus, found.text)
    ranked: list[Ranked] = []
    weights, cover, names = found.weights, found.cover, found.weights.keys()
    for one in _candidates(corpus, found, alike, history):
        path, key = one.path, one.key
        named = names & one.path_terms
        signals = {
            "text": found.text.get(key, 0.0) / most_text,
            "definitions": found.defined.get(key, 0.0) / most_defined,
            "path": sum([weights[term] for term in named]) / total if named else 0.0,
            "cover": cover[key] / total if key in cover else 0.0,
            "size": math.log(2 + one.size) / corpus.largest,
            "history": alike.get(path, 0.0),
            "churn": history.churn.get(path, 0.0),
            "recent": history.recent.get(path, 0.0),
            "named": sum([term in named for term in one.stem]) / len(one.stem) if named and one.stem else 0.0,
            "tested": tested.get(path, 0.0) / most_text,
            "ending": history.endings.get(one.ending, 0.0),
            "area": history.areas.get(one.area, 0.0),
        }
        ranked.append(Ranked(one, signals, history.commits_of(path)))
    return ranked


def _candidates(corpus: Corpus, found: Found, likeness: Mapping[str, float], history: History) -> list[IndexedFile]:
    """Files that hold or are named by a term, that like commits changed, or that change most; of a small repository all."""
    if len(corpus.everything) <= _LEAST_RANKED:
        return corpus.everything
    paths = {one.path for key in best_of(found.text, corpus) for one in corpus.files[key]}
    paths.update(one.path for key in best_of(found.defined, corpus) for one in corpus.files[key])
    paths.update(best_of(_named(corpus, found), corpus))
    paths.update(path for path in likeness if path in corpus.by_path)
    busy = sorted((path for path in history.churn if path in corpus.by_path), key=lambda path: -history.churn[path])
    paths.update(busy[:_MOST_BUSY])
    return [corpus.by_path[path] for path in paths]


def _named(corpus: Corpus, found: Found) -> dict[str, float]:
    """Path to the weight of the terms that it holds."""
    named: dict[str, float] = {}
    for term, weight in found.weights.items():
        for one in corpus.named(term):
            named[one.path] = named.get(one.path, 0.0) + weight
    return named


def _tested(corpus: Corpus, text: Mapping[int, float]) -> dict[str, float]:
    """Path of code to the best score of a test that is named after it."""
    best: dict[str, float] = {}
    for key in corpus.tested.keys() & text.keys():
        score = text[key]
        for path in corpus.tested[key]:
            if score > best.get(path, 0.0):
                best[path] = score
    return best


class _Ranker:
    """The weighted sum of the signals, times what the file's kind counts."""

    def __init__(self, query: Query, weights: Weights) -> None:
        test = weights.wanted_test if query.wants_tests else weights.test
        self._kinds = {FileKind.TEST: test, FileKind.TEXT: weights.prose, FileKind.GENERATED: weights.generated}
        self._weights = {name: float(getattr(weights, name)) for name in SIGNALS}

    def score(self, one: Ranked) -> float:
        weights = self._weights
        total = sum([weights[name] * value for name, value in one.signals.items() if value])
        return total * self._kinds.get(one.file.kind, 1.0)


SIGNALS = (
    "text", "definitions", "path", "window", "history", "churn", "recent", "companion", "cover", "size", "named", "tested", "ending",
    "area",
)  # fmt: skip


def _add_windows(
    ranked: list[Ranked],
    lines: Mapping[int, dict[str, Numbers]],
    weights: dict[str, float],
    sums: Mapping[int, Numbers],
) -> None:
    """The score of each file's best window of lines as one more signal."""
    best = {key: best_window(one, lines.get(key, {}), weights) for key, one in sums.items()}
    most = max(best.values(), default=0.0) or 1.0
    for one in ranked:
        one.signals["window"] = best.get(one.file.key, 0.0) / most


def _add_companions(ranked: list[Ranked], history: History) -> None:
    """What changed together with the best files is one more signal."""
    found = history.companions([(one.file.path, one.score) for one in ranked[:_LEADERS]])
    for one in ranked:
        companion = found.get(one.file.path)
        if companion is not None and companion.share:
            one.signals["companion"] = companion.share
            one.companion = companion
