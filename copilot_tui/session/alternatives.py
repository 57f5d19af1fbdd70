"""Best of several: another candidate for the same region in the place of the one under review.

Invariant: every candidate is checked and admitted like the first one, and nothing is decided in it.
"""

from dataclasses import replace
from types import MappingProxyType

from copilot_tui.autonomy.admit import admit
from copilot_tui.checks.names import SymbolIndex
from copilot_tui.checks.run import run_checks
from copilot_tui.review.review import Review


def next_alternative(review: Review, symbols: SymbolIndex) -> Review:
    """The review of the candidate after the present one, around the end; the same review where there is no other.

    What a critique said of the hunks of one candidate is not said of another's.
    """
    proposal = review.proposal
    digests = [one.digest for one in proposal.alternatives]
    if len(digests) < 2:
        return review
    here = digests.index(proposal.change_set.digest) if proposal.change_set.digest in digests else -1
    chosen = proposal.alternatives[(here + 1) % len(digests)]
    return Review.of(
        replace(
            proposal,
            change_set=chosen,
            admission=admit(chosen, proposal.scope, proposal.snapshot),
            findings=run_checks(chosen, proposal.snapshot, symbols),
            notes=MappingProxyType({}),
        )
    )
