"""What is shown: pieces of the best files, chosen jointly under the budget, with what they stand in, and the heads of runners-up.

Invariant: the text is never longer than the room it is given, and every line that it shows is accounted for in a view.
"""

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from copilot_tui.context.evidence import SIGNALS, Pieces, Signals, link_words, settle
from copilot_tui.context.imported import used_imports
from copilot_tui.context.ranking import Ranking
from copilot_tui.context.reasons import NOTHING_SPECIAL
from copilot_tui.context.source import Source, frame_of, name_line
from copilot_tui.context.view import View
from copilot_tui.context.weights import WEIGHTS, Weights

CHARACTERS_PER_TOKEN = 4
MOST_BUDGET = 2_000_000  # tokens: whoever asks for more gets a pack of so many
_FRAGMENT_HEAD = 14  # characters that the line above a fragment takes
_LEAST_FILES, _MOST_FILES = 6, 30
_LEAST_PART = 4  # lines
_MOST_SKIPPED = 12
_MOST_HEAD = 160  # characters
_MOST_HEADS = 4  # of one piece
_MOST_FURTHER = 12  # files
_PATH = 45  # characters of a usual path
_FURTHER = "Also likely:\n"
_LENGTH = SIGNALS.index("length")


class Offer(NamedTuple):
    """A piece that may be shown, and how much it is worth."""

    worth: float
    view: View
    piece: int


def choose(
    ranking: Ranking, sources: dict[str, Source], reasons: dict[str, str], room: int, weights: Weights = WEIGHTS
) -> list[View]:
    """The views of the best files within `room` characters, in the files' order, which is settled by this."""
    settle(ranking, sources, weights)
    ranked = [one for one in ranking.files if one.file.path in ranking.pieces][: files_within(room)]
    views = [View(sources[one.file.path], one.score, reasons.get(one.file.path, "")) for one in ranked]
    return fill(views, [ranking.pieces[one.file.path] for one in ranked], room, weights)


def files_within(room: int) -> int:
    """How many files compete for so many characters."""
    return max(_LEAST_FILES, min(_MOST_FILES, room // 1_000))


def room_for_further(room: int, weights: Weights = WEIGHTS) -> int:
    """How many of so many characters the paths of further files may take."""
    return min(int(room * weights.further), _MOST_FURTHER * _PATH)


def further(paths: Iterable[str], room: int) -> str:
    """The paths of the next files, of which nothing is shown, as far as there is room for them."""
    text = _FURTHER
    for path in islice(paths, _MOST_FURTHER):
        if len(text) + len(path) + 1 > room:
            break
        text += f"{path}\n"
    return text if text != _FURTHER else ""


def fill(views: list[View], pieces: list[Pieces], room: int, weights: Weights) -> list[View]:
    """Show the worthiest pieces, then their imports, then the heads of the next; gives the views that show something."""
    offers = [
        Offer(likely - weights.density * signals[_LENGTH], view, piece)
        for view, one in zip(views, pieces, strict=True)
        for piece, (likely, signals) in enumerate(zip(one.likely, one.signals, strict=True))
    ]
    offers.sort(key=lambda one: (-one.worth, one.view.source.path, one.piece))
    left = room - _add_pieces(offers, room * (1 - weights.outline - weights.imports))
    left -= _add_imports(views, min(room * weights.imports, left))
    _add_heads(offers, left)
    for view, one in zip(views, pieces, strict=True):
        _add_link(view, one.signals)
    return [view for view in views if not view.is_empty]


def _add_link(view: View, signals: list[Signals]) -> None:
    """Say what links the pieces that are shown to the likeliest ones."""
    shown = [signals[place] for place in dict.fromkeys(view.source.piece_of[number] for number in sorted(view.shown))]
    words = link_words(shown)
    if words:
        view.reason = f"{view.reason}; {words}" if view.reason and view.reason != NOTHING_SPECIAL else words


def _add_pieces(offers: list[Offer], room: float) -> int:
    used = skipped = 0
    for one in offers:
        view, source = one.view, one.view.source
        piece = source.pieces[one.piece]
        size = _FRAGMENT_HEAD + _opening(view)
        frame = [number for number in frame_of(source, one.piece) if len(source.lines[number - 1]) <= _MOST_HEAD]
        size += sum(view.cost(number) for number in frame)
        last = piece.first - 1
        for number in range(piece.first, piece.last + 1):
            length = len(source.lines[number - 1]) + 1
            if used + size + length > room:
                break
            size += length
            last = number
        if last == piece.last or last - piece.first + 1 >= _LEAST_PART:
            view.heads.update(frame)
            view.shown.update(range(piece.first, last + 1))
            used += size
        if last < piece.last:
            skipped += 1
            if skipped > _MOST_SKIPPED:
                break
    return used


def _opening(view: View) -> int:
    """What the first line of a file takes beside the line itself."""
    return len(view.source.path) + 2 if view.is_empty else 0


def _add_imports(views: list[View], room: float) -> int:
    """The lines that bring in names which are used in what is shown, of the best files first."""
    used = 0
    for view in views:
        for number in used_imports(view):
            size = view.cost(number)
            if used + size > room:
                return used
            view.heads.add(number)
            used += size
    return used


def _add_heads(offers: list[Offer], room: float) -> None:
    """The lines that name the definitions of the next pieces, the worthiest first."""
    skipped = 0
    for one in offers:
        view, source = one.view, one.view.source
        for number in _heads_of(source, one.piece):
            size = view.cost(number) + _opening(view)
            if view.has(number) or size > _MOST_HEAD + len(source.path):
                continue
            if size > room:
                skipped += 1
                continue
            view.heads.add(number)
            room -= size
        if skipped > _MOST_SKIPPED:
            return


def _heads_of(source: Source, piece: int) -> list[int]:
    """The lines that name what a piece is of, and what begins in it."""
    part, owner = source.pieces[piece], source.owner[piece]
    found = [name_line(source.lines, source.definitions[owner])] if owner >= 0 else []
    for number in range(part.first, part.last + 1):
        place = source.heads.get(number)
        if place is not None and place != owner:
            found.append(name_line(source.lines, source.definitions[place]))
    return list(dict.fromkeys(found))[:_MOST_HEADS]
