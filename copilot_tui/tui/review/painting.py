"""Puts together what each line of the pane shows: the summary, the header of the file that is scrolled through, then rows.

Invariant: painting reads the pane and changes nothing of it; what is found out about a row comes from the pane's own rooms.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter
from textual.strip import Strip

from copilot_tui.review.decide import Grain
from copilot_tui.tui.review.cells import Segments, with_cell
from copilot_tui.tui.review.change_map import SPOT_MARKS, ChangeMap
from copilot_tui.tui.review.code_text import Span
from copilot_tui.tui.review.colours import ReviewColours
from copilot_tui.tui.review.drawing import Drawing, FileLook, Look
from copilot_tui.tui.review.file_view import WhiteSpace
from copilot_tui.tui.review.one_file import Row, RowKind
from copilot_tui.tui.review.rows import Rows, View

if TYPE_CHECKING:
    from copilot_tui.tui.review.pane import ReviewPane

_MOST_DRAWN = 2_000  # rows that are kept as they were drawn
FIXED = 1  # lines at the top that do not scroll: the summary


class Painting:
    """Paints one pane."""

    def __init__(self, pane: "ReviewPane") -> None:
        self._pane = pane
        self._drawing: Drawing | None = None
        self._colours: ReviewColours | None = None
        self._filters: Sequence[LineFilter] = ()
        self._background = pane.styles.background
        self._map = ChangeMap()
        self._column = 0
        # What was drawn is drawn anew only where what it shows has changed: what a row says, then its frame with the decision.
        self._drawn_of: Rows | None = None
        self._bodies: dict[int, tuple[object, Segments]] = {}
        self._framed: dict[int, tuple[object, Strip]] = {}

    def forget(self) -> None:
        """Another theme, width or offset from now on."""
        self._drawing = None

    def _clear(self) -> None:
        self._bodies.clear()
        self._framed.clear()

    def line(self, y: int) -> Strip:
        """One line of the pane, with its cell of the change map at the right end."""
        pane = self._pane
        width = pane.size.width
        if self._drawing is None or self._colours is None:
            self._colours = ReviewColours(pane)
            self._drawing = Drawing(self._colours, width, pane.offset_of_code)
            self._filters, self._background = pane.get_line_filters(), pane.background_colors[1]
            self._clear()
        if self._drawn_of is not pane.rows or len(self._bodies) > _MOST_DRAWN:
            self._drawn_of = pane.rows
            self._clear()
        if y < FIXED:
            self._column = pane.map_column  # the same for all lines of one painting
            summary = self._drawing.summary(pane.review, "  ".join(self._modes()))
            return Strip(self._filtered(list(summary)), width)
        index = pane.top + y - FIXED
        cells = self._map.cells(pane.rows, pane.page)
        spot = SPOT_MARKS[cells[y - FIXED]] if y - FIXED < len(cells) else SPOT_MARKS[cells[-1]]
        is_row = index < len(pane.rows)
        key, draw = self._row(self._drawing, index, y) if is_row else ((), lambda: Strip.blank(width, pane.rich_style))
        known = self._framed.get(index)
        shown = (key, spot, self._column)
        if known is None or known[0] != shown:
            cell = Segment(spot[0], self._colours.style(f"review--{spot[1]}"))
            segments = with_cell(list(draw()), width, self._column, cell)
            known = self._framed[index] = (shown, Strip(self._filtered(segments), width))
        return known[1]

    def _filtered(self, segments: Segments) -> Segments:
        """As they leave for the terminal: filtered once where they are made, not each time they are shown."""
        for one in self._filters:
            segments = one.apply(segments, self._background)
        return segments

    def _modes(self) -> list[str]:
        """What is not as it is at first."""
        pane, view, usual = self._pane, self._pane.view, View()
        parts = ["wrapping …"] if pane.wrapping.waits else []
        parts += [f"acts on {pane.grain.value}"] if pane.grain is not Grain.HUNK else []
        parts += [f"order {view.order.value}"] if view.order is not usual.order else []
        parts += [f"white space {view.white_space.value}"] if view.white_space is not WhiteSpace.PLAIN else []
        parts += ["quiet hunks folded"] if view.folds_quiet else []
        parts += ["checks are running"] if pane.review.proposal.is_unchecked else []
        broken = pane.knowing.warns()
        parts += [f"⚑ {broken} not parsing"] if broken else []
        parts += [pane.searching.says] if pane.searching.is_shown else []
        steps, at = pane.review.proposal.steps, pane.row
        step = pane.review.proposal.step_of(pane.review.files[at.file].change) if steps and at is not None else None
        parts += [f"step {step + 1} of {len(steps)}"] if step is not None else []
        return parts

    def _row(self, drawing: Drawing, index: int, y: int) -> tuple[object, Callable[[], Iterable[Segment]]]:
        """What the look of a row depends on, and what draws it."""
        pane = self._pane
        row = pane.rows[index]
        if row.kind is RowKind.FILE or y == FIXED:
            header = self._header_look(row, is_cursor=index == pane.cursor)
            return (pane.review.files[row.file], header), lambda: drawing.file(pane.review, row.file, header)
        current = pane.row
        is_current = current is not None and row.unit >= 0 and row.unit == current.unit
        if row.kind in {RowKind.GAP, RowKind.NOTE}:
            symbol = pane.reading.symbol(row) if row.kind is RowKind.GAP else ""
            words = Look(self._over(index), is_current, symbol=symbol)
            return words, lambda: drawing.words(row, words)
        is_first = row.unit >= 0 and pane.rows.ends_of(row.unit)[0] == index
        look = Look(
            self._over(index),
            is_current,
            self._label(row) if is_first else "",
            warning=pane.knowing.warning(pane.review.units[row.unit]) if is_first else "",
            searched=pane.searching.pattern,
        )
        state, spans = drawing.state(pane.review, row), (self._spans_of(row, True), self._spans_of(row, False))
        shown = (look.over, look.warning, look.searched, spans)

        def draw() -> Segments:
            known = self._bodies.get(index)
            if known is None or known[0] != shown:
                known = self._bodies[index] = (shown, drawing.body(pane.rows, row, look, spans))
            return drawing.framed(known[1], row, look, state)

        return (look, state, spans), draw

    def _header_look(self, row: Row, *, is_cursor: bool) -> FileLook:
        pane = self._pane
        path = pane.review.files[row.file].path
        at = pane.row
        symbol = pane.reading.symbol(at) if at is not None and at.file == row.file else self._first_symbol(row.file)
        return FileLook(
            symbol,
            is_viewed=pane.viewed.holds(pane.review.files[row.file].change),
            is_folded=path in pane.view.folded,
            over=self._over(pane.cursor) if is_cursor and row.kind is RowKind.FILE else (),
        )

    def _first_symbol(self, file: int) -> str:
        """What encloses the first hunk of a file that the cursor is not in."""
        blocks = self._pane.review.files[file].change.blocks
        if not blocks:
            return ""
        first = blocks[0]
        is_new = first.new_last > first.new_first
        return self._pane.reading.symbol(
            Row(RowKind.LINE, file, old=first.old_first + 1, new=first.new_first + 1 if is_new else 0)
        )

    def _over(self, index: int) -> tuple[str, ...]:
        pane = self._pane
        if pane.mark is not None and min(pane.mark, pane.cursor) <= index <= max(pane.mark, pane.cursor):
            return ("review--selected",)
        if index != pane.cursor:
            return ()
        return ("review--cursor",) if pane.has_focus else ("review--cursor-blurred",)

    def _label(self, row: Row) -> str:
        pane = self._pane
        seen = pane.numbered_units()
        number = seen.index(row.unit) + 1 if row.unit in seen else 0
        unit = pane.review.units[row.unit]
        flag = "⚑" if pane.review.flags(unit) or pane.knowing.warning(unit) else ""
        return f"{number if 1 <= number <= 9 else ''}{flag}"

    def _spans_of(self, row: Row, old: bool) -> Sequence[Span]:
        if row.kind is RowKind.PAIR:
            line = row.old if old else row.new
        else:
            line = (row.old if old else row.new) if row.kind is RowKind.LINE and old is (row.sign == "-") else 0
        return self._pane.reading.spans(row.file, old=old, line=line) if line else ()
