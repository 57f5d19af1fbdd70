"""The code view: one Line-API widget with a line cursor, a selection of lines and the lit region.

Invariant: it never changes a file and never calls the session; it posts where the cursor and the selection are and which lines it needs
colours for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from copilot_tui.autonomy.request import LineRange
from copilot_tui.tui.code_colours import CODE_CLASSES, CODE_CSS, CodeColours, RowLook
from copilot_tui.tui.code_document import CodeDocument
from copilot_tui.tui.picking import Picked, mark, word_at

Spans = list[tuple[int, int, str]]


class CodeView(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows one file; `aimed` messages say where the person points."""

    COMPONENT_CLASSES: ClassVar[set[str]] = CODE_CLASSES
    BINDINGS: ClassVar = [  # what moves the cursor are keys of the screen or sheet around it
        Binding("ctrl+pageup", "page_left", show=False),
        Binding("ctrl+pagedown", "page_right", show=False),
    ]
    ALLOW_SELECT = False  # the mouse picks lines here, and letters within one
    DEFAULT_CSS = "CodeView { background: $background; color: $foreground; scrollbar-size: 0 1;" + CODE_CSS + "}"

    @dataclass
    class Aimed(Message):
        """The cursor or the selection moved."""

        line: int
        selection: LineRange | None

    @dataclass
    class ColoursWanted(Message):
        """These lines are on the screen and have no colours yet."""

        document: CodeDocument
        lines: LineRange

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self.document = CodeDocument("", b"")
        self.cursor = 1
        self.mark: int | None = None
        self._lit: LineRange | None = None
        self._spans: dict[int, Spans] = {}
        self._asked: set[int] = set()
        self._colours: CodeColours | None = None
        self._dragging = False
        self._pressed = (0, 0)
        self.picked: Picked | None = None  # letters within one line, counted from where the text begins

    # What the screen gives

    def open(self, document: CodeDocument, line: int = 1) -> None:
        """Show another file, the cursor on a line."""
        self.document = document
        self._spans.clear()
        self._asked.clear()
        self.mark = None
        self.picked = None
        self.cursor = max(1, min(line, document.line_count or 1))
        self.virtual_size = Size(self.gutter_width + document.widest() + 1, max(1, document.line_count))
        self.refresh()
        self.call_after_refresh(self._after_open)

    def light(self, lines: LineRange | None) -> None:
        """Light these lines: they may change, everything else is dimmed."""
        if lines != self._lit:
            self._lit = lines
            self.refresh()

    def colour(self, document: CodeDocument, spans: Mapping[int, Spans]) -> None:
        """Take the colours of some lines, unless another file is open by now."""
        if document is self.document:
            self._spans.update(spans)
            self.refresh()

    @property
    def gutter_width(self) -> int:
        """The cells before the text: bar, line number, rule."""
        return len(str(max(self.document.line_count, 999))) + 5

    @property
    def selection(self) -> LineRange | None:
        """The selected lines, if more than the cursor's line is selected."""
        if self.mark is None or not self.document.line_count:
            return None
        return LineRange(min(self.mark, self.cursor), max(self.mark, self.cursor))

    # Moving

    def go_to(self, line: int, *, select: bool = False) -> None:
        """Put the cursor on a line, growing the selection if asked."""
        before = (self.cursor, self.mark)
        if self.picked is not None:
            self.picked = None
            self.refresh()
        if select and self.mark is None:
            self.mark = self.cursor
        elif not select:
            self.mark = None
        self.cursor = max(1, min(line, self.document.line_count or 1))
        self._keep_in_view()
        if before != (self.cursor, self.mark):
            self.refresh()
            self.post_message(self.Aimed(self.cursor, self.selection))

    def move(self, lines: int, select: bool = False) -> None:
        """Move the cursor by lines."""
        self.go_to(self.cursor + lines, select=select)

    def page(self, pages: int) -> None:
        """Move the cursor by screens."""
        self.go_to(self.cursor + pages * max(1, self.size.height - 2))

    def edge(self, last: bool) -> None:
        """Move to the first or last line."""
        self.go_to(self.document.line_count if last else 1)

    def slide(self, columns: int) -> None:
        """Scroll sideways."""
        self.scroll_to(x=self.scroll_offset.x + columns, animate=False)

    def _keep_in_view(self) -> None:
        self.scroll_to_region(
            Region(int(self.scroll_offset.x), self.cursor - 1, 1, 1), animate=False, immediate=True, force=True
        )

    def on_resize(self) -> None:
        """Keep the cursor on the screen."""
        self._keep_in_view()

    def _after_open(self) -> None:
        height = self.size.height
        self.scroll_to(y=max(0, self.cursor - 1 - height // 2), animate=False, force=True, immediate=True)
        self.post_message(self.Aimed(self.cursor, None))

    # Mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor where the person clicked; a drag within a line picks letters, a longer one selects lines."""
        if event.button == 1:
            self._dragging = True
            self.capture_mouse()
            self.go_to(self._line_at(event), select=event.shift)
            self._pressed = (self.cursor, self._cell_at(event))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Grow what is selected while dragging."""
        if not self._dragging:
            return
        line, cell = self._line_at(event), self._cell_at(event)
        if line != self.cursor:
            self.go_to(line, select=True)
        elif self.mark is None and line == self._pressed[0]:
            self.picked = Picked(self._pressed, (line, cell)) if cell != self._pressed[1] else None
            self.refresh()

    def on_mouse_up(self) -> None:
        """End a drag."""
        if self._dragging:
            self._dragging = False
            self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Two clicks pick the word."""
        line = self._line_at(event)
        if event.chain == 2 and line <= self.document.line_count:
            shown = Strip([Segment(self.document.shown(line).text)])
            self.picked = word_at(shown, line, self._cell_at(event))
            self.refresh()

    @property
    def picked_text(self) -> str:
        """The letters that the mouse picked, empty where there are none."""
        if self.picked is None or self.picked.began[0] > self.document.line_count:
            return ""
        return self.picked.text(lambda line: Strip([Segment(self.document.shown(line).text)]))

    def _line_at(self, event: events.MouseEvent) -> int:
        return int(self.scroll_offset.y) + event.y + 1

    def _cell_at(self, event: events.MouseEvent) -> int:
        return max(0, int(self.scroll_offset.x) + event.x - self.gutter_width)

    # Drawing

    def notify_style_update(self) -> None:
        """Take the new theme's colours."""
        self._colours = None
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        if self._colours is None:
            self._colours = CodeColours(self)
        number = int(self.scroll_offset.y) + y + 1
        width = self.size.width
        plain = self._colours.style("", RowLook(lit=False))
        if number > self.document.line_count:
            note = "   " + self.document.problem if y == 1 and self.document.problem else ""
            return Strip([Segment(note.ljust(width), plain)], width)
        self._want_colours(number)
        return self._draw(number, self._colours).crop_extend(0, width, plain)

    def _draw(self, number: int, colours: CodeColours) -> Strip:
        selection = self.selection
        look = RowLook(
            lit=self._lit is not None and self._lit.first <= number <= self._lit.last,
            cursor=number == self.cursor and (self.has_focus or selection is None),
            selected=selection is not None and selection.first <= number <= selection.last,
        )
        digits = self.gutter_width - 5
        gutter = [
            Segment("▌" if look.lit else " ", colours.style("bar", look)),
            Segment(f" {number:>{digits}} ", colours.style("line-lit" if look.lit else "line", look)),
            Segment("│ ", colours.style("line", look)),
        ]
        text = Strip(self._text_segments(number, look, colours))
        if self.picked is not None:
            text = mark(text, self.picked.cells(number, text.cell_length), self)
        offset = int(self.scroll_offset.x)
        room = max(0, self.size.width - self.gutter_width)
        return Strip([*gutter, *text.crop_extend(offset, offset + room, colours.style("", look))])

    def _text_segments(self, number: int, look: RowLook, colours: CodeColours) -> list[Segment]:
        shown = self.document.shown(number)
        segments: list[Segment] = []
        at = 0
        for start, end, kind in self._spans.get(number, ()):
            first, last = shown.column(start), shown.column(end)
            if first > at:
                segments.append(Segment(shown.text[at:first], colours.style("", look)))
            if last > max(at, first):
                segments.append(Segment(shown.text[max(at, first) : last], colours.style(kind, look)))
                at = last
        if at < len(shown.text):
            segments.append(Segment(shown.text[at:], colours.style("", look)))
        return segments

    def _want_colours(self, number: int) -> None:
        if number in self._asked or not self.document.is_coloured:
            return
        height = max(10, self.size.height)
        lines = LineRange(max(1, number - height), min(self.document.line_count, number + 2 * height))
        self._asked.update(range(lines.first, lines.last + 1))
        self.post_message(self.ColoursWanted(self.document, lines))
