"""Keys that come faster than the screen follows: each one goes where it would go if the person waited before it.

Invariant: a key waits for the sheet that a key before it opened, one that is no text for what was typed into the box before it, and each
one for what an enter in a box does. Keys behind one that leaves a sheet may be lost with it; none is put before another.
"""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

_MOST_SECONDS = 1.0  # a box that is being taken away does not say that it is done


async def await_sheet(screen: Screen[Any]) -> None:
    """Wait until the screen is in place: one that is not yet knows neither its keys nor its box."""
    if not screen.is_mounted:
        await screen._mounted_event.wait()  # noqa: SLF001  (Textual tells only who opened the screen)


async def await_text(screen: Screen[Any]) -> None:
    """Wait until what was typed into a box stands there: a key that takes the text is carried out here, a letter in the box."""
    from textual.widgets import Input, TextArea  # noqa: PLC0415  (after the first paint: it needs neither)

    box = screen.focused
    if isinstance(box, TextArea | Input):
        await _drain(box)


def is_line(box: Widget) -> bool:
    """Whether it is a box of one line, which takes letters itself and leaves every other key to its bindings."""
    from textual.widgets import Input  # noqa: PLC0415  (after the first paint: it needs none)

    return isinstance(box, Input)


async def await_enter(screen: Screen[Any], box: Widget) -> None:
    """Wait until an enter in a box is carried out: the box says it, the screen takes it, perhaps by way of its rows, and may leave."""
    from copilot_tui.tui.row_list import RowList  # noqa: PLC0415  (after the first paint)

    for node in (part for first in (box, *screen.query(RowList)) for part in (first, *first.ancestors)):
        if screen not in screen.app.screen_stack:
            break
        if isinstance(node, Widget):
            await _drain(node)
            await _drain(node)  # what it did may have been to say something to itself first
    # What takes the answer may be the application's own, which would do it only behind the key that waits here.
    await screen.app._flush_next_callbacks()  # noqa: SLF001
    for below in screen.app.screen_stack[-1:]:
        if below is not screen:
            await _drain(below)  # it takes the answer
            await _wait(below.call_after_refresh)


async def _drain(node: MessagePump) -> None:
    """Wait until a widget has done all that was asked of it so far."""
    await _wait(node.call_later)


async def _wait(call: Callable[[Callable[[], None]], bool]) -> None:
    stands = asyncio.Event()
    if call(stands.set):
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stands.wait(), _MOST_SECONDS)
