"""A review without known keys in its words, as it may be kept.

Invariant: the change, its decisions, its scope and all paths are the same; every other text that is written of a review may differ.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from types import MappingProxyType
from typing import Any

from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review
from copilot_tui.session.known_keys import KnownKeys

# What decisions restore or are bound to, and what is never written of a proposal; a field that is new is struck unless it stands here.
_NO_WORDS = frozenset({"scope", "snapshot", "change_set", "admission", "alternatives", "answers"})
_NO_WORDS_INSIDE = frozenset({"path", "target", "unlocked", "edit"})


class Striking:
    """Strikes keys out of reviews; as long as the words of a proposal stay the same, so does the proposal that is given."""

    def __init__(self, keys: KnownKeys) -> None:
        self._keys = keys
        self._known: tuple[Proposal, tuple[str, ...], Proposal] | None = None

    def without_keys(self, review: Review) -> Review:
        """The review to keep; the very same one where no key stands in its words."""
        proposal = self._proposal(review.proposal)
        comments = tuple((key, self._keys.strike(words)) for key, words in review.comments)
        if proposal is review.proposal and comments == review.comments:
            return review
        return replace(review, proposal=proposal, comments=comments)

    def _proposal(self, proposal: Proposal) -> Proposal:
        keys, known = self._keys.every, self._known
        if known is not None and known[0] is proposal and known[1] is keys:
            return known[2]
        struck: Proposal = _struck(proposal, self._keys.strike_cut, _NO_WORDS)
        if known is not None and known[0] is proposal and known[2] == struck:
            struck = known[2]
        self._known = (proposal, keys, struck)
        return struck


def _struck(value: Any, strike: Callable[[str], str], left: frozenset[str] = _NO_WORDS_INSIDE) -> Any:  # noqa: ANN401  (what comes in comes out)
    """The value with each text in it struck, but for the fields that are left; the very same one where nothing changes."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        struck = strike(value)
        return value if struck == value else struck
    if isinstance(value, tuple):
        parts = tuple(_struck(one, strike) for one in value)
        return value if all(map(_is_same, parts, value)) else parts
    if isinstance(value, Mapping):
        values = {key: _struck(one, strike) for key, one in value.items()}
        return value if all(map(_is_same, values.values(), value.values())) else MappingProxyType(values)
    if is_dataclass(value) and not isinstance(value, type):
        wanted = [field.name for field in fields(value) if field.name not in left]
        changed = {name: _struck(getattr(value, name), strike) for name in wanted}
        changed = {name: one for name, one in changed.items() if one is not getattr(value, name)}
        return replace(value, **changed) if changed else value
    return value


def _is_same(one: object, other: object) -> bool:
    return one is other
