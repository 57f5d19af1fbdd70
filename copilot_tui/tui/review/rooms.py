"""How many cells of a row the code has, and where a line that is longer is continued.

Invariant: the parts of a line put together are the whole line as shown; no character is cut in two.
"""

from functools import lru_cache

from rich.cells import cell_len

from copilot_tui.tui.review.code_text import TAB, line_segments

MARGIN = 8  # cells at the right for the state, the number and the change map
NUMBERS = 12  # cells of both line numbers
_BAR = 1
_SIGN = 1
_RULE = 1
_ONE_NUMBER = NUMBERS // 2
LEAST_ROOM = 8  # a narrower room is treated as this wide: nothing can be read there anyway


def halves(width: int) -> tuple[int, int]:
    """The cells of the two sides of a row that shows both."""
    left = (width - MARGIN - _BAR - _RULE) // 2
    return left, width - MARGIN - _BAR - _RULE - left


def code_room(width: int) -> int:
    """The cells that code has in a row of one side."""
    return max(LEAST_ROOM, width - MARGIN - _BAR - NUMBERS - _SIGN)


def half_room(half: int) -> int:
    """The cells that code has in one half of a row."""
    return max(LEAST_ROOM, half - _ONE_NUMBER - _SIGN)


def surely_fits(raw: bytes, room: int) -> bool:
    """Whether a line needs one row only; False also where that takes a closer look."""
    return raw.isascii() and len(raw) + (TAB - 1) * raw.count(b"\t") <= room


@lru_cache(maxsize=4096)
def parts_of(raw: bytes, room: int) -> tuple[tuple[int, int], ...]:
    """The cells (first, last one not included) of a line that stand on each of its rows; one part for an empty line."""
    if surely_fits(raw, room):
        return ((0, room),)
    shown = "".join(text for text, _, _ in line_segments(raw, (), ()))
    parts: list[tuple[int, int]] = []
    start = at = 0
    for character in shown:
        size = cell_len(character)
        if at + size - start > room:
            parts.append((start, at))
            start = at
        at += size
    return (*parts, (start, at))
