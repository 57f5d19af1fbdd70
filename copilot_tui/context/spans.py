"""How much of a query stands in which lines: BM25 of lines of a file, each span as a document of its own.

Invariant: a line counts for the one span that it is in.
"""

from collections.abc import Mapping

from copilot_tui.context.document import Numbers

WINDOW = 30  # lines
_USUAL = 180.0  # words of a span


def scale_of(words: int) -> float:
    """How much the length of a span dampens what is found in it."""
    return 1.2 * (0.25 + 0.75 * words / _USUAL)


def best_window(sums: Numbers, lines: Mapping[str, Numbers], term_weights: Mapping[str, float]) -> float:
    """The score of the best of the windows of `WINDOW` lines that a file is cut into."""
    last = len(sums) - 1
    scores: dict[int, float] = {}
    for term, numbers in lines.items():
        weight = term_weights.get(term, 0.0) * 2.2
        times: dict[int, int] = {}
        for number in numbers:
            place = (number - 1) // WINDOW
            times[place] = times.get(place, 0) + 1
        for place, frequency in times.items():
            start = place * WINDOW
            scale = scale_of(sums[min(start + WINDOW, last)] - sums[min(start, last)])
            scores[place] = scores.get(place, 0.0) + weight * frequency / (frequency + scale)
    return max(scores.values(), default=0.0)
