"""Waiting until what a key did stands: a sheet with its box, the text in a box, what a screen that comes to the top has to do.

Invariant: a wait ends: with a widget that is taken away, and by itself where one does not say that it is done.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

_MOST_SECONDS = 1.0
_LOOK_SECONDS = (
    0.05  # between two looks whether a widget is still there: one that is taken away does not say that it is done
)


async def await_sheet(screen: Screen[Any]) -> None:
    """Wait until the screen is in place: one that is not yet knows neither its keys nor its box."""
    if not screen.is_mounted:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(screen._mounted_event.wait(), _MOST_SECONDS)  # noqa: SLF001  (Textual tells only who opened it)


async def await_text(screen: Screen[Any]) -> None:
    """Wait until what was typed into a box stands there: a key that takes the text is carried out here, a letter in the box."""
    box = screen.focused
    if box is not None and is_box(box):
        await drain(box)


def is_box(widget: Widget | None) -> bool:
    """Whether it takes letters as text."""
    from textual.widgets import Input, TextArea  # noqa: PLC0415  (after the first paint: it needs neither)

    return isinstance(widget, TextArea | Input)


async def await_shown(screen: Screen[Any]) -> None:
    """Wait until a screen that has just come to the top has taken the answer of the one that went, and is drawn."""
    await drain(screen)
    await _wait(screen, screen.call_after_refresh)


async def drain(node: MessagePump) -> None:
    """Wait until a widget has done all that was asked of it so far."""
    await _wait(node, node.call_later)


async def _wait(node: MessagePump, call: Callable[[Callable[[], None]], bool]) -> None:
    stands = asyncio.Event()
    if not node.is_running or not call(stands.set):
        return
    for _ in range(int(_MOST_SECONDS / _LOOK_SECONDS)):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stands.wait(), _LOOK_SECONDS)
        if stands.is_set() or not node.is_running:
            return
