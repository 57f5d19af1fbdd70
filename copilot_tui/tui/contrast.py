"""Text that stays legible on whatever background it lands on, in every theme.

Invariant: a colour that is legible already is given back as it is, and so is one of the terminal's own, which nobody here knows.
"""

from textual.color import BLACK, WHITE, Color

TEXT = 4.5  # the least ratio for text, and below it for large signs and what is only in the background: WCAG 2.1, 1.4.3 and 1.4.11
QUIET = 3.0
_STEPS = 20


def contrast(one: Color, other: Color) -> float:
    """The ratio of two opaque colours' luminance, 1 to 21, as WCAG 2.1 defines it."""
    lower, higher = sorted((_luminance(one), _luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def legible(colour: Color, background: Color, least: float = TEXT) -> Color:
    """The colour, or where its contrast is too small, the first on its way to black or white (what is further off) that has enough."""
    if is_of_terminal(colour) or is_of_terminal(background) or contrast(colour, background) >= least:
        return colour
    end = max(BLACK, WHITE, key=lambda pole: contrast(pole, background))
    for step in range(1, _STEPS):
        found = colour.blend(end, step / _STEPS, 1.0)
        if contrast(found, background) >= least:
            return found
    return end


def is_of_terminal(colour: Color) -> bool:
    """Whether the terminal chooses what it looks like."""
    return colour.ansi is not None


def _luminance(colour: Color) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
