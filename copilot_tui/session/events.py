"""Everything that a session tells its faces, as one union.

Invariant: every request ends with exactly one of `ProposalReady`, `RequestFailed` and `RequestCancelled`.
"""

from dataclasses import dataclass

from copilot_tui.review.review import Review
from copilot_tui.steps.events import StepEvent


@dataclass(frozen=True, slots=True)
class ProposalReady:
    """The proposal is there and waits for decisions."""

    review: Review


@dataclass(frozen=True, slots=True)
class RequestFailed:
    """No proposal: one sentence that says why and what to do. The request's text is kept by whoever typed it."""

    sentence: str
    exit_status: int


@dataclass(frozen=True, slots=True)
class RequestCancelled:
    """The person cancelled; nothing is proposed."""


Event = StepEvent | ProposalReady | RequestFailed | RequestCancelled
