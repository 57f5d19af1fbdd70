"""What a call costs.

Invariant: the person's own price for a model wins over the table's; a model without a price costs None, never nought.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from copilot_tui.config.settings import Price
from copilot_tui.models.call import Usage

_MILLION = 1_000_000


@cache
def price_table() -> Mapping[str, Price]:
    """The prices that come with the program, by the beginning of the model's name."""
    text = resources.files("copilot_tui.models").joinpath("prices.toml").read_text(encoding="utf-8")
    return {name: Price(**entry) for name, entry in tomllib.loads(text).items()}


def price_of(model: str, own: Mapping[str, Price]) -> Price | None:
    """The price of `model`: the person's own if there is one, else the table's; a vendor before a slash may be left out."""
    for table in (own, price_table()):
        for name in (model, model.rpartition("/")[2]):
            fitting = [
                start for start in table if name == start or name.startswith((f"{start}-", f"{start}:", f"{start}@"))
            ]
            if fitting:
                return table[max(fitting, key=len)]
    return None


def cost_of(usage: Usage, price: Price | None) -> float | None:
    """The dollars that `usage` costs; None if the price is not known."""
    if price is None:
        return None
    cached = min(usage.cached_tokens, usage.prompt_tokens)
    cached_price = price.input if price.cached is None else price.cached
    fresh = usage.prompt_tokens - cached
    return (fresh * price.input + cached * cached_price + usage.completion_tokens * price.output) / _MILLION
