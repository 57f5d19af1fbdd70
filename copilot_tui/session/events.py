"""Everything that a session tells its faces, as one union.

Invariant: every request ends with exactly one of `ProposalReady`, `RequestFailed` and `RequestCancelled`.
"""

from dataclasses import dataclass

from copilot_tui.review.review import Review
from copilot_tui.steps.events import StepEvent


@dataclass(frozen=True, slots=True)
class ProposalGrew:
    """What has come of the answers so far, as a review that can be decided already.

    Decisions on it that are given to `Session.replace_review` are carried into the next one and into the proposal. The whole answers
    have the last word: a change that is shown here may still be refused.
    """

    review: Review


@dataclass(frozen=True, slots=True)
class ProposalReady:
    """The proposal is there and waits for decisions.

    `following`: where the change was larger than its budget, the proposals that come after this one, each to be decided by itself.
    """

    review: Review
    following: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestFailed:
    """No proposal: one sentence that says why and what to do. The request's text is kept by whoever typed it."""

    sentence: str
    exit_status: int


@dataclass(frozen=True, slots=True)
class RequestCancelled:
    """The person cancelled; nothing is proposed."""


Event = StepEvent | ProposalGrew | ProposalReady | RequestFailed | RequestCancelled
