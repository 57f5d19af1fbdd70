"""Lists of segments cut and filled to a number of cells, without a strip for each step: a screen of rows is drawn within one key.

Invariant: what is fitted is exactly as wide as asked; no character is cut in two, a blank takes the place of one that does not fit.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

Segments = list[Segment]


def width_of(segments: Iterable[Segment]) -> int:
    """How many cells the segments take."""
    return sum(cell_len(segment.text) for segment in segments)


def fitted(segments: Sequence[Segment], room: int, fill: Style) -> Segments:
    """The segments in exactly `room` cells: the rest is cut off, what is missing is filled with blanks."""
    fitting: Segments = []
    left = room
    for segment in segments:
        width = cell_len(segment.text)
        if width > left:
            if left > 0:
                fitting.append(segment.split_cells(left)[0])
            return fitting
        fitting.append(segment)
        left -= width
    if left > 0:
        fitting.append(Segment(" " * left, fill))
    return fitting


def shortened(segments: Sequence[Segment], room: int, fill: Style, sign: Style) -> Segments:
    """The segments in exactly `room` cells, with an ellipsis at the end where not all of them fit."""
    if room > 1 and width_of(segments) > room:
        return [*fitted(segments, room - 1, fill), Segment("…", sign)]
    return fitted(segments, room, fill)


def part_of(segments: Sequence[Segment], first: int, last: int | None = None) -> Segments:
    """The cells from `first` to `last` (not included; None: to the end).

    A sign without a cell of its own stays with the one before it, so that parts next to each other hold it once.
    """
    part: Segments = []
    at, last = 0, sys.maxsize if last is None else last
    for segment in segments:
        text = segment.text
        if text.isascii():
            chosen, width = text[max(0, first - at) : max(0, last - at)], len(text)
        else:
            chosen, width = "".join(_signs_between(text, first - at, last - at)), cell_len(text)
        if chosen:
            part.append(Segment(chosen, segment.style))
        at += width
        if at > last:
            break
    return part


def _signs_between(text: str, first: int, last: int) -> Iterator[str]:
    end = 0
    for sign in text:
        start, end = end, end + cell_len(sign)
        if start == end:
            if first < end <= last or first == end == 0:
                yield sign
        elif first <= start and end <= last:
            yield sign
        elif first < end and start < last:
            yield " " * (min(end, last) - max(start, first))


def with_cell(segments: Sequence[Segment], width: int, at: int, cell: Segment) -> Segments:
    """Segments of `width` cells in all, with another one in the place of the cell `at`."""
    if not 0 <= at < width:
        return list(segments)
    first, index, text = width, len(segments), ""
    while index and first > at:  # it stands near the end
        index -= 1
        text = segments[index].text
        first -= cell_len(text)
    if first > at or len(text) != cell_len(text):
        return [*part_of(segments, 0, at), cell, *part_of(segments, at + 1)]
    style, place = segments[index].style, at - first
    ends = [Segment(text[:place], style)] if place else []
    rest = [Segment(text[place + 1 :], style)] if place + 1 < len(text) else []
    return [*segments[:index], *ends, cell, *rest, *segments[index + 1 :]]
