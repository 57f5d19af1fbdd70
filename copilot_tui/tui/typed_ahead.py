"""Keys that come faster than the screen follows: each one goes where it would go if the person waited before it.

Invariant: a key waits for the sheet that a key before it opened, and one that is no text for what was typed into the box before it; no
key is left out or put before another.
"""

import asyncio
import contextlib
from typing import Any

from textual.screen import Screen

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
        stands = asyncio.Event()
        if box.call_later(stands.set):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stands.wait(), _MOST_SECONDS)
