"""Which of the best files define what the very best of them use: one step through the reference graph, from where the ranking stands.

A walk through the whole graph drifts to what every file uses, so nothing but the first files is begun with, and a name that many files
define says nothing. Invariant: a file gains by others alone, never by itself.
"""

import math
from collections.abc import Sequence

from copilot_tui.context.source import Source

_SEEDS = 6  # files
_LEAST_SHARE = 0.5  # of the best score: what is less likely than that says nothing of others
_MOST_HOMES = 4  # files that define one name: of more nobody knows which is meant
_LEAST_NAME = 4  # characters


def used_by_best(scores: Sequence[float], sources: Sequence[Source]) -> list[float]:
    """For each file how much of what it defines the best ones use, 0 to 1, by the files' scores."""
    homes: dict[str, list[int]] = {}
    for place, source in enumerate(sources):
        for name in {*source.names}:
            if len(name) >= _LEAST_NAME:
                homes.setdefault(name, []).append(place)
    best = max(scores, default=0.0) or 1.0
    found = [0.0] * len(sources)
    for seed in sorted(range(len(sources)), key=lambda place: -scores[place])[:_SEEDS]:
        share = scores[seed] / best
        if share < _LEAST_SHARE:
            break
        amounts: dict[int, float] = {}
        for name in sources[seed].references:
            places = homes.get(name, ())
            for place in places if len(places) <= _MOST_HOMES else ():
                amounts[place] = amounts.get(place, 0.0) + 1 / len(places)
        for place, amount in amounts.items():
            if place != seed:
                found[place] += share * math.log1p(amount)
    most = max([1.0, *found])  # a name or two are no reason to go to the top
    return [one / most for one in found]
