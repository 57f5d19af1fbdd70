"""One line over the request: which earlier requests the next one follows, and what waits for its turn.

Invariant: it takes no room where there is nothing to say; its words are given to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.visual import Visual
from textual.widget import Widget

from copilot_tui.tui.safety import one_line

_WORDS = 400  # characters of what waits


class ThreadLine(Widget):
    """`follows 2 requests, ctrl+l starts fresh     2 wait: make it short · add tests, ctrl+t`."""

    DEFAULT_CSS: ClassVar[str] = (
        "ThreadLine { display: none; height: 1; width: 1fr; padding: 0 1; color: $foreground 65%; background: $background; }"
    )

    @dataclass
    class Wanted(Message):
        """The person clicked what an action stands for."""

        identifier: str

    def __init__(self) -> None:
        super().__init__(id="thread")
        self._follows = 0
        self._texts: tuple[str, ...] = ()
        self._is_paused = False
        self._keys = ("ctrl+l", "ctrl+t")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line."""
        return 1

    def show_follows(self, count: int) -> None:
        """Say how many earlier requests the next one is told of."""
        self._follows = count
        self._update()

    def show_queue(self, texts: Sequence[str], *, is_paused: bool) -> None:
        """Say what waits."""
        self._texts, self._is_paused = tuple(texts), is_paused
        self._update()

    def use(self, fresh: str, queue: str) -> None:
        """The keys of the two actions, as a person reads them."""
        self._keys = (fresh, queue)
        self.refresh()

    def _update(self) -> None:
        self.display = bool(self._follows or self._texts)
        self.refresh()

    def _parts(self) -> tuple[Content, Content]:
        fresh, queue = self._keys
        follows, waits = Content(""), Content("")
        if self._follows:
            count = f"{self._follows} earlier request{'s' if self._follows > 1 else ''}"
            follows = Content.assemble(f"↳ follows {count} ", (fresh, "bold $text-primary"), " starts fresh   ")
        if self._texts:
            count = f"{len(self._texts)} wait{'s' if len(self._texts) == 1 else ''}"
            state = ", paused (enter goes on)" if self._is_paused else ""
            words = one_line(" · ".join(self._texts), _WORDS)
            waits = Content.assemble((queue, "bold $text-primary"), f" {count}{state}: ", (words, "$foreground 90%"))
        return follows, waits

    def render(self) -> Visual:
        """The line, cut where it is too long."""
        follows, waits = self._parts()
        line = Content.assemble(follows, waits)
        return line.truncate(max(1, self.size.width), ellipsis=True)

    def on_click(self, event: events.Click) -> None:
        """Start fresh, or open the queue: what stands under the mouse."""
        place = event.get_content_offset(self)
        follows, _ = self._parts()
        is_left = place is not None and place.x < follows.cell_length
        self.post_message(self.Wanted("fresh" if is_left else "queue"))
