"""Comparing a screen with the one that is kept, letter by letter and colour by colour, in a dark and a light theme.

After a wanted change: `UPDATE_SCREENS=1 python -m pytest tests/tui -k golden`, and read the difference.
"""

import os
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tests.tui.screen_text import colours, words

GOLDEN = Path(__file__).parent / "golden"
SIZES = [(80, 24), (160, 50)]


async def assert_is_as_it_was(pilot: Pilot[Any], name: str, size: tuple[int, int]) -> None:
    """Hold the screen as it stands now against `golden/NAME-WIDTHxHEIGHT.txt`."""
    await pilot.pause(0.2)
    parts = [words(pilot)]
    for theme in ("textual-dark", "textual-light"):
        pilot.app.theme = theme
        await pilot.pause(0.2)
        parts.append(f"{theme}\n{colours(pilot)}")
    found = "\n".join(parts)
    golden = GOLDEN / f"{name}-{size[0]}x{size[1]}.txt"
    if os.environ.get("UPDATE_SCREENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, "utf-8")
    assert found == golden.read_text("utf-8")
