"""A request as weighted terms: the subject counts more than what explains it, and what reads like code more than prose.

Invariant: the weights depend on the text alone; a term counts as much as its most telling mention, and a little more for each other one.
"""

import math
import re
from typing import NamedTuple

from copilot_tui.context.weights import Weights
from copilot_tui.context.words import STOP, WORD, terms_of_word

_MOST_TERMS = 120
_MOST_SUBJECT = 240  # characters
_SUBJECT_END = re.compile(r"\n|(?<=[a-z0-9)`'\"][.!?:]) +(?=[A-Z])")
_TICKED = re.compile(r"`[^`\n]*`")
_JOINED = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+")
_TESTS = frozenset({"test", "spec", "fixture", "benchmark", "exampl"})


class Query(NamedTuple):
    """`emphasis`: term to how much it counts, 1 for a plain word of the subject; `subject`: the terms of the first sentence."""

    emphasis: dict[str, float]
    subject: frozenset[str] = frozenset()

    @property
    def wants_tests(self) -> bool:
        """Whether tests or examples are asked for."""
        return not _TESTS.isdisjoint(self.subject)


def read_query(text: str, weights: Weights) -> Query:
    """The terms of a request in the order in which they come; those that say nothing are left out."""
    end = _SUBJECT_END.search(text)
    length = min(end.start() if end is not None else len(text), _MOST_SUBJECT)
    ticked = [match.span() for match in _TICKED.finditer(text)]
    best: dict[str, float] = {}
    times: dict[str, int] = {}
    subject: set[str] = set()
    for match in WORD.finditer(text):
        found = terms_of_word(match[0])
        start = match.start()
        emphasis = 1.0 if start < length else weights.query_rest
        if len(found) > 1 or any(first < start < last for first, last in ticked):
            emphasis *= weights.query_code
        for term in found:
            if len(term) < 2 or term in STOP or (term not in best and len(best) >= _MOST_TERMS):
                continue
            best[term] = max(best.get(term, 0.0), emphasis)
            times[term] = times.get(term, 0) + 1
            if start < length:
                subject.add(term)
    for match in _JOINED.finditer(text):
        term = match[0].replace("-", "").lower()
        best.setdefault(term, 1.0 if match.start() < length else weights.query_rest)
    return Query({term: value * (1 + math.log(times.get(term, 1))) for term, value in best.items()}, frozenset(subject))
