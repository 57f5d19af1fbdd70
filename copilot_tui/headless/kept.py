"""`copilot-tui review --unfinished` and `--resume`: reviews that a quit, a crash or a kill left undecided.

Invariant: listing and loading write nothing.
"""

from dataclasses import asdict

from copilot_tui.errors import UsageError
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.session.checking import callers_in, checked
from copilot_tui.session.kept_reviews import KeptReview, KeptReviews
from copilot_tui.session.review_source import LoadedReview
from copilot_tui.visible import visible
from copilot_tui.workspace.repository import Repository

_SHOWN = ("identity", "when", "title", "hunks", "decided")


def list_unfinished(kept: KeptReviews, *, as_json: bool) -> int:
    """Print the reviews that nobody is deciding now, newest first; gives the exit status."""
    found = kept.unfinished()
    if as_json:
        say_json({"version": 1, "unfinished": [_plain(one) for one in found]})
    elif not found:
        say("No review was left unfinished here.")
    for one in () if as_json else found:
        say(f"{one.identity}  {one.when[:16]}  {one.decided} of {one.hunks} decided  {visible(one.title)}")
    return 0


def load_kept(repository: Repository, kept: KeptReviews, source: str, identity: str) -> LoadedReview:
    """A kept review on the files as they are now, its checks run; what changed meanwhile is remarked. Raises `CopilotTuiError`."""
    if source:
        raise UsageError("--resume goes on with a review that was begun: name no other changes beside it.")
    found = kept.resume(identity)
    for sentence in found.notes:
        remark(sentence)
    review = found.review
    if review.proposal.is_unchecked:  # it was left before its checks had ended
        review = review.with_proposal(checked(review.proposal, callers_in(repository)))
    return LoadedReview(review, found.left_out)


def _plain(one: KeptReview) -> dict[str, object]:
    return {name: value for name, value in asdict(one).items() if name in _SHOWN}
