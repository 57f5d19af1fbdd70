"""A plan that waits for a person's word before its edits start.

Invariant: nothing goes on without an answer, and an answer that nobody waits for changes nothing.
"""

import asyncio

from copilot_tui.errors import UsageError
from copilot_tui.steps.events import PlanStep


class PlanAnswer:
    """The answer to the plan of the request that runs."""

    def __init__(self) -> None:
        self._awaited: asyncio.Future[tuple[PlanStep, ...] | None] | None = None

    async def wait(self, _steps: tuple[PlanStep, ...]) -> tuple[PlanStep, ...]:
        """The steps that the person agrees to; raises `UsageError` where they stop it."""
        self._awaited = asyncio.get_running_loop().create_future()
        try:
            answer = await self._awaited
        finally:
            self._awaited = None
        if not answer:
            raise UsageError("The plan was stopped: nothing was changed.")
        return answer

    def give(self, steps: tuple[PlanStep, ...] | None) -> None:
        """Go on with these steps, or with None stop the request that waits for its plan."""
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(steps)
