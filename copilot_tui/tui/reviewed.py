"""What is reviewed where it is no answer to what the person asks for now: whose request it was, and what may change by it.

Invariant: what is said comes from the proposal alone, never from where the person aims; its budget is never cut.
"""

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.scope import Scope
from copilot_tui.review.in_place import is_foreign
from copilot_tui.review.review import Review
from copilot_tui.tui.aim import may_change
from copilot_tui.tui.safety import one_line


@dataclass(frozen=True, slots=True)
class Reviewed:
    """`title`: what existing changes are called, where no request is known; else `who` asked, and the `scope` of that request."""

    title: str = ""
    who: str = ""
    scope: Scope | None = None

    def sentence(self, room: int) -> str:
        """Whose proposal it is and what may change by it, in `room` cells; a third of them at most says whose."""
        if self.scope is None:
            return f"reviewing {self.title}, nothing is asked"
        scope, who = self.scope, one_line(self.who, max(1, room // 3))
        return may_change(scope.describe_place(), _short_place(scope), scope.budget, room, f"{who} · ")


def reviewed_in(review: Review, *, is_resumed: bool) -> Reviewed | None:
    """What a review is of; None where it is the answer to a request that the person made in this session."""
    proposal = review.proposal
    if is_foreign(proposal):
        return Reviewed(title=proposal.title)
    if proposal.request.asked_by:
        return Reviewed(who=f"by {proposal.request.asked_by}", scope=proposal.scope)
    return Reviewed(who="taken up again", scope=proposal.scope) if is_resumed else None


def _short_place(scope: Scope) -> str:
    """The place without folders, where it is one of files."""
    if scope.level is AutonomyLevel.REPO:
        return "any file"
    if scope.level is AutonomyLevel.DIRECTORY and not scope.paths:
        return scope.describe_place()
    names = frozenset(PurePosixPath(path).name for path in scope.paths)
    return replace(scope, path=PurePosixPath(scope.path).name, paths=names).describe_place()
