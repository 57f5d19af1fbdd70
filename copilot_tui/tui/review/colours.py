"""The styles of the review pane, from the theme's variables.

Invariant: red and green are never the only sign: each state has its own character too.
"""

from rich.style import Style
from textual.widget import Widget

from copilot_tui.review.changed_file import Decision
from copilot_tui.tui.contrast import QUIET, TEXT, legible

REVIEW_CLASSES = {
    f"review--{name}"
    for name in (
        "added", "removed", "added-word", "removed-word", "context", "number", "file", "summary", "cursor", "cursor-blurred",
        "selected", "unit", "why", "check", "flag", "withheld", "risk-low", "risk-medium", "risk-high", "accepted", "rejected",
        "pending", "gap", "bar", "void", "comment", "moved", "moved-note", "link", "broken", "found",
    )
}  # fmt: skip
REVIEW_CSS = """
    & > .review--added { background: $success 14%; }
    & > .review--removed { background: $error 14%; }
    & > .review--added-word { background: $success 38%; }
    & > .review--removed-word { background: $error 38%; }
    & > .review--context { color: $foreground 70%; }
    & > .review--number { color: $foreground 40%; }
    & > .review--file { background: $panel; color: $foreground; text-style: bold; }
    & > .review--summary { background: $boost; color: $foreground; }
    & > .review--bar { color: $text-accent; }
    & > .review--void { background: $foreground 4%; }
    & > .review--comment { color: $text-accent; }
    & > .review--cursor { background: $primary 30%; }
    & > .review--cursor-blurred { background: $foreground 9%; }
    & > .review--selected { background: $accent 30%; }
    & > .review--unit { color: $text-accent; text-style: bold; }
    & > .review--why { color: $foreground 85%; text-style: italic; }
    & > .review--check { color: $foreground 65%; }
    & > .review--flag { color: $text-warning; text-style: bold; }
    & > .review--withheld { color: $foreground 50%; text-style: italic; }
    & > .review--risk-low { color: $foreground 65%; }
    & > .review--risk-medium { color: $text-warning; }
    & > .review--risk-high { color: $text-error; text-style: bold; }
    & > .review--accepted { color: $text-success; text-style: bold; }
    & > .review--rejected { color: $text-error; text-style: bold; }
    & > .review--pending { color: $foreground 60%; }
    & > .review--moved { color: $foreground 50%; }
    & > .review--moved-note { color: $foreground 65%; }
    & > .review--link { color: $text-accent; }
    & > .review--broken { background: $warning 35%; color: $text-warning; text-style: bold; }
    & > .review--found { background: $warning 70%; color: $foreground; text-style: bold underline; }
    & > .review--gap { color: $foreground 30%; }
"""
_QUIET = {"number", "gap", "bar", "withheld", "moved", "pending"}  # they may stand back, but not vanish
MARKS = {Decision.PENDING: "○", Decision.ACCEPTED: "✓", Decision.REJECTED: "✗", None: "◐"}
STATE_CLASSES = {
    Decision.PENDING: "pending",
    Decision.ACCEPTED: "accepted",
    Decision.REJECTED: "rejected",
    None: "pending",
}


class ReviewColours:
    """Rich styles by component class, made once for a widget and theme."""

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._base = widget.background_colors[1]
        self._text = self._base + widget.colors[3]
        self._cache: dict[tuple[str, ...], Style] = {}

    def style(self, *classes: str) -> Style:
        """The classes laid over each other: backgrounds blend, the last colour wins, text styles add up."""
        found = self._cache.get(classes)
        if found is None:
            found = self._cache[classes] = self._make(classes)
        return found

    def _make(self, classes: tuple[str, ...]) -> Style:
        background, colour, text, least = self._base, None, Style(), TEXT
        for name in classes:
            styles = self._widget.get_component_styles(name)
            if styles.has_rule("background"):
                background += styles.background
            if styles.has_rule("color"):
                colour = styles.color
                least = QUIET if name.removeprefix("review--") in _QUIET else TEXT
            text += styles.text_style
        foreground = self._text if colour is None else background + colour
        foreground = legible(foreground, background, least)
        return Style(color=foreground.rich_color, bgcolor=background.rich_color) + text
