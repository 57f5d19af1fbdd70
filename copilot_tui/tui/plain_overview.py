"""An overview of the repository as a plain value.

Invariant: it is an `Overview` that loads nothing, so that the first screen has one before the session is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PlainOverview:
    """An overview as a value: what is known before the session is open, and what recordings say."""

    name: str
    branch: str = ""
    changes: int = 0
    models: tuple[tuple[str, str], ...] = ()
    context_budget: int = 0
    cost: float | None = None
    cost_cap: float | None = None
    no_model: str = ""
    notices: tuple[str, ...] = ()
    acceptance: Mapping[str, float] = field(default_factory=dict)
