"""Decisions that a command line names by the numbers of hunks.

Invariant: a number that there is not, and a withheld hunk, are errors; `all` passes over what is flagged when it accepts.
"""

from copilot_tui.errors import UsageError
from copilot_tui.headless.propose import accept_named, hunk_numbers
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, decide_rest
from copilot_tui.review.review import Review


def decided_by_numbers(review: Review, accept: str, reject: str) -> Review:
    """The review with `reject` rejected and `accept` accepted (`1,3-5` or `all`); what both name is an error."""
    rejected = set() if reject in {"", "all"} else hunk_numbers(reject)
    accepted = set() if accept in {"", "all"} else hunk_numbers(accept)
    both = rejected & accepted
    if both or (accept == reject == "all"):
        raise UsageError(f"Hunk {min(both) if both else 1} is both accepted and rejected: name it once.")
    for number in sorted(rejected):
        if not 1 <= number <= len(review.units):
            raise UsageError(f"There is no hunk {number}: the change has {len(review.units)}.")
        review = decide(review, review.units[number - 1], Decision.REJECTED)
    if accept:
        review = accept_named(review, accept)
    return decide_rest(review, None, Decision.REJECTED) if reject == "all" else review
