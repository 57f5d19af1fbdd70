"""A review without known keys in its words, as it may be kept.

Invariant: the change, its decisions and its scope are the same; only the request's words, titles and the person's comments may differ.
"""

from dataclasses import replace

from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review
from copilot_tui.session.known_keys import KnownKeys


class Striking:
    """Strikes keys out of reviews; as long as the words of a proposal stay the same, so does the proposal that is given."""

    def __init__(self, keys: KnownKeys) -> None:
        self._keys = keys
        self._known: tuple[Proposal, Proposal] | None = None

    def without_keys(self, review: Review) -> Review:
        """The review to keep; the very same one where no key stands in its words."""
        proposal = self._proposal(review.proposal)
        comments = tuple((key, self._keys.strike(words)) for key, words in review.comments)
        if proposal is review.proposal and comments == review.comments:
            return review
        return replace(review, proposal=proposal, comments=comments)

    def _proposal(self, proposal: Proposal) -> Proposal:
        strike, request = self._keys.strike, proposal.request
        struck = replace(
            proposal,
            request=replace(request, text=strike(request.text), asked_by=strike(request.asked_by)),
            title=strike(proposal.title),
            commit_message=strike(proposal.commit_message),
        )
        if _words(struck) == _words(proposal):
            return proposal
        if self._known is not None and self._known[0] is proposal and _words(struck) == _words(self._known[1]):
            return self._known[1]
        self._known = (proposal, struck)
        return struck


def _words(proposal: Proposal) -> tuple[str, ...]:
    request = proposal.request
    return request.text, request.asked_by, proposal.title, proposal.commit_message
