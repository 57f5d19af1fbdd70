"""A model on its way to this machine: how far it is, and escape to stop.

Invariant: leaving the sheet ends the installation, and nothing is ever half there.
"""

from typing import ClassVar

from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from copilot_tui.tui.sheet import KeyWord, Sheet

_BAR = 40


class InstallSheet(Sheet[None]):
    """Shows `title` and its progress."""

    keys: ClassVar[tuple[KeyWord, ...]] = (("esc", "stop"),)

    def __init__(self, title: str) -> None:
        super().__init__()
        self.heading = f"installing {title}"
        self.is_stopped = False  # read by the thread that installs

    def body(self) -> list[Widget]:
        """The bar."""
        return [Static("beginning …", id="bar", markup=False)]

    def show(self, what: str, done: int, of: int) -> None:
        """`done` of `of` bytes of the step `what`; `of` is 0 where nobody knows."""
        if self.is_current:
            filled = int(min(1.0, done / of) * _BAR) if of else 0
            numbers = f"{done / 1e6:,.0f} of {of / 1e6:,.0f} MB" if of else ""
            words = Content.assemble(
                (f"{what:<12}", ""), ("━" * filled, "$text-primary"), ("─" * (_BAR - filled), "$foreground 30%")
            )
            self.query_one("#bar", Static).update(words.append(f"  {numbers}"))

    def action_leave(self) -> None:
        """Stop."""
        self.is_stopped = True
        self.dismiss(None)
