"""Keys one after the other: each one acts when what the key before it does is done, and goes where it would go if the person waited.

Invariant: none is put before another, and none is lost with a sheet that goes or acts on what stands below a sheet that is still to come.
Letters in a box of text, and keys that move, take their turn where they go: what comes behind them need not wait.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual import events
from textual.message_pump import MessagePump
from textual.screen import Screen

from copilot_tui.tui.awaited_sheets import AwaitedSheets
from copilot_tui.tui.typed_ahead import await_sheet, await_shown, drain, is_box

if TYPE_CHECKING:
    from copilot_tui.tui.app import CopilotApp

_LEAVES = "ctrl+q"  # at any time
# Held down they come faster than a slow machine draws: what they do in between need not be seen.
_MOVING = frozenset({"up", "down", "left", "right", "pageup", "pagedown", "home", "end"})


class KeyOrder:
    """What was typed and waits for its turn."""

    def __init__(self, app: "CopilotApp", sheets: AwaitedSheets) -> None:
        self._app = app
        self._sheets = sheets
        self._waiting: deque[events.Key | events.Paste] = deque()
        self._is_acting = False  # a key was handed on, and what it does is not done yet
        self._is_giving = False  # the first of those that wait is being handed on
        self._task: asyncio.Task[None] | None = None

    def keeps(self, event: events.Key | events.Paste) -> bool:
        """Whether the event waits for its turn, when it comes again, or was meant for a sheet that did not come."""
        if isinstance(event, events.Key) and event.key == _LEAVES:
            return False
        is_awaiting_sheet = self._sheets.holds(event.time)
        if self._is_acting or is_awaiting_sheet or (self._waiting and not self._is_giving):
            (self._waiting.appendleft if self._is_giving else self._waiting.append)(event)
            if not self._is_acting:
                self._await(self._app.screen, ())
            return True
        return self._sheets.is_vain(event.time) and not self._is_text(event)

    def acts(self, event: events.Key) -> None:
        """The key is about to be handed to what has the focus: what is typed next waits for what it does."""
        if event.key in _MOVING or self._is_text(event):
            return
        screen = self._app.screen
        parts = [self._app.focused or screen]
        if event.key == "enter":
            from copilot_tui.tui.row_list import RowList  # noqa: PLC0415  (after the first paint)

            parts.extend(screen.query(RowList))  # what is typed into a box often chooses one of the rows below it
        # A key goes up from the focus to the application, which does its action; what that says to a widget goes up once more.
        self._await(screen, [node for part in parts for _ in range(2) for node in part.ancestors_with_self])

    async def hand_on(self, keys: Sequence[events.Key]) -> None:
        """Let these act, the first one now, before all that waits."""
        self._waiting.extendleft(reversed(keys))
        await self._give()

    def _is_text(self, event: events.Key | events.Paste) -> bool:
        return is_box(self._app.focused) and (isinstance(event, events.Paste) or event.is_printable)

    def _await(self, screen: Screen[Any], nodes: Sequence[MessagePump]) -> None:
        self._is_acting = True
        self._task = asyncio.create_task(self._settle(screen, nodes))

    async def _settle(self, screen: Screen[Any], nodes: Sequence[MessagePump]) -> None:
        try:
            for node in nodes:
                if screen not in self._app.screen_stack:
                    break
                await drain(node)
            await drain(self._app)
            if self._waiting and self._sheets.holds(self._waiting[0].time):
                await self._sheets.wait()
            for top in self._app.screen_stack[-1:]:
                if top is not screen:
                    await await_sheet(top)
                    await await_shown(top)
                    await drain(self._app)  # where the focus goes is said to the application
        finally:
            self._app.call_later(self._go_on)

    async def _go_on(self) -> None:
        self._is_acting = False
        await self._give()

    async def _give(self) -> None:
        if self._is_giving:
            return  # what gives goes on with it
        self._is_giving = True
        try:
            while self._waiting and not self._is_acting:
                await self._app.on_event(self._waiting.popleft())
        finally:
            self._is_giving = False
