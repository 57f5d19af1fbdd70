"""The colours of code: from the theme's variables, lit where it may change and dimmed where it may not.

Invariant: a style depends only on the widget's component styles, so that a new theme gives new colours everywhere.
"""

from dataclasses import dataclass

from rich.style import Style
from textual.color import Color
from textual.widget import Widget

from copilot_tui.tui.contrast import QUIET, TEXT, legible

KINDS = (
    "keyword",
    "string",
    "comment",
    "number",
    "function",
    "type",
    "variable",
    "operator",
    "constant",
    "attribute",
    "tag",
    "punctuation",
)
CODE_CLASSES = {"code--lit", "code--cursor", "code--selection", "code--bar", "code--line", "code--line-lit"} | {
    f"code--{kind}" for kind in KINDS
}
CODE_CSS = """
    & > .code--lit { background: $primary 9%; }
    & > .code--cursor { background: $primary 22%; }
    & > .code--selection { background: $accent 22%; }
    & > .code--bar { color: $text-accent; }
    & > .code--line { color: $foreground 35%; }
    & > .code--line-lit { color: $foreground 75%; }
    & > .code--keyword { color: $text-accent; }
    & > .code--string { color: $text-success; }
    & > .code--comment { color: $foreground 55%; text-style: italic; }
    & > .code--number { color: $text-warning; }
    & > .code--function { color: $text-primary; }
    & > .code--type { color: $text-secondary; }
    & > .code--variable { color: $foreground; }
    & > .code--operator { color: $foreground 85%; }
    & > .code--constant { color: $text-warning; }
    & > .code--attribute { color: $text-secondary; }
    & > .code--tag { color: $text-primary; }
    & > .code--punctuation { color: $foreground 75%; }
"""
_DIMMED = 0.45
_QUIET = {"line", "line-lit", "bar", "comment", "punctuation"}


@dataclass(frozen=True, slots=True)
class RowLook:
    """How a row is drawn: whether it may change, has the cursor, is selected."""

    lit: bool
    cursor: bool = False
    selected: bool = False


class CodeColours:
    """The Rich styles for one widget and theme; make a new one when the theme changes."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._base_background, self._base_foreground = widget.background_colors[1], widget.colors[3]
        self._cache: dict[tuple[str, RowLook], Style] = {}

    def _background(self, look: RowLook) -> Color:
        background = self._base_background
        for wanted, name in (
            (look.lit, "code--lit"),
            (look.selected, "code--selection"),
            (look.cursor, "code--cursor"),
        ):
            if wanted:
                background += self._widget.get_component_styles(name).background
        return background

    def style(self, kind: str, look: RowLook) -> Style:
        """The style of a token kind (empty: plain text) in a row that looks so."""
        key = (kind, look)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._make(kind, look)
        return found

    def _make(self, kind: str, look: RowLook) -> Style:
        background = self._background(look)
        styles = self._widget.get_component_styles(f"code--{kind}") if kind else None
        foreground = background + (styles.color if styles is not None else self._base_foreground)
        if not look.lit and kind not in {"line", "bar"}:
            foreground = foreground.blend(background, _DIMMED, 1.0)
        foreground = legible(foreground, background, TEXT if look.lit and kind not in _QUIET else QUIET)
        text = Style(color=foreground.rich_color, bgcolor=background.rich_color, dim=False)
        return text + styles.text_style if styles is not None else text
