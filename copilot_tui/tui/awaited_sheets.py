"""Sheets that a person asked for by a key and that are still being made ready beside the screen.

Invariant: a key that was pressed behind that one is meant for the sheet, or for nothing: where none comes it does not fall to what stands
below. What is pressed when `PATIENCE_SECONDS` have passed is meant for what the person sees.
"""

import asyncio
import contextlib
from math import inf
from time import monotonic

PATIENCE_SECONDS = 1.0


class AwaitedSheets:
    """What is being made ready; times are those of events, in seconds of the clock of `monotonic`."""

    def __init__(self) -> None:
        self._begun: dict[object, tuple[float, object]] = {}  # when, and what stood on top then
        self._is_settled = asyncio.Event()
        self._vain_before = -inf

    def begin(self, top: object) -> object:
        """Work for a sheet begins while `top` is the topmost screen; gives what ends it."""
        now, token = monotonic(), object()
        # Work that was ended before it began does not say so.
        self._begun = {old: one for old, one in self._begun.items() if now < one[0] + PATIENCE_SECONDS}
        self._begun[token] = now, top
        self._is_settled.clear()
        return token

    def end(self, token: object, top: object) -> None:
        """The work has ended, and `top` is the topmost screen now: another one where the sheet came."""
        found = self._begun.pop(token, None)
        if found is not None and found[1] is top:
            self._vain_before = monotonic()
        if not self._begun:
            self._is_settled.set()

    def holds(self, time: float) -> bool:
        """Whether what was pressed at this time waits for a sheet."""
        return any(time < begun + PATIENCE_SECONDS for begun, _ in self._begun.values())

    def is_vain(self, time: float) -> bool:
        """Whether what was pressed at this time was meant for a sheet that did not come."""
        return time < self._vain_before

    async def wait(self) -> None:
        """Wait until all of them are there; what takes longer than the person's patience is waited for no more."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_settled.wait(), PATIENCE_SECONDS)
        for token, (_, top) in tuple(self._begun.items()):
            self.end(token, top)
