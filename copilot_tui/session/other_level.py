"""The proposal at hand under another level, without a call.

Invariant: the change set stays as it was proposed; what the other level withholds is not accepted.
"""

from dataclasses import replace

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.scope import make_scope
from copilot_tui.config.settings import Budgets
from copilot_tui.review.review import Review
from copilot_tui.session.growing import without_withheld


def at_level(review: Review, level: AutonomyLevel, budgets: Budgets) -> Review:
    """The review with the scope and the budget of `level`; raises `TargetError`."""
    proposal = review.proposal
    target = proposal.request.target
    if level is AutonomyLevel.DIRECTORY and target.path not in proposal.snapshot.known_paths:
        target = replace(target, path=target.path.rpartition("/")[0], lines=None)
    request = replace(proposal.request, level=level, budget=budgets.of(level), target=target)
    scope = make_scope(request, proposal.snapshot)
    admission = admit(proposal.change_set, scope, proposal.snapshot)
    changed = replace(review, proposal=replace(proposal, request=request, scope=scope, admission=admission))
    return without_withheld(changed)
