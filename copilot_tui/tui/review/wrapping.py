"""Long lines that go on below (`W`): in a large review their rows are counted beside the event loop before they are shown.

Invariant: what was wished last is what is shown in the end, and a key waits for no count.
"""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from copilot_tui.tui.review.rows import are_counted, warm_views

if TYPE_CHECKING:
    from copilot_tui.tui.review.pane import ReviewPane

_MOST_AT_ONCE = 20_000  # rows of a review that are counted within a key


class Wrapping:
    """Whether long lines go on in one pane; `waits` while the rows of a wish are counted."""

    def __init__(self, pane: "ReviewPane") -> None:
        self._pane = pane
        self._width = 0  # cells, 0 where long lines are cut
        self._counts = False
        self.waits = False

    def toggle(self) -> None:
        """Cut long lines or let them go on."""
        self._wish(0 if self._width else self._pane.size.width)

    def resized(self) -> None:
        """The pane has another width."""
        if self._width:
            self._wish(self._pane.size.width)

    def _wish(self, width: int) -> None:
        self._width = width
        pane = self._pane
        view = replace(pane.view, wrap=width)
        self.waits = len(pane.rows) > _MOST_AT_ONCE and not are_counted(pane.review, view, pane.knowing.facts)
        if not self.waits:
            pane.show_rows(view)
            return
        pane.refresh()
        if not self._counts:
            self._counts = True
            pane.run_worker(self._count(), group="review-wrap")

    async def _count(self) -> None:
        pane = self._pane
        try:
            while self.waits:
                review, facts, view = pane.review, pane.knowing.facts, replace(pane.view, wrap=self._width)
                await pane.courtesy.beside("wrap", partial(warm_views, review, (view,), facts, pane.courtesy.pause))
                if self.waits and are_counted(pane.review, replace(pane.view, wrap=self._width), pane.knowing.facts):
                    self.waits = False
                    pane.show_rows(replace(pane.view, wrap=self._width))
        finally:
            self._counts = False
