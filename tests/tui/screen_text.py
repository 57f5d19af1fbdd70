"""A screen as text that a person can read and compare: its lines, and below them which colours stand where.

A colour section has a line for each line of the screen: runs of `LENGTH LETTER`, and at its end what each letter means.
"""

from string import ascii_letters
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.pilot import Pilot


def lines_of(pilot: Pilot[Any]) -> list[list[Segment]]:
    """The painted screen, sheets over it."""
    app = pilot.app
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    lines = app.console.render_lines(update, app.console_options) if update is not None else []
    return [[segment for segment in line if not segment.control] for line in lines]


def words(pilot: Pilot[Any]) -> str:
    """The screen's letters."""
    return "\n".join("".join(segment.text for segment in line).rstrip() for line in lines_of(pilot)) + "\n"


def colours(pilot: Pilot[Any]) -> str:
    """The screen's colours in the present theme."""
    letters: dict[str, str] = {}
    rows = []
    for line in lines_of(pilot):
        runs: list[tuple[int, str]] = []
        for segment in line:
            letter = letters.setdefault(
                _look(segment.style), (ascii_letters * 3)[len(letters)] + "'" * (len(letters) // 52)
            )
            if runs and runs[-1][1] == letter:
                runs[-1] = (runs[-1][0] + len(segment.text), letter)
            else:
                runs.append((len(segment.text), letter))
        rows.append(" ".join(f"{count}{letter}" for count, letter in runs))
    return "\n".join([*rows, *(f"{letter} = {look}" for look, letter in letters.items())]) + "\n"


def _look(style: Style | None) -> str:
    if style is None:
        return "plain"
    names = [name for name in ("bold", "italic", "underline", "reverse", "dim") if getattr(style, name)]
    front = style.color.get_truecolor().hex if style.color is not None else "none"
    back = style.bgcolor.get_truecolor().hex if style.bgcolor is not None else "none"
    return " ".join([f"{front} on {back}", *names])
