"""What is shown: pieces of the best files, chosen jointly under the budget, and the heads of the definitions left out.

Invariant: the text is never longer than the room it is given, and every line that it shows is accounted for in a view.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from copilot_tui.context.document import Numbers
from copilot_tui.context.layout import outline_by_layout
from copilot_tui.context.pieces import Definition, Piece, cut
from copilot_tui.context.ranking import Ranking, score_spans
from copilot_tui.context.weights import WEIGHTS, Weights
from copilot_tui.visible import visible

CHARACTERS_PER_TOKEN = 4
_FRAGMENT_HEAD = 24  # characters that the line above a fragment takes
_MOST_FILES = 30
_LEAST_PART = 4  # lines
_MOST_SKIPPED = 12


@dataclass(frozen=True, slots=True)
class Source:
    """A file that may be shown: its lines without invisible characters, its definitions, and how many words its first lines hold."""

    path: str
    lines: list[str]
    definitions: tuple[Definition, ...]
    sums: Numbers
    pieces: list[Piece]


def make_source(path: str, lines: list[str], sums: Numbers | None = None) -> Source:
    """A source by its lines; `sums` as the index knows them."""
    found = outline_by_layout(lines)
    return Source(path, lines, found, sums or array("I", range(len(lines) + 1)), cut(lines, found))


@dataclass(slots=True)
class View:
    """What is shown of one file: numbers of whole lines, and of heads."""

    source: Source
    score: float
    reason: str
    shown: set[int] = field(default_factory=set)
    heads: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Offer:
    worth: float
    view: View
    piece: Piece
    size: int


def choose(
    ranking: Ranking,
    sources: dict[str, Source],
    reasons: dict[str, str],
    room: int,
    weights: Weights = WEIGHTS,
    *,
    touched: Mapping[str, Sequence[float]] = MappingProxyType({}),
) -> list[View]:
    """The views of the best files within `room` characters, in the files' order; `touched` has a number for each piece of a file."""
    ranked = [one for one in ranking.files[:_MOST_FILES] if one.file.path in sources]
    if not ranked:
        return []
    best_file = ranked[0].score or 1.0
    most_touched = max((max(scores, default=0.0) for scores in touched.values()), default=0.0) or 1.0
    views: list[View] = []
    raw: list[tuple[float, float, View, Piece, int]] = []
    for one in ranked:
        source = sources[one.file.path]
        view = View(source, one.score, reasons.get(one.file.path, ""))
        views.append(view)
        pieces = source.pieces
        scores = score_spans([(p.first, p.last) for p in pieces], source.sums, one.lines, ranking.weights)
        heads = _head_scores(pieces, one.lines, ranking.weights)
        past = touched.get(one.file.path) or [0.0] * len(pieces)
        share = one.score / best_file
        own = max(scores, default=0.0) or 1.0
        for place, (piece, score) in enumerate(zip(pieces, scores, strict=True)):
            near = max(scores[max(place - 1, 0)], scores[min(place + 1, len(scores) - 1)])
            size = sum(map(len, source.lines[piece.first - 1 : piece.last])) + piece.last - piece.first + 1
            rest = (
                heads[place] * weights.piece_head
                + share * weights.piece_file
                + score / own * weights.piece_own
                + past[place] / most_touched * weights.piece_touched
                - size / 4_000 * weights.piece_length
            )
            raw.append((weights.piece_text * score + weights.piece_near * near, rest, view, piece, size))
    most = max((one[0] for one in raw), default=0.0) or 1.0
    offers = [_Offer(score / most + rest, view, piece, size) for score, rest, view, piece, size in raw]
    offers.sort(key=lambda one: (-one.worth, one.view.source.path, one.piece.first))
    used = _fill(offers, room * (1 - weights.outline))
    _add_heads(views, room - used)
    return [view for view in views if view.shown or view.heads]


def _head_scores(pieces: list[Piece], lines: dict[str, Numbers], term_weights: dict[str, float]) -> list[float]:
    """How much of the query stands in the first two lines of each piece."""
    total = sum(term_weights.values()) or 1.0
    starts = {number: place for place, piece in enumerate(pieces) for number in (piece.first, piece.first + 1)}
    scores = [0.0] * len(pieces)
    for term, numbers in lines.items():
        for place in {starts[number] for number in numbers if number in starts}:
            scores[place] += term_weights.get(term, 0.0) / total
    return scores


def _fill(offers: list[_Offer], room: float) -> int:
    used = skipped = 0
    for one in offers:
        head = _FRAGMENT_HEAD + (0 if one.view.shown else len(one.view.source.path) + 2)
        last = one.piece.first - 1
        size = head
        for number in range(one.piece.first, one.piece.last + 1):
            size += len(one.view.source.lines[number - 1]) + 1
            if used + size > room:
                size -= len(one.view.source.lines[number - 1]) + 1
                break
            last = number
        if last == one.piece.last or last - one.piece.first + 1 >= _LEAST_PART:
            one.view.shown.update(range(one.piece.first, last + 1))
            used += size
        if last < one.piece.last:
            skipped += 1
            if skipped > _MOST_SKIPPED:
                break
    return used


def _add_heads(views: list[View], room: float) -> None:
    """The first lines of definitions that are not shown, of the best files first."""
    for view in views:
        room -= 0 if view.shown else len(view.source.path) + 2
        for one in view.source.definitions:
            if one.first in view.shown or one.first in view.heads or one.last - one.first < 2:
                continue
            number = min(one.head_last, one.first + 2) if _is_decorator(view.source.lines, one.first) else one.first
            size = len(view.source.lines[number - 1]) + 10
            if number in view.shown or size > 160:
                continue
            if size > room:
                return
            view.heads.add(number)
            room -= size


def _is_decorator(lines: list[str], number: int) -> bool:
    return lines[number - 1].lstrip().startswith(("@", "#["))


def render(view: View) -> str:
    """A view as text: the path, then each run of lines under the numbers of its first and last line."""
    parts = [f"{visible(view.source.path)}\n"]
    numbers = sorted(view.shown | view.heads)
    start = 0
    while start < len(numbers):
        end = start
        while end + 1 < len(numbers) and numbers[end + 1] == numbers[end] + 1:
            end += 1
        first, last = numbers[start], numbers[end]
        if numbers[start] in view.shown:
            parts.append(f"[{first}-{last}]\n" if last > first else f"[{first}]\n")
            parts += [view.source.lines[number - 1] + "\n" for number in range(first, last + 1)]
        else:
            parts += [f"[{number}] {view.source.lines[number - 1]}\n" for number in range(first, last + 1)]
        start = end + 1
    return "".join(parts) + "\n"


def runs(numbers: set[int]) -> list[tuple[int, int]]:
    """Numbers as ranges of what follows each other."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found
