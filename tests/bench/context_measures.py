"""How good an answer of the context engine is, measured against the places that a real commit changed.

Invariant: every measure is 0 to 1, and 1 is reached by showing all of what was changed.
"""

from collections.abc import Collection, Mapping, Sequence

from copilot_tui.context.view import View
from tests.bench.context_cases import GoldRange

HEAD = 3  # lines of a definition by which a reader knows it
_AROUND = 3  # lines about a place that is in no definition
_MOST_OF = 0.95


def reciprocal_rank(gold: Sequence[int], order: Sequence[int]) -> float:
    """1 / the rank of the best of the places `gold` in `order`, 0 where none is in it."""
    wanted = set(gold)
    return next((1 / rank for rank, place in enumerate(order, 1) if place in wanted), 0.0)


def share_in_first(gold: Sequence[int], order: Sequence[int], count: int) -> float:
    """The share of the places `gold` that are among the first `count` of `order`."""
    first = set(order[:count])
    return sum(place in first for place in gold) / len(gold)


def shown_lines(views: Sequence[View]) -> dict[str, set[int]]:
    """Path to the lines that are shown."""
    return {view.source.path: view.shown | view.heads for view in views}


def range_and_sym(
    ranges: Sequence[GoldRange], shown: Mapping[str, Collection[int]], lines_of: Mapping[str, Sequence[str]]
) -> tuple[float, float]:
    """The share of changed ranges that can be edited by what is shown, and of those of which one knows where to look.

    The first: at least half of the changed lines are shown, or all of the definition around them. The second: any of the changed lines, or
    a line of that definition's head.
    """
    counted = [one for one in ranges if not one.incidental]
    if not counted:
        return 0.0, 0.0
    editable = known = 0
    for one in counted:
        lines, got = lines_of.get(one.path, ()), shown.get(one.path, ())
        changed = _solid(lines, one.start, one.end) or list(range(one.start, one.end + 1))
        have = sum(number in got for number in changed) / len(changed)
        whole = False
        if one.def_start:
            inside = _solid(lines, one.def_start, one.def_end)
            whole = bool(inside) and sum(number in got for number in inside) >= _MOST_OF * len(inside)
            near = range(one.def_start, min(one.def_start + HEAD, one.def_end + 1))
        else:
            near = range(one.start - _AROUND, one.end + _AROUND + 1)
        editable += have >= 0.5 or whole
        known += have > 0 or any(number in got for number in near)
    return editable / len(counted), known / len(counted)


def _solid(lines: Sequence[str], first: int, last: int) -> list[int]:
    return [number for number in range(first, min(last, len(lines)) + 1) if lines[number - 1].strip()]
