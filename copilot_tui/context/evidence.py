"""What speaks for each piece of the best files: its text, what is around it, its definition's head, and the commits that touched it.

Invariant: every signal is 0 to 1 over all the pieces that compete, but the logarithm of the length.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import nlargest
from math import log
from operator import itemgetter, mul
from typing import NamedTuple

from copilot_tui.context.document import Numbers
from copilot_tui.context.linking import used_by_best
from copilot_tui.context.ranking import Ranked, Ranking
from copilot_tui.context.source import Source
from copilot_tui.context.touches import Touched
from copilot_tui.context.weights import Weights

SIGNALS = (
    "text", "near", "own", "around", "head", "subject", "fresh", "again", "alike", "likest", "file", "imports", "comments",
    "called", "calling", "length",
)  # fmt: skip
_TEXT, _NEAR, _OWN, _AROUND, _HEAD, _SUBJECT, _FRESH, _AGAIN, _ALIKE = range(9)
_CALLED, _CALLING = SIGNALS.index("called"), SIGNALS.index("calling")
_LOWEST = 13.0  # how much less likely than the best one a piece may be to add anything, as a logarithm
_SEEDS = 6  # pieces that others are linked to
_MOST_HOMES = 4  # definitions of one name: of more nobody knows which is meant
_ROOTS = (_FRESH, _AGAIN, _ALIKE)  # sums that few pieces have much of

# The signals of one piece, in the order of `SIGNALS`.
Signals = list[float]


class Pieces(NamedTuple):
    """By piece of a file: its signals, and the logarithm of how likely it is what the query is about."""

    signals: list[Signals]
    likely: list[float]


def settle(ranking: Ranking, sources: Mapping[str, Source], weights: Weights) -> None:
    """Put the ranking into its final order, by the likeliest piece of each file as well, and keep the pieces in it.

    It is done once for a ranking.
    """
    if ranking.pieces:
        return
    found = settled(ranking, sources, weights)
    for one, score, _ in found:
        one.score = score
    ranking.pieces = {one.file.path: pieces for one, _, pieces in found}
    ranking.files.sort(key=lambda one: (-one.score, one.file.path))


def settled(ranking: Ranking, sources: Mapping[str, Source], weights: Weights) -> list[tuple[Ranked, float, Pieces]]:
    """The files that have a source in their final order, each with its final score and its pieces.

    What has raised a file by a share of the best score gives it the same share of what pieces can add to that.
    """
    ranked = [one for one in ranking.files if one.file.path in sources]
    found = gather(ranked, sources, ranking, weights)
    most = weights.piece_feedback * _LOWEST
    scores = [one.score + one.raised * most for one in ranked]
    scores = final_scores(scores, found, [sources[one.file.path] for one in ranked], weights)
    return sorted(zip(ranked, scores, found, strict=True), key=lambda one: (-one[1], one[0].file.path))


def final_scores(
    scores: Sequence[float], pieces: Sequence[Pieces], sources: Sequence[Source], weights: Weights
) -> list[float]:
    """The scores of files with what the likeliest piece of each adds, and what the best files use of it; nothing is taken away."""
    best = [max(one.likely, default=-math.inf) for one in pieces]
    most = max(best, default=0.0)
    found = [
        score + weights.piece_feedback * max(_LOWEST + likely - most, 0.0)
        for score, likely in zip(scores, best, strict=True)
    ]
    share = weights.used * max(found, default=0.0)
    return [score + share * used for score, used in zip(found, used_by_best(found, sources), strict=True)]


def gather(ranked: Sequence[Ranked], sources: Mapping[str, Source], ranking: Ranking, weights: Weights) -> list[Pieces]:
    """The pieces of the ranked files."""
    best_file = max((one.score for one in ranked), default=0.0) or 1.0
    found = [_of_file(one, sources[one.file.path], ranking, one.score / best_file) for one in ranked]
    every = [signals for pieces in found for signals in pieces]
    most_text = max(map(itemgetter(_TEXT), every), default=0.0) or 1.0
    for signals in every:
        signals[_TEXT] /= most_text
        signals[_NEAR] /= most_text
        signals[_AROUND] /= most_text
    for name in _ROOTS:
        most = max(map(itemgetter(name), every), default=0.0)
        for signals in every if most else ():
            if signals[name]:
                signals[name] = math.sqrt(signals[name] / most)
    return linked([sources[one.file.path] for one in ranked], found, weights)


def weighed(signals: list[Signals], weights: Weights) -> Pieces:
    """Pieces by their signals."""
    by_signal = weights_of(weights)
    return Pieces(signals, [sum(map(mul, by_signal, one)) for one in signals])


def linked(sources: Sequence[Source], found: Sequence[list[Signals]], weights: Weights) -> list[Pieces]:
    """Pieces by their signals, to which is added what the likeliest refer to, and what refers to what they define."""
    every = [weighed(signals, weights) for signals in found]
    seeds = nlargest(
        _SEEDS, [(likely, file, piece) for file, one in enumerate(every) for piece, likely in enumerate(one.likely)]
    )
    called, defined = _links(sources, seeds)
    chosen = {(file, piece) for _, file, piece in seeds}
    homes = Counter(name for source in sources for name in source.names)
    for file, source in enumerate(sources):
        for piece, owner in enumerate(source.owner):
            name = source.names[owner] if owner >= 0 else ""
            if name in called and homes[name] <= _MOST_HOMES and (file, piece) not in chosen:
                found[file][piece][_CALLED] = called[name]
                every[file].likely[piece] += weights.piece_called * called[name]
        for name, likely in defined.items():
            if homes[name] <= _MOST_HOMES:
                for line in source.references.get(name, ()):
                    if line < len(source.piece_of):
                        piece = source.piece_of[line]
                        more = likely - found[file][piece][_CALLING]
                        if more > 0:
                            found[file][piece][_CALLING] = likely
                            every[file].likely[piece] += weights.piece_calling * more
    return every


def _links(
    sources: Sequence[Source], seeds: Sequence[tuple[float, int, int]]
) -> tuple[dict[str, float], dict[str, float]]:
    """The names that the likeliest pieces refer to, and those that they define, by how likely they are beside the first."""
    called: dict[str, float] = {}
    defined: dict[str, float] = {}
    for score, file, piece in seeds:
        source, likely = sources[file], math.exp(score - seeds[0][0])
        part, owner = source.pieces[piece], source.owner[piece]
        for name, lines in source.references.items():
            place = bisect_left(lines, part.first)
            if place < len(lines) and lines[place] <= part.last:
                called.setdefault(name, likely)
        if owner >= 0:
            defined.setdefault(source.names[owner], likely)
    return called, defined


def link_words(signals: Sequence[Signals]) -> str:
    """What links these pieces of a file to the likeliest ones, in words; empty where nothing does."""
    called = any(one[_CALLED] > 0 for one in signals)
    calling = any(one[_CALLING] > 0 for one in signals)
    found = ["defines what the best matches use"] * called + ["uses what the best matches define"] * calling
    return "; ".join(found)


def weights_of(weights: Weights) -> list[float]:
    """The weights of the signals, in their order."""
    return [float(getattr(weights, f"piece_{name}")) for name in SIGNALS]


def _of_file(one: Ranked, source: Source, ranking: Ranking, share: float) -> list[Signals]:
    count = len(source.pieces)
    text, subject, around, head = _by_terms(one.lines, source, ranking)
    touched = ranking.touches.score(
        source.path, [one.first for one in source.pieces], len(source.lines), ranking.weights
    )
    fresh, again, alike, likest = touched or Touched(*([[0.0] * count] * 4))
    most = max(text, default=0.0) or 1.0
    found: list[Signals] = []
    beside = [*map(max, [0.0, *text], [*text[1:], 0.0])]
    for piece, owner in enumerate(source.owner):
        found.append(
            [
                text[piece], beside[piece], text[piece] / most, around.get(owner, 0.0), head.get(owner, 0.0), subject[piece],
                fresh[piece], again[piece], alike[piece], likest[piece], share, source.imports[piece], source.comments[piece],
                0.0, 0.0, log(source.sizes[piece]),
            ]
        )  # fmt: skip
    return found


def _by_terms(
    lines: Mapping[str, Numbers], source: Source, ranking: Ranking
) -> tuple[list[float], list[float], dict[int, float], dict[int, float]]:
    """By piece: BM25, the share of the subject in it; by definition: BM25 of all its pieces, the share of the query in its head."""
    weights, piece_of, owner, scale = ranking.weights, source.piece_of, source.owner, source.scale
    total = sum(weights.values()) or 1.0
    asked = sum(weights[term] for term in ranking.subject) or 1.0
    count, last = len(source.pieces), len(piece_of)
    text, subject = [0.0] * count, [0.0] * count
    around: dict[int, float] = {}
    head: dict[int, float] = {}
    heads, sizes = source.heads, source.owner_scale
    for term, numbers in lines.items():
        weight = weights.get(term, 0.0)
        times: dict[int, int] = {}
        named: set[int] = set()
        for number in numbers:
            if number < last:
                piece = piece_of[number]
                times[piece] = times.get(piece, 0) + 1
                if number in heads:
                    named.add(heads[number])
        owned: dict[int, int] = {}
        share = weight / asked if term in ranking.subject else 0.0
        for piece, frequency in times.items():
            text[piece] += 2.2 * weight * frequency / (frequency + scale[piece])
            subject[piece] += share
            owned[owner[piece]] = owned.get(owner[piece], 0) + frequency
        for place, frequency in owned.items():
            if place >= 0:
                around[place] = around.get(place, 0.0) + 2.2 * weight * frequency / (frequency + sizes[place])
        for place in named:
            head[place] = head.get(place, 0.0) + weight / total
    return text, subject, around, head
