"""Threads that compute for the screen stand back while a key is answered.

The interpreter runs one thread at a time, and one that computes takes as much of it as the one that answers. Invariant: what computes is
held up for a moment after each key and never for ever, also where it pauses at every step; of one kind only one thing is computed at a
time; nothing is computed on for a screen that is being left.
"""

import asyncio
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

_ANSWER_SECONDS = 0.05  # what a key may take to be answered
_LATE_SECONDS = 0.1  # what one may take of which nothing is painted yet
_LOOK_SECONDS = 0.01  # between two looks whether something is
_LONGEST_SECONDS = 0.15  # what keys one behind the other may hold up
_TURN_SECONDS = 0.005  # of computing, which whoever was held up so long may then do while keys come
_BETWEEN_TURNS = 0.05  # seconds: no key bears the turns of two
_Value = TypeVar("_Value")


class Courtesy:
    """When the person last pressed a key, for those who wait because of it."""

    def __init__(self) -> None:
        self._until = self._painted_by = 0.0
        self._is_over = False
        self.owes_paint = False  # of the last key nothing was painted yet
        self._turns = threading.local()  # up to which time of its own a thread that was held up long goes on
        self._next_turn = 0.0
        self._lock = threading.Lock()
        self._lanes: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def give_way(self) -> None:
        """A key has come: whoever computes stands back from now on."""
        now = time.monotonic()
        self._until, self._painted_by = now + _ANSWER_SECONDS, now + _LATE_SECONDS
        self.owes_paint = True

    def end(self) -> None:
        """The person leaves: whoever computes gives up at the next pause, as the end of the program waits for its threads."""
        self._is_over = True

    def pause(self) -> None:
        """Called by threads that compute, every few milliseconds of work: wait where a key is being answered, and the keys behind it.

        Raises asyncio.CancelledError once the person leaves, which ends the work as a cancelled one.
        """
        self.stand_back()
        if self._is_over:
            raise asyncio.CancelledError

    def stand_back(self) -> None:
        """The pause of what has to be done in any case: once the person leaves it is no longer held up."""
        if self._left() > 0 and time.thread_time() >= getattr(self._turns, "until", 0.0):
            self._wait()

    def _left(self) -> float:
        """Seconds until the answer is there, or is to be looked for again."""
        now = time.monotonic()
        if self.owes_paint and self._until <= now < self._painted_by:
            return min(_LOOK_SECONDS, self._painted_by - now)
        return self._until - now

    def _wait(self) -> None:
        ends = time.monotonic() + _LONGEST_SECONDS
        while not self._is_over and (left := self._left()) > 0 and not self._takes_turn(ends):
            time.sleep(min(left, max(0.001, max(ends, self._next_turn) - time.monotonic())))

    def _takes_turn(self, ends: float) -> bool:
        """Whether a thread was held up until `ends`, and goes on for a moment although keys come."""
        with self._lock:
            now = time.monotonic()
            if now < max(ends, self._next_turn):
                return False
            self._next_turn = now + _BETWEEN_TURNS
        self._turns.until = time.thread_time() + _TURN_SECONDS
        return True

    async def beside(self, kind: str, work: Callable[[], _Value]) -> _Value:
        """Do work in a thread beside the event loop, one of its kind at a time."""
        async with self._lanes[kind]:
            return await asyncio.to_thread(self._begin, work)

    def _begin(self, work: Callable[[], _Value]) -> _Value:
        from copilot_tui.context.collecting import without_collecting  # noqa: PLC0415  (in the thread that needs it)

        self.pause()
        with without_collecting():  # one search for cycles through a large review takes longer than a key may
            return work()
