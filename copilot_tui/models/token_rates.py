"""How each model counts tokens, learned from what its endpoint reports, kept from one start of the program to the next.

Invariant: a counter never counts less than the most that the newest reports came to, and the fewer reports there are, the more it adds.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import sqrt
from pathlib import Path

from copilot_tui.models.memory_file import MOST_ENTRIES, mark_of_place, read_entries, write_entries
from copilot_tui.models.tokens import FIRST_FACTOR, TokenCounter, estimate_tokens, usual_share

_MOST_REPORTS = 8
_LEAST_TOKENS = 200  # of a prompt: in a shorter one the endpoint's own words count too much
_LEAST_USUAL = 0.6  # of a prompt must read as code or prose do
_PLAUSIBLE = (0.4, 4.0)  # tokens to a piece
_SPARE = 0.12  # of the factor with one report; texts of one repository differ by so much
_KEPT_SECONDS = 90 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class TokenRate:
    """What one model's newest reports came to: `factors` tokens to a piece, `characters` to a token in all, and when (since 1970)."""

    factors: tuple[float, ...] = ()
    characters: float = 0.0
    found: float = 0.0

    @property
    def factor(self) -> float:
        """The factor that is counted with."""
        if not self.factors:
            return FIRST_FACTOR
        return max(self.factors) * (1 + _SPARE / sqrt(len(self.factors)))


class TokenRates:
    """The rates by endpoint and model; without a `file` they are forgotten with the program. `clock` gives seconds since 1970."""

    def __init__(self, file: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._rates: dict[str, TokenRate] | None = None

    def rate(self, address: str, model: str) -> TokenRate:
        """What is known of a model."""
        return self._known().get(mark_of_place(address, model), TokenRate())

    def counter(self, address: str, model: str) -> TokenCounter:
        """Counts as the model does, as far as that is known."""
        return TokenCounter(self.rate(address, model).factor)

    def learn(self, address: str, models: tuple[str, ...], text: str, tokens: int) -> None:
        """The endpoint reported so many tokens for a prompt; `models` are all names under which the model is asked for."""
        pieces = estimate_tokens(text)
        if tokens < _LEAST_TOKENS or not _PLAUSIBLE[0] <= tokens / max(pieces, 1) <= _PLAUSIBLE[1]:
            return
        if usual_share(text) < _LEAST_USUAL:
            return
        known = {**self._known(), **(self._read() if self._file is not None else {})}
        for model in dict.fromkeys(models):
            mark = mark_of_place(address, model)
            old = known.get(mark, TokenRate())
            factors = (*old.factors, round(tokens / pieces, 4))[-_MOST_REPORTS:]
            known[mark] = replace(
                old, factors=factors, characters=round(len(text) / tokens, 3), found=float(int(self._clock()))
            )
        newest = dict(sorted(known.items(), key=lambda item: item[1].found)[-MOST_ENTRIES:])
        self._rates = newest
        if self._file is not None:
            entries = {
                mark: {"found": one.found, "factors": list(one.factors), "characters_per_token": one.characters}
                for mark, one in newest.items()
            }
            write_entries(self._file, entries)

    def _known(self) -> dict[str, TokenRate]:
        if self._rates is None:
            self._rates = self._read()
        return self._rates

    def _read(self) -> dict[str, TokenRate]:
        found: dict[str, TokenRate] = {}
        for mark, value in read_entries(self._file).items():
            try:
                factors = tuple(float(one) for one in value["factors"])[-_MOST_REPORTS:]
                rate = TokenRate(factors, float(value["characters_per_token"]), float(value["found"]))
            except (KeyError, TypeError, ValueError):
                continue
            is_plausible = bool(factors) and all(_PLAUSIBLE[0] <= one <= _PLAUSIBLE[1] for one in factors)
            if is_plausible and 0 <= self._clock() - rate.found < _KEPT_SECONDS:
                found[mark] = rate
        return found
