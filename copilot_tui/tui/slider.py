"""The slider: five levels on a line, moved by keys anywhere, by click and by drag.

Invariant: it shows the level it was given; a click or drag only posts the wish for another one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.visual import Visual
from textual.widget import Widget

from copilot_tui.autonomy.level import AutonomyLevel

_LEVELS = tuple(AutonomyLevel)
_SHORT = {AutonomyLevel.DIRECTORY: "dir"}


class Slider(Widget):
    """`line ── block ──●── file ── directory ── repo`."""

    DEFAULT_CSS: ClassVar[str] = """
    Slider { height: 1; width: auto; padding: 0 1; pointer: pointer; }
    """
    level: reactive[AutonomyLevel] = reactive(AutonomyLevel.BLOCK, layout=True)
    is_short: reactive[bool] = reactive(default=False, layout=True)
    acceptance: reactive[Mapping[str, float]] = reactive(dict, layout=True)

    @dataclass
    class Moved(Message):
        """The person wants this level."""

        level: AutonomyLevel

    def __init__(self, *, is_short: bool = False) -> None:
        super().__init__()
        self.set_reactive(Slider.is_short, is_short)
        self._dragging = False

    def _stops(self) -> list[tuple[int, int, AutonomyLevel]]:
        """Where each level's knob and name stand: (start, end, level)."""
        stops: list[tuple[int, int, AutonomyLevel]] = []
        at = 0
        for level in _LEVELS:
            name = self._word(level) + self._share(level)
            stops.append((at, at + 2 + len(name), level))
            at += 2 + len(name) + len(self._rail)
        return stops

    @property
    def _rail(self) -> str:
        return " ─ " if self.is_short else " ── "

    def _word(self, level: AutonomyLevel) -> str:
        return _SHORT.get(level, level.value) if self.is_short else level.value

    def _share(self, level: AutonomyLevel) -> str:
        """How much the person accepts at the present level, where enough is known."""
        share = self.acceptance.get(level.value) if level is self.level else None
        return "" if share is None else f" ✓{share:.0%}"

    def render(self) -> Visual:
        """The rail with its names; everything up to the level is bright, and what the person accepts there is quiet."""
        parts: list[tuple[str, str]] = []
        for level in _LEVELS:
            reached = level.rank <= self.level.rank
            here = level is self.level
            if level.rank:
                parts.append((self._rail, "$text-accent" if reached else "$foreground 30%"))
            knob = "●" if here else "•" if reached else "○"
            parts.append((f"{knob} ", "$text-accent" if reached else "$foreground 60%"))
            parts.append(
                (
                    self._word(level),
                    "bold $text-accent" if here else "$foreground 85%" if reached else "$foreground 60%",
                )
            )
            parts.append((self._share(level), "$foreground 60%"))
        return Content.assemble(*parts)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Move to where the person pressed, and follow the drag."""
        self._dragging = True
        self.capture_mouse()
        self._move_to(event.x - 1)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Follow a drag."""
        if self._dragging:
            self._move_to(event.x - 1)

    def on_mouse_up(self) -> None:
        """End a drag."""
        self._dragging = False
        self.release_mouse()

    def _move_to(self, column: int) -> None:
        nearest = min(self._stops(), key=lambda stop: max(stop[0] - column, column - stop[1] + 1, 0))
        if nearest[2] is not self.level:
            self.post_message(self.Moved(nearest[2]))
