"""The review pane: one scroll view with the Line API for all files of a proposal.

Invariant: the pane holds a `Review` and shows it; every decision makes a new one by a pure function and is posted as `Changed`.
It never calls the session and never writes.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events, work
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import (
    Grain,
    accept_seen,
    decide,
    decide_alike,
    decide_lines,
    decide_rest,
    next_pending,
    split,
)
from copilot_tui.review.review import Review, Unit
from copilot_tui.tui.code_colours import CODE_CLASSES, CODE_CSS
from copilot_tui.tui.review.colours import REVIEW_CLASSES, REVIEW_CSS, ReviewColours
from copilot_tui.tui.review.drawing import MARGIN, Drawing, Span
from copilot_tui.tui.review.messages import Finished, ReviewChanged
from copilot_tui.tui.review.rows import Row, RowKind, Rows

_FIXED = 1  # lines at the top that do not scroll: the summary
_GRAINS = list(Grain)
_COLOURED_AROUND = 150  # lines around the visible ones that are coloured with them


class ReviewPane(ScrollView, can_focus=True):
    """Shows a proposal hunk by hunk and takes decisions."""

    COMPONENT_CLASSES: ClassVar[set[str]] = CODE_CLASSES | REVIEW_CLASSES
    DEFAULT_CSS = (
        "ReviewPane { background: $background; color: $foreground; scrollbar-size: 0 1; width: 1fr; height: 1fr;"
        + CODE_CSS
        + REVIEW_CSS
        + "}"
    )
    BINDINGS: ClassVar = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("pageup,ctrl+u", "page(-1)", show=False),
        Binding("pagedown,ctrl+d", "page(1)", show=False),
        Binding("home,g", "edge(False)", show=False),
        Binding("end,G", "edge(True)", show=False),
        Binding("left,h", "slide(-8)", show=False),
        Binding("right,l", "slide(8)", show=False),
        Binding("shift+up,K", "select(-1)", show=False),
        Binding("shift+down,J", "select(1)", show=False),
        *(Binding(str(digit), f"digit({digit})", show=False) for digit in range(1, 10)),
    ]

    def __init__(self, review: Review, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.review = review
        self.grain = Grain.HUNK
        self.cursor = 0
        self.mark: int | None = None
        self.explains = True
        self._rows = Rows(review)
        self._drawing: Drawing | None = None
        self._offset = 0
        self._spans: dict[tuple[int, str, int], Sequence[Span]] = {}
        self._asked: set[tuple[int, str, int]] = set()
        self._last: tuple[Unit, Decision] | None = None
        first = next_pending(review, None)
        self.cursor = self._row_of(first) if first is not None else 0

    # Life

    def on_mount(self) -> None:
        """Take the size of the rows, and watch the theme."""
        self._resize()
        self.watch(self.app, "theme", self._forget_colours, init=False)

    def _resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows) + _FIXED)

    def _forget_colours(self) -> None:
        self._drawing = None
        self.refresh()

    def on_resize(self) -> None:
        """Draw anew in the new width."""
        self._drawing = None
        self._resize()
        self.call_after_refresh(self._show_cursor)

    def show(self, review: Review) -> None:
        """Show another state of the review, or another review."""
        rebuilt = (
            review.splits != self.review.splits
            or review.proposal is not self.review.proposal
            or any(one.change is not other.change for one, other in zip(review.files, self.review.files, strict=False))
        )
        self.review = review
        if rebuilt:
            self._spans.clear()
            self._asked.clear()
            self._rows = Rows(review, explains=self.explains)
            self.cursor = min(self.cursor, len(self._rows) - 1)
            self._resize()
        else:
            self._rows.review = review
        self.refresh()

    # What is under the cursor

    @property
    def unit(self) -> Unit | None:
        """The unit at the cursor, or the next one below it."""
        for row in self._rows.rows[self.cursor :]:
            if row.unit >= 0:
                return self.review.units[row.unit]
        return None

    def _row_of(self, unit: Unit) -> int:
        return self._rows.first_of.get(self.review.units.index(unit), 0)

    def _seen(self) -> list[int]:
        """The units that stand wholly on the screen, in order."""
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.size.height - _FIXED
        return [
            unit for unit, first in self._rows.first_of.items() if first >= top and self._rows.last_of[unit] < bottom
        ]

    # Moving

    def go_to(self, row: int) -> None:
        """Put the cursor on a row."""
        self.cursor = max(0, min(row, len(self._rows) - 1))
        self._show_cursor()
        self.refresh()

    def _show_cursor(self) -> None:
        height = max(1, self.size.height - _FIXED)
        top = int(self.scroll_offset.y)
        last = self.cursor
        row = self._rows.rows[self.cursor] if self._rows.rows else None
        if row is not None and row.unit >= 0:
            last = min(self._rows.last_of.get(row.unit, self.cursor) + 2, self.cursor + height - 3)
        if self.cursor < top + 1:
            self.scroll_to(y=max(0, self.cursor - 2), animate=False)
        elif last >= top + height:
            self.scroll_to(y=min(last - height + 2, max(0, self.cursor - 3)), animate=False)

    def action_move(self, step: int) -> None:
        """One row up or down."""
        self.mark = None
        self.go_to(self.cursor + step)

    def action_select(self, step: int) -> None:
        """Grow the selected range by a row."""
        if self.mark is None:
            self.mark = self.cursor
        self.go_to(self.cursor + step)

    def action_page(self, step: int) -> None:
        """A page up or down."""
        page = max(1, self.size.height - _FIXED - 2)
        self.scroll_to(y=self.scroll_offset.y + step * page, animate=False)
        self.go_to(self.cursor + step * page)

    def action_edge(self, end: bool) -> None:
        """To the first or the last row."""
        self.go_to(len(self._rows) - 1 if end else 0)

    def action_slide(self, step: int) -> None:
        """Move the text sideways."""
        self._offset = max(0, self._offset + step)
        self.refresh()

    def action_digit(self, digit: int) -> None:
        """Reject the k-th unit of the screen, or take that back."""
        seen = self._visible_units()
        if digit <= len(seen):
            unit = self.review.units[seen[digit - 1]]
            rejected = self.review.state(unit) is Decision.REJECTED
            self._take(decide(self.review, unit, Decision.PENDING if rejected else Decision.REJECTED))

    def _visible_units(self) -> list[int]:
        top, bottom = int(self.scroll_offset.y), int(self.scroll_offset.y) + self.size.height - _FIXED
        return [unit for unit, first in self._rows.first_of.items() if top <= first < bottom]

    # Deciding

    def do(self, identifier: str) -> None:
        """Do an action of the action table."""
        handlers: dict[str, Callable[[], object]] = {
            "accept": lambda: self._decide(Decision.ACCEPTED),
            "reject": lambda: self._decide(Decision.REJECTED),
            "next-undecided": lambda: self._jump(1),
            "previous-undecided": lambda: self._jump(-1),
            "accept-file": lambda: self._decide_file(Decision.ACCEPTED),
            "reject-file": lambda: self._decide_file(Decision.REJECTED),
            "accept-screen": self._accept_screen,
            "undo-decision": lambda: self._take(self.review.undo()),
            "redo-decision": lambda: self._take(self.review.redo()),
            "smaller-unit": lambda: self._change_grain(-1),
            "larger-unit": lambda: self._change_grain(1),
            "split": self._split,
            "range": self._start_range,
            "repeat": self._repeat,
            "next-file": lambda: self._jump_file(1),
            "previous-file": lambda: self._jump_file(-1),
            "next-flag": lambda: self._jump_flag(1),
            "explain": self._toggle_notes,
            "finish": lambda: self.post_message(Finished(self.review)),
        }
        handler = handlers.get(identifier)
        if handler is not None:
            handler()

    def _take(self, review: Review) -> None:
        if review is not self.review:
            self.show(review)
            self.post_message(ReviewChanged(review))

    def _decide(self, decision: Decision) -> None:
        row = self._rows.rows[self.cursor] if self._rows.rows else None
        if row is None:
            return
        if self.mark is not None:
            self._decide_range(decision)
        elif self.grain is Grain.LINE and row.changed >= 0:
            self._take(decide_lines(self.review, row.file, row.changed, row.changed + 1, decision))
            self._advance_line()
        elif self.grain is Grain.FILE:
            self._take(decide_rest(self.review, row.file, decision))
            self._jump(1)
        elif self.grain is Grain.ALL:
            self._take(decide_rest(self.review, None, decision))
        else:
            unit = self.unit
            if unit is None:
                return
            if self.review.withheld_reason(unit) is not None:
                self.app.bell()
                return
            self._last = (unit, decision)
            self._take(decide(self.review, unit, decision))
            self._jump(1, after=unit)

    def _decide_range(self, decision: Decision) -> None:
        assert self.mark is not None  # noqa: S101  (asked only with a range)
        first, last = sorted((self.mark, self.cursor))
        review = self.review
        by_file: dict[int, list[int]] = {}
        for row in self._rows.rows[first : last + 1]:
            if row.changed >= 0:
                by_file.setdefault(row.file, []).append(row.changed)
        for file, lines in by_file.items():
            review = decide_lines(review, file, min(lines), max(lines) + 1, decision)
        self.mark = None
        self._take(review)

    def _advance_line(self) -> None:
        for index in range(self.cursor + 1, len(self._rows)):
            if self._rows.rows[index].changed >= 0:
                self.go_to(index)
                return

    def _decide_file(self, decision: Decision) -> None:
        row = self._rows.rows[self.cursor] if self._rows.rows else None
        if row is not None:
            self._take(decide_rest(self.review, row.file, decision))
            self._jump(1)

    def _accept_screen(self) -> None:
        seen = [self.review.units[index] for index in self._seen()]
        self._take(accept_seen(self.review, seen))
        following = next_pending(self.review, seen[-1] if seen else self.unit)
        if following is None:
            return
        row = self._row_of(following)
        if not seen or row >= self.scroll_offset.y + self.size.height - _FIXED or row < self.scroll_offset.y:
            self.scroll_to(y=max(0, row - 3), animate=False)
        self.go_to(row)

    def _repeat(self) -> None:
        if self._last is not None:
            self._take(decide_alike(self.review, *self._last))

    def _split(self) -> None:
        row = self._rows.rows[self.cursor] if self._rows.rows else None
        if row is not None and row.changed > 0:
            self._take(split(self.review, row.file, row.changed))

    def _start_range(self) -> None:
        self.mark = None if self.mark is not None else self.cursor
        self.refresh()

    def _change_grain(self, step: int) -> None:
        self.grain = _GRAINS[max(0, min(_GRAINS.index(self.grain) + step, len(_GRAINS) - 1))]
        self.refresh()

    def _toggle_notes(self) -> None:
        self.explains = not self.explains
        unit = self.unit
        self._rows = Rows(self.review, explains=self.explains)
        self._resize()
        self.go_to(self._row_of(unit) if unit is not None else 0)

    def _jump(self, step: int, after: Unit | None = None) -> None:
        following = next_pending(self.review, after or self.unit, step)
        if following is not None:
            self.go_to(self._row_of(following))
        else:
            self.refresh()

    def _jump_file(self, step: int) -> None:
        starts = self._rows.file_starts
        later = [start for start in starts if (start > self.cursor if step > 0 else start < self.cursor)]
        if later:
            self.go_to(later[0] if step > 0 else later[-1])

    def _jump_flag(self, step: int) -> None:
        units = self.review.units
        at = units.index(self.unit) if self.unit in units else -1
        for offset in range(1, len(units) + 1):
            unit = units[(at + step * offset) % len(units)]
            if self.review.flags(unit) or self.review.withheld_reason(unit) is not None:
                self.go_to(self._row_of(unit))
                return

    # Mouse

    def on_click(self, event: events.Click) -> None:
        """Point at a row; the margin's mark accepts, a second click there rejects."""
        self.focus()
        index = int(self.scroll_offset.y) + event.y - _FIXED
        if event.y < _FIXED or index >= len(self._rows):
            return
        self.mark = None
        self.go_to(index)
        row = self._rows.rows[index]
        if row.unit >= 0 and event.x >= self.size.width - MARGIN:
            unit = self.review.units[row.unit]
            wanted = Decision.REJECTED if self.review.state(unit) is Decision.ACCEPTED else Decision.ACCEPTED
            self._take(decide(self.review, unit, wanted))

    # Drawing

    def render_line(self, y: int) -> Strip:
        """A line of the pane: two fixed ones, then rows."""
        width = self.size.width
        if self._drawing is None:
            self._drawing = Drawing(ReviewColours(self), width)
        top = int(self.scroll_offset.y)
        if y == 0:
            note = "" if self.grain is Grain.HUNK else f"unit: {self.grain.value}"
            return self._drawing.summary(self.review, note)
        if y == _FIXED and 0 < top < len(self._rows) and self._rows.rows[top].kind is not RowKind.FILE:
            # The header of the file that is scrolled through stays; the cursor never stands on this line.
            return self._drawing.file(self.review, self._rows.rows[top].file)
        index = top + y - _FIXED
        if index >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows.rows[index]
        if row.kind is RowKind.FILE:
            return self._drawing.file(self.review, row.file)
        return self._drawing.row(
            self._rows, index, self._look(index), self._label(row), self._colour_of(row), self._offset
        )

    def _look(self, index: int) -> tuple[str, ...]:
        if self.mark is not None and min(self.mark, self.cursor) <= index <= max(self.mark, self.cursor):
            return ("review--selected",)
        if index != self.cursor:
            return ()
        return ("review--cursor",) if self.has_focus else ("review--cursor-blurred",)

    def _label(self, row: Row) -> str:
        visible_units = self._visible_units()
        number = visible_units.index(row.unit) + 1 if row.unit in visible_units else 0
        flag = "⚑" if row.unit >= 0 and self.review.flags(self.review.units[row.unit]) else ""
        return f"{number if 1 <= number <= 9 else ''}{flag}"

    def _colour_of(self, row: Row) -> Sequence[Span] | None:
        if row.kind is not RowKind.LINE:
            return None
        side, line = ("old", row.old) if row.sign == "-" else ("new", row.new)
        key = (row.file, side, line)
        if key not in self._spans and key not in self._asked:
            around = range(max(1, line - _COLOURED_AROUND), line + _COLOURED_AROUND)
            self._asked |= {(row.file, side, one) for one in around}
            self._compute_colours(row.file, side, around.start, around.stop)
        return self._spans.get(key)

    @work(group="review-colours")
    async def _compute_colours(self, file: int, side: str, first: int, last: int) -> None:
        """Colour some lines of one side of a file, beside the event loop."""
        from copilot_tui.syntax import highlight  # noqa: PLC0415  (after the first paint)

        review = self.review
        change = review.files[file].change
        data = (change.before if side == "old" else change.after) or b""
        path = change.source_path if side == "old" else change.path
        found = await asyncio.to_thread(highlight, path, data, first, last)
        if review.proposal is self.review.proposal:
            for line, spans in found.items():
                self._spans[file, side, line] = spans
            self.refresh(Region(0, 0, self.size.width, self.size.height))
