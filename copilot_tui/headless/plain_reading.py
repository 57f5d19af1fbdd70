"""Lines from the person in plain mode.

Invariant: a prompt is written only where a person sits at a terminal; the end of the input is None and asks nothing again.
"""

import asyncio
import sys


async def read_line(prompt: str) -> str | None:
    """A line from the person, None at the end of the input."""

    def ask() -> str | None:
        try:
            return input(prompt if sys.stdin.isatty() else "")
        except EOFError:
            return None

    return await asyncio.to_thread(ask)
