"""Hunks that depend on each other: one uses a name that another brings in, or takes out a name that another stops using.

Invariant: a link is a hint that is never wrong about the texts: both hunks hold the name; it decides nothing by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from copilot_tui.diff.change import ChangeSet
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide_units
from copilot_tui.review.names import HunkNames, names_of_file
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import ItemKind, Review, Unit

_MOST_LINKS = 20  # of one hunk by one name: a name that so many hunks bring in says nothing


class LinkKind(StrEnum):
    """Why a hunk needs another."""

    USES = "uses"
    REMOVES = "removes"


@dataclass(frozen=True, slots=True)
class Link:
    """`hunk` needs `needed`: it uses `name`, which that brings in, or it removes `name`, which that stops using."""

    hunk: HunkKey
    needed: HunkKey
    name: str
    kind: LinkKind

    @property
    def when_rejected(self) -> str:
        """What is wrong where the hunk is accepted and the one that it needs is rejected."""
        if self.kind is LinkKind.USES:
            return f"uses {self.name}, which you rejected"
        return f"takes out {self.name}, which {self.needed.path} still uses: you rejected the hunk that stops it"

    @property
    def why(self) -> str:
        """The link in words, whatever was decided."""
        verb = "brings in" if self.kind is LinkKind.USES else "stops using"
        return f"{self.kind.value} {self.name}, which a hunk of {self.needed.path} {verb}"


def find_links(change_set: ChangeSet, pause: Callable[[], object] = int) -> tuple[Link, ...]:
    """The links between the hunks of a change set, in its order.

    Parses every file: not for the event loop; `pause` is called while texts are parsed.
    """
    hunks = [
        (HunkKey(change.path, index), own)
        for change in change_set
        for index, own in enumerate(names_of_file(change, pause))
    ]
    brought: dict[str, list[HunkKey]] = {}
    stopped: dict[str, list[HunkKey]] = {}
    for key, own in hunks:
        for name in own.defined | own.imported:
            brought.setdefault(name, []).append(key)
        for name in own.no_longer_used:
            stopped.setdefault(name, []).append(key)
    by_key = dict(hunks)
    links = [link for key, own in hunks for link in (*_uses(key, own, brought, by_key), *_removals(key, own, stopped))]
    return tuple(dict.fromkeys(links))


def _uses(
    key: HunkKey, own: HunkNames, brought: Mapping[str, list[HunkKey]], by_key: Mapping[HunkKey, HunkNames]
) -> Sequence[Link]:
    links = []
    for name in sorted((own.used | own.imported) & brought.keys()):
        if name in own.defined or (
            name in own.imported and name not in own.used and _is_own_import(key, name, brought)
        ):
            continue
        # An import in the same file is nearer than the definition that it leads to; without one, the definition is meant.
        same = [other for other in brought[name] if other.path == key.path]
        needed = [other for other in same or brought[name] if other != key]
        if not same or all(name in by_key[other].defined for other in same):
            needed = [other for other in brought[name] if other != key and name in by_key[other].defined]
        if len(needed) <= _MOST_LINKS:
            links += [Link(key, other, name, LinkKind.USES) for other in needed]
    return links


def _is_own_import(key: HunkKey, name: str, brought: Mapping[str, list[HunkKey]]) -> bool:
    """Whether nobody but this hunk brings the name in: it is imported from elsewhere."""
    return brought[name] == [key]


def _removals(key: HunkKey, own: HunkNames, stopped: Mapping[str, list[HunkKey]]) -> Sequence[Link]:
    links = []
    for name in sorted((own.removed | own.removed_imports) & stopped.keys()):
        users = [other for other in stopped[name] if other != key and (name in own.removed or other.path == key.path)]
        if len(users) <= _MOST_LINKS:
            links += [Link(key, other, name, LinkKind.REMOVES) for other in users]
    return links


def broken_links(review: Review, links: Sequence[Link]) -> dict[HunkKey, tuple[str, ...]]:
    """For each hunk of which something is accepted, what it needs and the person rejected, each in words."""
    states = _states(review)
    found: dict[HunkKey, list[str]] = {}
    for link in links:
        if Decision.ACCEPTED in states.get(link.hunk, ()) and states.get(link.needed) == {Decision.REJECTED}:
            found.setdefault(link.hunk, []).append(link.when_rejected)
    return {key: tuple(dict.fromkeys(sentences)) for key, sentences in found.items()}


def _states(review: Review) -> dict[HunkKey, set[Decision]]:
    states: dict[HunkKey, set[Decision]] = {}
    for unit in review.units:
        if unit.kind is ItemKind.LINES:
            own = review.files[unit.file].states[unit.first : unit.last]
            states.setdefault(review.key(unit), set()).update(Decision(one) for one in set(own))
    return states


def needed_units(review: Review, unit: Unit, links: Sequence[Link]) -> tuple[Unit, ...]:
    """The unit's hunk with all that it needs, and that these need, as units in the order of the diff."""
    needs: dict[HunkKey, list[HunkKey]] = {}
    for link in links:
        needs.setdefault(link.hunk, []).append(link.needed)
    wanted = {review.key(unit)}
    pending = list(wanted)
    while pending:
        for key in needs.get(pending.pop(), ()):
            if key not in wanted:
                wanted.add(key)
                pending.append(key)
    return tuple(
        one
        for one in review.units
        if one == unit or (review.key(one) in wanted and review.key(one) != review.key(unit))
    )


def accept_with_needed(review: Review, unit: Unit, links: Sequence[Link]) -> Review:
    """The unit accepted together with all that it needs, as one step; of what it needs, what is flagged stays as it is."""
    needed = [one for one in needed_units(review, unit, links) if one == unit or not review.flags(one)]
    return decide_units(review, needed, Decision.ACCEPTED, "accept with what it needs")


def dependency_order(review: Review, links: Sequence[Link]) -> tuple[int, ...]:
    """The indexes of the files, those first that others need; files in a circle, and unlinked ones, as they stand."""
    index = {file.path: number for number, file in enumerate(review.files)}
    needs: dict[int, set[int]] = {number: set() for number in index.values()}
    for link in links:
        if link.hunk.path in index and link.needed.path in index and link.hunk.path != link.needed.path:
            needs[index[link.hunk.path]].add(index[link.needed.path])
    order: list[int] = []
    left = list(range(len(review.files)))
    while left:
        ready = next((number for number in left if not needs[number] - set(order)), left[0])
        order.append(ready)
        left.remove(ready)
    return tuple(order)
