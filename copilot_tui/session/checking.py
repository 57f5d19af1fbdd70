"""What the checks and the computed risk say of a change that no request made, found beside the event loop while the review is shown.

Invariant: the checks of one proposal run once; until they have ended the proposal says that it is unchecked.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot_tui.context.engine import ContextEngine
    from copilot_tui.review.proposal import Proposal
    from copilot_tui.review.risk import Callers
    from copilot_tui.workspace.repository import Repository

_GRACE = 0.3  # seconds that a review waits for its checks before it is shown without them


class Checking:
    """Runs the checks of the proposals that one session is given."""

    def __init__(self) -> None:
        self.pause: Callable[[], object] = int  # called every few milliseconds of checking; what it raises ends that
        self._begun: tuple[Proposal, asyncio.Task[Proposal]] | None = None

    def begin(self, proposal: "Proposal", callers: "Callers") -> "asyncio.Task[Proposal]":
        """The proposal with what is found, as soon as that has ended."""
        if self._begun is None or self._begun[0] is not proposal:
            self._begun = (proposal, asyncio.create_task(asyncio.to_thread(checked, proposal, callers, self.pause)))
        return self._begun[1]

    async def shortly(self, proposal: "Proposal", callers: "Callers") -> "Proposal":
        """The proposal, with what is found if that takes no more than a moment."""
        task = self.begin(proposal, callers)
        await asyncio.wait({task}, timeout=_GRACE)
        return await task if task.done() else proposal


def checked(proposal: "Proposal", callers: "Callers | None", pause: Callable[[], object] = int) -> "Proposal":
    """The proposal with the findings of the checks and the computed risk, beside what was found before, as by a command that was tried.

    Parses every file: not for the event loop; what `pause` raises ends the work.
    """
    from copilot_tui.checks.run import run_checks  # noqa: PLC0415  (a session is made before the first screen is painted)
    from copilot_tui.context.collecting import without_collecting  # noqa: PLC0415
    from copilot_tui.review.risk import with_computed_risk  # noqa: PLC0415

    with without_collecting():  # one search for cycles through a large review takes longer than a key may
        found = run_checks(proposal.change_set, proposal.snapshot, pause=pause)
        findings = (*found, *(one for one in proposal.findings if one not in found))
        return with_computed_risk(replace(proposal, findings=findings, is_unchecked=False), callers, pause)


def callers_in(repository: "Repository", context: "ContextEngine | None" = None) -> "Callers":
    """What finds the callers of names: the symbol graph where the index is whole, else one search by git."""

    def find(names: Collection[str]) -> Mapping[str, tuple[str, ...]]:
        from copilot_tui.workspace.callers import CallFinder  # noqa: PLC0415

        known = context.referring(names) if context is not None else None
        return known if known is not None else CallFinder(repository)(names)

    return find
