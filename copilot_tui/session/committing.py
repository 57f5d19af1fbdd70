"""What landed in a session and is not committed yet: its message, and the commit.

Invariant: a commit holds what landed in this session and still stands, and nothing else.
"""

import asyncio
from collections.abc import Callable, Sequence

from copilot_tui.diff.change import ChangeSet
from copilot_tui.errors import UsageError
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review
from copilot_tui.session.landed import kept_of_landing
from copilot_tui.session.parts import Parts
from copilot_tui.steps.commit_message import commit_message
from copilot_tui.steps.workshop import Workshop
from copilot_tui.workspace.commit import commit_landings
from copilot_tui.workspace.receipt import Receipt
from copilot_tui.workspace.trust import Trust


class Uncommitted:
    """The landings of one session; `landed_ever` gives all of the repository's, taken back or not."""

    def __init__(self, parts: Parts, landed_ever: Callable[[], Sequence[Receipt]]) -> None:
        self._parts = parts
        self._landed_ever = landed_ever
        self._landed: list[tuple[Receipt, Proposal, ChangeSet]] = []

    def add(self, receipt: Receipt, review: Review, accepted: ChangeSet) -> None:
        """Something has landed."""
        self._landed.append((receipt, *kept_of_landing(review.proposal, accepted)))

    async def suggest_message(self, workshop: Workshop) -> str:
        """A message for what landed last, written by the summarize role; the request's own words where it has no answer."""
        _, proposal, accepted = (await self._standing())[-1]
        recent = await asyncio.to_thread(self._parts.repository.recent_subjects, 8)
        return await commit_message(workshop, proposal, accepted, recent)

    async def commit(self, message: str) -> str:
        """Commit what still stands; gives the commit's short id; raises `RepositoryError`."""
        numbers = [receipt.number for receipt, _, _ in await self._standing()]
        repository, state = self._parts.repository, self._parts.folders.state
        co_author = self._parts.settings.co_author

        def make() -> str:
            trusted = Trust(state, repository).is_trusted()
            return commit_landings(repository, state, numbers, message, trusted=trusted, co_author=co_author)

        short_id = await asyncio.to_thread(make)
        self._landed.clear()
        return short_id

    async def _standing(self) -> list[tuple[Receipt, Proposal, ChangeSet]]:
        """What landed in this session, is not committed and was not taken back since; raises `UsageError` if that is nothing."""
        undone = {receipt.number for receipt in await asyncio.to_thread(self._landed_ever) if receipt.undone}
        standing = [landed for landed in self._landed if landed[0].number not in undone]
        if not standing:
            raise UsageError("Nothing that landed in this session still stands, so there is nothing to commit.")
        return standing
