"""The top line: repository, branch, changes, models, context meter, cost.

Invariant: it is one line at any width; what does not fit is left out from the least important end.
"""

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.visual import Visual
from textual.widget import Widget

from copilot_tui.tui.safety import one_line

if TYPE_CHECKING:
    from copilot_tui.tui.port import Overview

_METER_CELLS = 8


def short_number(number: int) -> str:
    """312, 3.1k, 128k, 1.2M."""
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if number >= size:
            value = number / size
            return f"{value:.0f}{letter}" if value >= 100 or value == int(value) else f"{value:.1f}{letter}"
    return str(number)


def meter(used: int, budget: int, width: int = _METER_CELLS) -> str:
    """A bar of filled and empty cells; anything at all fills the first cell."""
    share = min(1.0, used / budget) if budget else 0.0
    filled = max(1 if used else 0, round(share * width))
    return "▮" * filled + "▯" * (width - filled)


class Header(Widget):
    """Shows an `Overview` and how much of the context the last request filled."""

    DEFAULT_CSS: ClassVar[str] = (
        "Header { height: 1; width: 1fr; background: $panel; color: $foreground; padding: 0 1; }"
    )

    def __init__(self, overview: "Overview") -> None:
        super().__init__()
        self._overview = overview
        self._used = 0
        self._waiting = 0
        self._budget = overview.context_budget

    def show(self, overview: "Overview") -> None:
        """Take new facts."""
        self._overview = overview
        self._budget = overview.context_budget or self._budget
        self.refresh()

    def show_waiting(self, count: int) -> None:
        """Say how many proposals of others wait."""
        self._waiting = count
        self.refresh()

    def show_context(self, tokens: int, budget: int) -> None:
        """Say how full the context is."""
        self._used = tokens
        self._budget = budget or self._budget
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line."""
        return 1

    def render(self) -> Visual:
        """The line, its parts from most to least important."""
        overview = self._overview
        left = Content.assemble((one_line(overview.name, 40), "bold"))
        if overview.branch:
            left = left.append(Content.assemble("  ", (one_line(overview.branch, 40), "$text-primary")))
        if overview.changes:
            left = left.append(Content.assemble(" ", (f"±{overview.changes}", "$text-warning")))
        if self._waiting:
            left = left.append(Content.assemble("  ", (f"{self._waiting} waiting", "bold $text-accent")))
        room = self.size.width - left.cell_length - 2
        parts, barless = self._right_parts(), self._right_parts(has_bar=False)
        while parts and sum(part.cell_length + 3 for part in parts) > room:
            if parts[0] != barless[0]:  # the bar goes before the numbers do
                parts[0] = barless[0]
            else:
                del parts[0], barless[0]
        right = Content("   ").join(parts)
        gap = max(1, self.size.width - left.cell_length - right.cell_length)
        return Content.assemble(left, " " * gap, right)

    def _right_parts(self, *, has_bar: bool = True) -> list[Content]:
        overview = self._overview
        parts: list[Content] = []
        if overview.no_model:
            parts.append(Content.styled("no model", "$text-warning"))
        shown: dict[str, list[str]] = {}
        for role, model in overview.models:
            shown.setdefault(model, []).append(role)
        for model, roles in list(shown.items())[1:3]:
            parts.append(Content.assemble((f"{roles[0]} ", "$foreground 60%"), one_line(model, 30)))
        if self._budget:
            text = f"{short_number(self._used)} of {short_number(self._budget)}"
            parts.append(
                Content.assemble(
                    ("context ", "$foreground 60%"),
                    (f"{meter(self._used, self._budget)} " if has_bar else "", "$text-primary"),
                    text,
                )
            )
        if overview.cost is not None:
            cap = f" of ${overview.cost_cap:.2f}" if overview.cost_cap is not None else ""
            parts.append(Content(f"${overview.cost:.2f}{cap}"))
        for model, roles in list(shown.items())[:1]:
            parts.append(
                Content.assemble(
                    (f"{'edit' if 'edit' in roles else roles[0]} ", "$foreground 60%"), one_line(model, 34)
                )
            )
        return parts
