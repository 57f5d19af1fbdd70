"""What is recorded beside a session's own requests: sessions before, numbers, proposals of others, decisions to draw a rule from.

Invariant: nothing here lands anything.
"""

import asyncio
from dataclasses import dataclass

from copilot_tui.errors import CopilotTuiError, UsageError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide_rest
from copilot_tui.session.conversation import Conversation
from copilot_tui.session.log import SessionLog, log_file
from copilot_tui.session.memory import Memory
from copilot_tui.session.parts import Parts
from copilot_tui.session.shelf import Shelf
from copilot_tui.session.stats import By, Stats, stats_of
from copilot_tui.session.waiting import Waiting, WaitingBox
from copilot_tui.visible import visible


@dataclass(frozen=True, slots=True)
class Records:
    """`shelf`: the sessions; `memory`: what a rule may be drawn from; `waiting`: the proposals of other agents and of `watch`."""

    parts: Parts
    shelf: Shelf
    memory: Memory
    waiting: WaitingBox
    conversation: Conversation

    def go_on(self, identity: str) -> tuple[int, str]:
        """Go on with the conversation of an earlier session, by its name or identity (the newest of this repository without one).

        Gives how many of its requests the next one is told of, and the review that it left unfinished (empty for none). Waits for the disk;
        raises `UsageError` where there is no such session, or it is of another repository.
        """
        session, turns = self.shelf.conversation(identity)
        if not self.shelf.has(session):
            other = "another" if session.repository == self.shelf.repository else "the"
            raise UsageError(
                f"That session was of {other} repository {visible(session.repository)}: go on with it there."
            )
        if turns:
            self.conversation.go_on(turns)
        return len(turns), self.shelf.unfinished(session.identity)

    async def stats(self, by: By) -> Stats:
        """What became of proposals, and what they cost, in every repository."""
        return await asyncio.to_thread(stats_of, log_file(self.parts.folders.state), by)

    async def reject_waiting(self, identity: str) -> Waiting:
        """Reject a waiting proposal as a whole; raises `UsageError` where there is none that waits."""
        return await asyncio.to_thread(self._reject, identity)

    def _reject(self, identity: str) -> Waiting:
        state = self.waiting.find(identity).state
        if state != "waiting":
            raise UsageError(f"The proposal {identity} is {state} already.")
        try:
            review = self.waiting.review_of(self.parts.repository, identity)
        except CopilotTuiError:
            return self.waiting.decide(identity, None, None)  # nothing of it fits any more
        review = decide_rest(review, None, Decision.REJECTED)
        self.memory.take(review)
        log = SessionLog(log_file(self.parts.folders.state), self.parts.repository.root)  # beside the review at hand
        log.take_up(review)
        log.leave(review)
        return self.waiting.decide(identity, review, None)
