"""A list of rows with a cursor: files, calls, context items, steps and help are all drawn by it.

Invariant: rows are values; the list only moves its cursor over them and posts which one was chosen. Foreign text in a row must have gone
through `safety` before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from copilot_tui.tui.contrast import QUIET, TEXT, legible
from copilot_tui.tui.picking import Picked, mark, word_at

TONES = ("plain", "muted", "strong", "good", "warning", "bad", "accent", "marked")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `parts` are (text, tone) pairs from the left, `right` those that stand at the right end."""

    key: str
    parts: tuple[tuple[str, str], ...]
    right: tuple[tuple[str, str], ...] = ()


class RowList(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows with a cursor; enter or a click on the cursor's row chooses. The keys that move are those of the screen or sheet around it."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"row--{tone}" for tone in TONES} | {"row--cursor", "row--cursor-blurred"}
    DEFAULT_CSS = """
    RowList {
        background: $background; color: $foreground; scrollbar-size-vertical: 1; overflow-x: hidden;
        & > .row--muted { color: $foreground 60%; }
        & > .row--strong { text-style: bold; }
        & > .row--good { color: $text-success; }
        & > .row--warning { color: $text-warning; }
        & > .row--bad { color: $text-error; }
        & > .row--accent { color: $text-accent; }
        & > .row--marked { color: $text-primary; }
        & > .row--cursor { background: $primary 35%; }
        & > .row--cursor-blurred { background: $foreground 9%; }
    }
    """
    ALLOW_SELECT = False  # it picks its letters itself
    BINDINGS: ClassVar = [
        Binding("ctrl+c,super+c", "copy_picked", show=False),
        Binding("enter", "choose", show=False),
    ]

    @dataclass
    class Chosen(Message):
        """The person chose a row."""

        rows: "RowList"
        key: str

        @property
        def control(self) -> "RowList":
            """The list, for `on` selectors."""
            return self.rows

    @dataclass
    class Pointed(Message):
        """The cursor moved to a row."""

        rows: "RowList"
        key: str

        @property
        def control(self) -> "RowList":
            """The list, for `on` selectors."""
            return self.rows

    def __init__(self, rows: Sequence[Row] = (), *, id: str | None = None, empty: str = "") -> None:  # noqa: A002
        super().__init__(id=id)
        self.rows: tuple[Row, ...] = tuple(rows)
        self.cursor = 0
        self.empty = empty
        self._tone_styles: dict[tuple[str, str], Style] = {}
        self.picked: Picked | None = None
        self._pressed: tuple[int, int] | None = None
        self.picks_words = False  # by two clicks, also on rows that can be chosen

    def on_mount(self) -> None:
        """Set the size from the rows given at the start."""
        self._resize()

    def show(self, rows: Sequence[Row], cursor: int | None = None) -> None:
        """Show other rows; the cursor stays on its key where that is still there."""
        key = self.current_key
        self.picked = None
        self.rows = tuple(rows)
        if cursor is None:
            cursor = next((index for index, row in enumerate(self.rows) if row.key == key), self.cursor)
        self.cursor = max(0, min(cursor, len(self.rows) - 1))
        self._resize()
        self._keep_in_view()
        self.refresh()

    @property
    def current_key(self) -> str:
        """The key of the cursor's row, empty where there is none."""
        return self.rows[self.cursor].key if 0 <= self.cursor < len(self.rows) else ""

    def go_to(self, index: int, *, turns: bool = False) -> None:
        """Put the cursor on a row; where that is not seen `turns` shows it in the middle, so that few of many moves scroll."""
        index = max(0, min(index, len(self.rows) - 1))
        if index != self.cursor and self.rows:
            before, top = self.cursor, self.scroll_offset.y
            self.cursor = index
            self._keep_in_view(turns=turns)
            if self.scroll_offset.y == top:
                self.refresh_line(before)
                self.refresh_line(index)
            else:
                self.refresh()
            self.post_message(self.Pointed(self, self.current_key))

    def action_move(self, rows: int) -> None:
        """Move the cursor by rows."""
        self.go_to(self.cursor + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.go_to(self.cursor + pages * max(1, self.size.height - 1))

    def action_edge(self, last: bool) -> None:
        """Move to the first or last row."""
        self.go_to(len(self.rows) - 1 if last else 0)

    def action_choose(self) -> None:
        """Choose the cursor's row."""
        if self.current_key:
            self.post_message(self.Chosen(self, self.current_key))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A drag from here picks letters."""
        self._pressed = self._place(event)
        if self.picked is not None:
            self.picked = None
            self.refresh()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Pick letters while the button is held."""
        place = self._place(event)
        if event.button == 1 and self._pressed is not None and place is not None:
            self.picked = Picked(self._pressed, place) if place != self._pressed else None
            self.refresh()

    def on_mouse_up(self) -> None:
        """End a drag."""
        self._pressed = None

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the mouse, unless letters were picked; two clicks pick a word."""
        place = self._place(event)
        if place is None or self.picked is not None:
            return
        self.go_to(place[0])
        if event.chain == 2 and (self.picks_words or not self.current_key):
            self.picked = word_at(self._drawn(place[0]), *place)
            self.refresh()
        else:
            self.action_choose()

    def _place(self, event: events.MouseEvent) -> tuple[int, int] | None:
        place = event.get_content_offset(self)
        index = int(self.scroll_offset.y) + place.y if place is not None else len(self.rows)
        return (index, place.x) if place is not None and index < len(self.rows) else None

    def action_copy_picked(self) -> None:
        """Copy the letters that the mouse picked."""
        if self.picked is None:
            raise SkipAction
        self.app.copy_to_clipboard(self.picked.text(self._drawn))
        self.app.notify("Copied what is picked.", timeout=3)

    def notify_style_update(self) -> None:
        """Take the new theme's colours."""
        self._tone_styles.clear()
        super().notify_style_update()

    @property
    def _width(self) -> int:
        """The cells of a row that are seen: those under the scroll bar are not."""
        return self.scrollable_content_region.width

    def _resize(self) -> None:
        self.virtual_size = Size(self.size.width or 1, max(1, len(self.rows)))

    def _keep_in_view(self, *, turns: bool = False) -> None:
        if turns and not 0 <= self.cursor - self.scroll_offset.y < self.scrollable_content_region.height:
            self.scroll_to(y=self.cursor - self.size.height // 2, animate=False, immediate=True, force=True)
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, immediate=True, force=True)

    def _style(self, tone: str, *, on_cursor: bool) -> Style:
        cursor = "" if not on_cursor else "row--cursor" if self.has_focus else "row--cursor-blurred"
        found = self._tone_styles.get((tone, cursor))
        if found is None:
            background = self.background_colors[1]
            if cursor:
                background += self.get_component_styles(cursor).background
            styles = self.get_component_styles(f"row--{tone}")
            colour = background + (styles.color if tone not in {"plain", "strong"} else self.colors[3])
            colour = legible(colour, background, QUIET if tone == "muted" else TEXT)
            found = Style(color=colour.rich_color, bgcolor=background.rich_color) + styles.text_style
            self._tone_styles[tone, cursor] = found
        return found

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        index = int(self.scroll_offset.y) + y
        width = self._width
        if index >= len(self.rows):
            note = f" {self.empty}" if not self.rows and y == 0 and self.empty else ""
            return Strip([Segment(note, self._style("muted", on_cursor=False))]).crop_extend(
                0, width, self._style("plain", on_cursor=False)
            )
        drawn = self._drawn(index)
        return drawn if self.picked is None else mark(drawn, self.picked.cells(index, width), self)

    def _drawn(self, index: int) -> Strip:
        row, width = self.rows[index], self._width
        on_cursor = index == self.cursor
        plain = self._style("plain", on_cursor=on_cursor)
        right = Strip([Segment(text, self._style(tone, on_cursor=on_cursor)) for text, tone in row.right])
        left = Strip([Segment(text, self._style(tone, on_cursor=on_cursor)) for text, tone in row.parts])
        room = max(0, width - right.cell_length - (2 if row.right else 0))
        if left.cell_length > room > 1:
            left = Strip([*left.crop(0, room - 1), Segment("…", self._style("muted", on_cursor=on_cursor))])
        gap = [Segment(" ", plain)] if row.right else []
        return Strip([*left.crop_extend(0, room, plain), *gap, *right, *gap]).crop_extend(0, width, plain)
