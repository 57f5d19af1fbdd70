"""What the next request will send, below the code: a meter of the window, and each item with its lines, tokens and reason.

Invariant: it shows the pack that it was given; a key or a click only says what the person wants of an item.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from copilot_tui.context.pack import ContextItem, ContextPack
from copilot_tui.tui.context_rows import meter_of, rows_of, told_by
from copilot_tui.tui.key_table import keys_in_force
from copilot_tui.tui.row_list import RowList

_TALL = 14  # rows from which on there is room for more than one sentence


class ContextRows(RowList):
    """The items; a click on the first columns keeps a file in or lets it go, a second click on a row opens it."""

    @dataclass
    class MarkClicked(Message):
        """The person clicked where the mark of a pinned file stands."""

    def on_click(self, event: events.Click) -> None:
        """Point, pin or open."""
        event.stop()
        event.prevent_default()  # a list's own click opens at once
        index = int(self.scroll_offset.y) + event.y
        if index >= len(self.rows):
            return
        was = self.cursor
        self.go_to(index)
        if event.x < 2:
            self.post_message(self.MarkClicked())
        elif index == was:
            self.action_choose()


class ContextPane(Vertical):
    """The context pane."""

    DEFAULT_CSS: ClassVar[str] = """
    ContextPane {
        height: 45%; min-height: 10; max-height: 22; width: 1fr; background: $surface;
        border-top: solid $accent 60%; border-title-color: $text-accent; border-title-align: left;
        & > #window { height: auto; max-height: 5; width: 1fr; padding: 0 1; }
        & > ContextRows { height: 1fr; background: $surface; }
    }
    """

    def __init__(self, pin: Callable[[], None], open_item: Callable[[], None]) -> None:
        super().__init__(id="context")
        self._pin = pin
        self._open_item = open_item
        self._pack: ContextPack | None = None
        self._dropped: frozenset[str] = frozenset()
        self.border_title = "what the model will see"

    def compose(self) -> ComposeResult:
        """Meter and items."""
        yield Static("packing …", id="window", markup=False)
        yield ContextRows(id="context-rows", empty="nothing is sent but the request")

    @property
    def rows(self) -> ContextRows:
        """The items."""
        return self.query_one(ContextRows)

    def show(self, pack: ContextPack, dropped: frozenset[str], title: str) -> None:
        """Show a pack, and what the person dropped."""
        self._pack, self._dropped = pack, dropped
        self.border_title = title
        self._draw()

    def say(self, sentence: str) -> None:
        """Show why there is no pack."""
        self._pack = None
        self.query_one("#window", Static).update(Content(sentence))
        self.rows.show([])

    def on_resize(self) -> None:
        """Use the new width."""
        self._draw()

    def _draw(self) -> None:
        if self._pack is None:
            return
        width = max(self.size.width - 2, 20)
        told = told_by(self._pack, 3 if self.size.height >= _TALL else 1)
        sentences = [Content.styled(f"\n{one}", "$text-warning") for one in told]
        self.query_one("#window", Static).update(Content.assemble(meter_of(self._pack, width), *sentences))
        drop_key = keys_in_force(self.app.screen_stack[:1]).shown("drop")
        self.rows.show(rows_of(self._pack, self._dropped, width, drop_key))

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Open what was chosen."""
        event.stop()
        self._open_item()

    def on_row_list_pointed(self, event: RowList.Pointed) -> None:
        """Nothing opens while the cursor only passes."""
        event.stop()

    def on_context_rows_mark_clicked(self, event: ContextRows.MarkClicked) -> None:
        """Pin what was clicked."""
        event.stop()
        self._pin()

    @property
    def pointed(self) -> ContextItem | None:
        """The item under the cursor, None where that is something that is not in."""
        kind, _, index = self.rows.current_key.partition(":")
        return self._pack.items[int(index)] if self._pack is not None and kind == "item" else None

    @property
    def pointed_path(self) -> str | None:
        """The path under the cursor, also of what is not in; empty is the outline, None is nothing."""
        kind, _, rest = self.rows.current_key.partition(":")
        if self._pack is None or not kind:
            return None
        if kind == "dropped":
            return rest
        return (self._pack.items if kind == "item" else self._pack.omitted)[int(rest)].path
