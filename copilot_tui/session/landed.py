"""What a session keeps of a landing until it is committed: what a commit message is written from.

Invariant: nothing that was computed for the review is kept, so that a long session does not grow with every landing.
"""

from dataclasses import replace

from copilot_tui.autonomy.admit import Admission
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.review.proposal import Proposal


def kept_of_landing(proposal: Proposal, accepted: ChangeSet) -> tuple[Proposal, ChangeSet]:
    """The proposal without its files, hunks and answers, and what was accepted as if it had just been made."""
    landed = ChangeSet(tuple(replace(change) for change in accepted))
    whole = landed if accepted.digest == proposal.change_set.digest else ChangeSet()
    kept = replace(
        proposal,
        snapshot=Snapshot(),
        change_set=whole,
        admission=Admission(whole, whole),
        refusals=(),
        findings=(),
        notes={},
        alternatives=(),
        answers=(),
    )
    return kept, landed
