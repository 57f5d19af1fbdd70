"""Checks that end after their review is shown: what they say comes into the pane, and the cursor stays where it is.

Invariant: what comes for another change than the one that is shown is thrown away; no decision changes, and nothing that was found
meanwhile is lost.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_tui.review.proposal import Proposal
    from copilot_tui.tui.bridge import Bridge
    from copilot_tui.tui.main_screen import MainScreen


def await_checks(screen: "MainScreen", bridge: "Bridge") -> None:
    """Show what the checks say of the review in the middle as soon as they have ended, where they have not yet."""
    pane = screen.deciding.pane
    if pane is None or not pane.review.proposal.is_unchecked:
        return
    unchecked = pane.review.proposal

    def take(found: "Proposal") -> None:
        shown = screen.deciding.pane
        if shown is None or shown.review.proposal.change_set is not unchecked.change_set:
            return
        # A command that was tried meanwhile has made another proposal of the same change, which says more.
        present = shown.review.proposal
        gained = tuple(one for one in present.findings if one not in unchecked.findings)
        findings = (*found.findings, *gained)
        review = shown.review.with_proposal(
            replace(present, findings=findings, notes=found.notes, is_unchecked=found.is_unchecked)
        )
        shown.show(review)
        screen.session.replace_review(review, screen.deciding.viewed)

    bridge.call(screen.session.checked(pane.review), take, group="checks")
