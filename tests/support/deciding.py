"""Decisions that tests make at once, for which the interface has no single verb."""

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide_rest, decide_units, line_units
from copilot_tui.review.review import Review
from copilot_tui.session.session import Session


def decide_lines(review: Review, file: int, first: int, last: int, decision: Decision) -> Review:
    """Changed lines `first` to `last` (not included) of a file, as a range that is picked in the review."""
    return decide_units(review, line_units(review, file, first, last), decision, f"{decision.name.lower()} lines")


def accept_all(session: Session) -> Review:
    """Accept whatever the scope admits and nothing flags of the review at hand."""
    assert session.review is not None
    session.replace_review(decide_rest(session.review, None, Decision.ACCEPTED))
    return session.review
