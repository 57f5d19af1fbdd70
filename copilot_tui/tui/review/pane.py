"""The review pane: one scroll view with the Line API for all files of a proposal.

Invariant: the pane holds a `Review` and shows it; every decision makes a new one by a pure function and is posted as `ReviewChanged`.
It never calls the session and never writes.
"""

from dataclasses import replace
from typing import ClassVar

from textual import events
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import Grain
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import Review, Unit
from copilot_tui.tui.code_colours import CODE_CLASSES, CODE_CSS
from copilot_tui.tui.courtesy import Courtesy
from copilot_tui.tui.key_table import KeyTable
from copilot_tui.tui.picking import Picked, mark
from copilot_tui.tui.review import mouse
from copilot_tui.tui.review.colours import REVIEW_CLASSES, REVIEW_CSS
from copilot_tui.tui.review.knowing import Knowing
from copilot_tui.tui.review.linking import Linking
from copilot_tui.tui.review.messages import ReviewChanged, Said, Severity
from copilot_tui.tui.review.one_file import Row, RowKind
from copilot_tui.tui.review.painting import FIXED, Painting
from copilot_tui.tui.review.reading import Reading
from copilot_tui.tui.review.rows import Rows, View
from copilot_tui.tui.review.scroll_bar import LineScrollBar
from copilot_tui.tui.review.search import Searching
from copilot_tui.tui.review.set_aside import set_aside, take_back
from copilot_tui.tui.review.viewed import Viewed
from copilot_tui.tui.review.wrapping import Wrapping

_MOST_ABOVE = 10  # rows of a unit that are shown above the cursor


class ReviewPane(ScrollView, can_focus=True):
    """Shows a proposal hunk by hunk and takes decisions."""

    ALLOW_SELECT = False  # the mouse picks rows here, and letters within one
    COMPONENT_CLASSES: ClassVar[set[str]] = CODE_CLASSES | REVIEW_CLASSES
    DEFAULT_CSS = (
        "ReviewPane { background: $background; color: $foreground; scrollbar-size: 0 1; width: 1fr; height: 1fr;"
        + CODE_CSS
        + REVIEW_CSS
        + "}"
    )

    def __init__(self, review: Review, courtesy: Courtesy, keys: KeyTable) -> None:
        super().__init__()
        self.review = review
        self.courtesy = courtesy
        self.keys = keys  # those that sentences name
        self.view = View(raise_key=self.keys.shown("raise"))
        self.rows = Rows(review, self.view)
        self.grain = Grain.HUNK
        self.mark: int | None = None
        self.keeps_mark = False  # the range was begun with v: moving grows it
        self.picked: Picked | None = None  # letters within one row, for copying
        self.picked_text = ""  # them as they stood there: the row may be scrolled away when they are copied
        self.pressed: tuple[int, int] | None = None  # where the button of the mouse went down: row and cell
        self.last: tuple[Unit, Decision] | None = None
        self.followed: tuple[HunkKey, int] | None = (
            None  # the hunk whose links are gone along, and which one was the last
        )
        self.viewed = Viewed()
        self.reading = Reading(self)
        self.linking = Linking(self)
        self.knowing = Knowing(self)
        self.searching = Searching(self)
        self.wrapping = Wrapping(self)
        self.linking.came = self.knowing.linked
        self.offset_of_code = 0  # cells that are scrolled away to the left
        self._painting = Painting(self)
        self._numbered: tuple[tuple[int, int, int], list[int]] = ((-1, 0, 0), [])
        first = next((unit for unit in self.rows.units if review.is_pending(unit)), None)
        self.cursor = self.row_of(first) if first is not None else 0

    # Life

    def on_mount(self) -> None:
        """Take the size of the rows, and watch the theme."""
        self._resize()
        self.watch(self.app, "theme", self.draw_anew, init=False)
        self.call_after_refresh(self._learn)

    def _learn(self) -> None:
        """Begin to find out what is not on the first screen yet: that one waits for nothing."""
        self.linking.forget()
        self.knowing.forget()
        set_aside()

    def on_unmount(self) -> None:
        """Give back what the review held."""
        take_back()

    def _resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.rows) + FIXED)

    def draw_anew(self) -> None:
        """Draw in other colours, another width or from another column."""
        self._painting.forget()
        self.picked = None
        self.refresh()

    def say(self, sentence: str, severity: Severity = "warning") -> None:
        """Tell the person one sentence."""
        self.post_message(Said(sentence, severity))

    def on_resize(self) -> None:
        """Draw anew in the new width."""
        self._painting.forget()
        self.wrapping.resized()
        self._resize()
        self.call_after_refresh(self.show_cursor)

    def show(self, review: Review) -> None:
        """Show another state of the review, or another review."""
        before = self.review
        is_same_text = len(review.files) == len(before.files) and all(
            one.change is other.change for one, other in zip(review.files, before.files, strict=True)
        )
        is_same = (
            is_same_text
            and review.proposal is before.proposal
            and review.splits == before.splits
            and review.comments == before.comments
        )
        self.review = review
        if not is_same_text:
            self.reading.forget()
            self.linking.forget()
            self.knowing.forget()
        if is_same:
            self.rows.review = review
        else:
            self.show_rows(self.view)
        self.refresh()

    def show_rows(self, view: View) -> None:
        """Make the rows anew in a view, with the cursor on the same unit, and as high on the screen as it was."""
        at, height = self.row, self.cursor - self.top
        self.view = replace(view, folded=self.viewed.folded(self.review, view.folded))
        self.rows = Rows(self.review, self.view, self.knowing.facts)
        self._numbered = ((-1, 0, 0), [])
        self.mark = self.picked = None
        self._resize()
        if at is not None and at.file < len(self.review.files):
            self.cursor = self.rows.place_of(at)
        self.cursor = max(0, min(self.cursor, len(self.rows) - 1))
        if self.top and 0 < height < self.page:
            self.scroll_to(y=max(0, self.cursor - height), animate=False, immediate=True)
        self.show_cursor()
        self.refresh()

    # What is under the cursor

    @property
    def row(self) -> Row | None:
        """The row at the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    @property
    def unit(self) -> Unit | None:
        """The unit at the cursor, or the next one below it."""
        for _, row in self.rows.between(self.cursor, len(self.rows)):
            if row.unit >= 0:
                return self.review.units[row.unit]
        return None

    def row_of(self, unit: Unit) -> int:
        """The first row that decides a unit."""
        return self.rows.ends_of(self.review.layout.index[unit])[0]

    def file_number(self, path: str) -> int | None:
        """The index of the file of that path in the review."""
        return next((number for number, file in enumerate(self.review.files) if file.path == path), None)

    def start_of(self, number: int) -> int:
        """The row of a file's header."""
        return self.rows.place_of(Row(RowKind.FILE, number))

    @property
    def page(self) -> int:
        """How many rows a screen holds."""
        return max(1, self.size.height - FIXED)

    @property
    def top(self) -> int:
        """The first row on the screen."""
        return int(self.scroll_offset.y)

    @property
    def map_column(self) -> int:
        """The column of the change map: the last one that the scroll bar leaves free."""
        return max(0, self.scrollable_content_region.width - 1)

    def units_on_screen(self, *, wholly: bool) -> list[int]:
        """The units whose first row (or, `wholly`, all of whose rows) stand on the screen, from the top."""
        found: list[int] = []
        for index, row in self.rows.between(self.top, self.top + self.page):
            if row.unit >= 0 and row.unit not in found:
                first, last = self.rows.ends_of(row.unit)
                if first == index and (not wholly or last < self.top + self.page):
                    found.append(row.unit)
        return found

    def numbered_units(self) -> list[int]:
        """The units that the digits stand for, computed once for a place on the screen."""
        key = (id(self.rows), self.top, self.page)
        if self._numbered[0] != key:
            self._numbered = (key, self.units_on_screen(wholly=False))
        return self._numbered[1]

    # Moving

    def go_to(self, row: int, *, at_top: bool = False) -> None:
        """Put the cursor on a row, and with `at_top` what is said of its unit to the top of the screen."""
        self.cursor = max(0, min(row, len(self.rows) - 1))
        self.picked = None
        if at_top:
            self.scroll_to(y=self._beginning(), animate=False, immediate=True)
        self.show_cursor()
        self.refresh()

    def show_cursor(self) -> None:
        """Scroll so that the cursor's row, and of its unit as much as fits, is on the screen."""
        last, row = self.cursor, self.row
        if row is not None and row.unit >= 0:
            last = min(self.rows.ends_of(row.unit)[1] + 2, self.cursor + self.page - 3)
        if self.cursor < self.top + 1:
            self.scroll_to(y=self._beginning(), animate=False, immediate=True)
        elif last >= self.top + self.page:
            self.scroll_to(y=min(last - self.page + 2, self._beginning()), animate=False, immediate=True)

    def _beginning(self) -> int:
        """Where to scroll so that what is said of the cursor's unit stands on the screen above it."""
        row, start = self.row, self.cursor
        while row is not None and row.unit >= 0 and start and self.rows[start - 1].unit == row.unit:
            if self.cursor - start >= min(_MOST_ABOVE, self.page // 2):
                break
            start -= 1
        return max(0, start - 1)  # the header of the file that is scrolled through covers one row

    def move(self, step: int) -> None:
        """One row up or down."""
        if not self.keeps_mark:
            self.mark = None
        self.go_to(self.cursor + step)

    def select(self, step: int) -> None:
        """Grow the selected range by a row."""
        if self.mark is None:
            self.mark = self.cursor
        self.go_to(self.cursor + step)

    def turn_page(self, step: int) -> None:
        """A page up or down."""
        rows = max(1, self.page - 2)
        self.scroll_to(y=self.scroll_offset.y + step * rows, animate=False, immediate=True)
        self.go_to(self.cursor + step * rows)

    def edge(self, *, last: bool) -> None:
        """To the first or the last row."""
        self.go_to(len(self.rows) - 1 if last else 0)

    def slide(self, step: int) -> None:
        """Move the text sideways."""
        self.offset_of_code = max(0, self.offset_of_code + step)
        self.draw_anew()

    # Deciding

    def do(self, identifier: str, number: int = 0) -> None:
        """Do an action of the action table; `number` is that of a numbered key."""
        from copilot_tui.tui.review.verbs import VERBS, reject_numbered  # noqa: PLC0415  (the verbs act on panes)

        verb = VERBS.get(identifier)
        if number:
            reject_numbered(self, number)
        elif verb is not None:
            verb(self)

    def take(self, review: Review) -> None:
        """Show the review after a decision and tell of it."""
        if review is not self.review:
            before = self.review
            self.show(review)
            self.post_message(ReviewChanged(review))
            self.linking.decided(before, review)
            self.knowing.decided(review)

    def warnings(self) -> tuple[str, ...]:
        """What the decisions up to now break, as sentences that begin with the place."""
        return (*self.linking.broken(self.review), *self.knowing.not_parsing())

    # Mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Point at a row."""
        mouse.press(self, event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select rows."""
        mouse.drag(self, event)

    def on_click(self, event: events.Click) -> None:
        """Do what stands there."""
        mouse.click(self, event)

    # Drawing

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The scroll bar, made when it is first asked for, as a widget does it."""
        if self._vertical_scrollbar is None:
            self._vertical_scrollbar = bar = LineScrollBar(name="vertical", thickness=self.scrollbar_size_vertical)
            bar.display = False
            self.app._start_widget(self, bar)  # noqa: SLF001  (Textual has no other way to a scroll bar of one's own)
        return self._vertical_scrollbar

    def render_line(self, y: int) -> Strip:
        """A line of the pane."""
        strip = self._painting.line(y)
        if self.picked is None or y < FIXED:
            return strip
        return mark(strip, self.picked.cells(self.top + y - FIXED, self.size.width), self)

    def pick(self, picked: Picked) -> None:
        """Keep letters of a row that is on the screen, for copying."""
        self.picked, self.picked_text = picked, picked.text(self.drawn)
        self.refresh()

    def drawn(self, index: int) -> Strip:
        """A row that is on the screen, as it is drawn."""
        return self._painting.line(index - self.top + FIXED)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a region of the pane: it has neither border nor padding, so what was drawn is taken as it is."""
        if not self.is_attached:  # it is being taken away
            return [Strip.blank(crop.width)] * crop.height
        if crop.bottom > self.size.height or not self.is_mounted:
            return super().render_lines(crop)  # before its size has come there is nothing to draw
        first, last = crop.column_span
        return [self.render_line(y).crop(first, last) for y in crop.line_range]
