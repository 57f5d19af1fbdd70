"""Which of the accepted units make a command fail: delta debugging over the decisions.

Invariant: nothing is run here; the caller says whether a set of units fails, and is asked at most once for each set.
"""

from collections.abc import Callable, Collection, Hashable, Sequence
from itertools import pairwise
from typing import TypeVar

from copilot_tui.diff.change import ChangeSet
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.in_place import landing_change_set
from copilot_tui.review.review import Review, Unit

Item = TypeVar("Item", bound=Hashable)


def minimise(items: Sequence[Item], fails: Callable[[tuple[Item, ...]], bool]) -> tuple[Item, ...]:
    """A smallest part of `items` that still fails: without any single one of it, it does not. All items together must fail.

    The algorithm is ddmin of Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input" (2002).
    """
    known: dict[frozenset[Item], bool] = {}

    def test(part: tuple[Item, ...]) -> bool:
        key = frozenset(part)
        if key not in known:
            known[key] = fails(part)
        return known[key]

    rest = tuple(items)
    count = 2
    while len(rest) > 1:
        parts = _split(rest, count)
        smaller = next((part for part in parts if test(part)), None)
        if smaller is not None:
            rest, count = smaller, 2
            continue
        without = [tuple(item for item in rest if item not in set(part)) for part in parts] if count > 2 else []
        smaller = next((part for part in without if test(part)), None)
        if smaller is not None:
            rest, count = smaller, max(count - 1, 2)
        elif count < len(rest):
            count = min(2 * count, len(rest))
        else:
            break
    return rest


def _split(items: tuple[Item, ...], count: int) -> list[tuple[Item, ...]]:
    """`items` in `count` parts of almost equal size, in their order."""
    edges = [len(items) * number // count for number in range(count + 1)]
    return [items[first:last] for first, last in pairwise(edges) if first < last]


def accepted_units(review: Review) -> tuple[Unit, ...]:
    """The units that would stand, wholly or in part, in the order of the diff: of a review in place also the undecided ones."""
    standing = {Decision.ACCEPTED, None} | ({Decision.PENDING} if review.proposal.is_in_place else set())
    return tuple(
        unit for unit in review.units if review.state(unit) in standing and review.withheld_reason(unit) is None
    )


def accepted_only(review: Review, units: Collection[Unit]) -> ChangeSet:
    """What would be written if of all accepted units only these were."""
    for unit in accepted_units(review):
        if unit not in units:
            review = decide(review, unit, Decision.REJECTED)
    return landing_change_set(review)
