"""The scroll bar of the review pane, drawn without a console of Rich: it moves with nearly every key.

Invariant: it looks and acts as Textual's own does.
"""

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.strip import Strip


class LineScrollBar(ScrollBar):
    """A vertical scroll bar."""

    _strips: dict[Segment, Strip] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """Its cells; most of them are alike, so that few are made."""
        if not self.is_attached:  # its pane is being taken away
            return [Strip.blank(crop.width)] * crop.height
        bar = self.render()
        if not isinstance(bar, ScrollBarRender) or not isinstance(bar.style, Style):
            return super().render_lines(crop)
        style = bar.style
        cells = ScrollBarRender.render_bar(
            size=self.size.height,
            virtual_size=bar.virtual_size,
            window_size=bar.window_size,
            position=bar.position,
            thickness=bar.thickness,
            vertical=True,
            **({"back_color": style.bgcolor} if style.bgcolor is not None else {}),
            **({"bar_color": style.color} if style.color is not None else {}),
        ).segments
        return [self._strip(cells[y]) if y < len(cells) else Strip.blank(crop.width) for y in crop.line_range]

    def _strip(self, cell: Segment) -> Strip:
        if self._strips is None or len(self._strips) > 100:  # other themes, other states under the mouse
            self._strips = {}
        strip = self._strips.get(cell)
        if strip is None:
            segments = [cell]
            for one in self.get_line_filters():
                segments = one.apply(segments, self.background_colors[1])
            strip = self._strips[cell] = Strip(segments, len(cell.text))
        return strip
