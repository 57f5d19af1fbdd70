"""How the interface looks: the themes, and one of its own with the highest contrast.

Invariant: a theme changes colours alone; no state is shown by colour without a mark or a word beside it.
"""

from textual.app import App
from textual.theme import Theme

BUILT_IN = "textual-dark"
HIGH_CONTRAST = Theme(
    name="high-contrast",
    primary="#5fd7ff",
    secondary="#ffffff",
    accent="#ffff5f",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    success="#5fff5f",
    warning="#ffff5f",
    error="#ff8787",
    dark=True,
)
CYCLE = (
    BUILT_IN,
    "textual-light",
    HIGH_CONTRAST.name,
    "nord",
    "gruvbox",
    "catppuccin-latte",
    "tokyo-night",
    "solarized-light",
)


def take_theme(app: App[None], name: str) -> str:
    """Put a theme on, the built-in one for an empty name; gives the sentence to say where there is none of that name."""
    wanted = name or BUILT_IN
    if wanted not in app.available_themes:
        return f"There is no theme {wanted!r}: there are {', '.join(sorted(app.available_themes))}."
    if app.theme != wanted:
        app.theme = wanted
    return ""


def next_theme(present: str) -> str:
    """The theme after this one in the cycle."""
    at = CYCLE.index(present) if present in CYCLE else -1
    return CYCLE[(at + 1) % len(CYCLE)]
