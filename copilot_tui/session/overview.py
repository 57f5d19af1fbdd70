"""What a face says about the session at a glance.

Invariant: an overview is made from what is known; nothing is called or started for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from copilot_tui.models.call import Role
from copilot_tui.session.kept_reviews import KeptReview
from copilot_tui.session.ledger import Ledger
from copilot_tui.session.log import log_file
from copilot_tui.session.parts import Parts
from copilot_tui.session.stats import recent_acceptance
from copilot_tui.visible import visible

_SHOWN_ROLES = (Role.EDIT, Role.PLAN)


@dataclass(frozen=True, slots=True)
class Overview:
    """`models`: role to model as a person reads it; `cost` and `cost_cap` in dollars, None where unknown or without a cap.

    `acceptance` is level to the share of hunks that they accept, where enough is known.
    `no_model` is empty, or the sentence that says why no model can answer; `notices` are what the person should read at the start.
    """

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


def overview_of(parts: Parts, ledger: Ledger, unfinished: Sequence[KeptReview] = ()) -> Overview:
    """What is known now; `unfinished`: the reviews that wait to be taken up again, newest first."""
    described = [(role.value, parts.models.describe(role)) for role in _SHOWN_ROLES]
    spent = ledger.session
    return Overview(
        name=parts.repository.root.name,
        branch=parts.repository.branch(),
        changes=len(parts.repository.status()),
        models=tuple(pair for index, pair in enumerate(described) if not index or pair[1] != described[0][1]),
        context_budget=parts.models.context_budget(Role.EDIT),
        cost=None if spent.unpriced and not spent.dollars else spent.dollars,
        cost_cap=parts.settings.caps.session_dollars,
        no_model=parts.no_model(),
        acceptance=recent_acceptance(log_file(parts.folders.state)),
        notices=(*parts.settings.notices, *parts.notices, *parts.troubles(), *map(_offer, unfinished[:1])),
    )


def _offer(kept: KeptReview) -> str:
    title = visible(kept.title[:40])
    return f"A review was left unfinished ({title}: {kept.decided} of {kept.hunks} hunks decided): /resume goes on with it."
