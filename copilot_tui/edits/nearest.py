"""The lines of a file that come nearest to a quoted text: what a refusal shows so that the model can quote them right.

Invariant: similarity is for showing only; nothing is ever applied because of it.
"""

from collections import Counter

from rapidfuzz import fuzz, process

from copilot_tui.edits.text import FileText, strip
from copilot_tui.visible import decode_visible

_MOST_LINES = 14
_LONGEST_LINE = 200
_MOST_QUOTED = 400


def nearest_lines(text: FileText, quoted: list[bytes]) -> str:
    """The stretch of the file most like `quoted`, each line as `number| text`; empty where nothing is alike."""
    start = _best_start(text, quoted)
    return show_lines(text, start, len(quoted)) if start is not None else ""


def show_lines(text: FileText, start: int, count: int) -> str:
    """Lines from the 0-based `start`, numbered from 1, made safe to show."""
    first = max(start, 0)
    last = min(first + max(min(count + 2, _MOST_LINES), 1), len(text))
    return "\n".join(
        f"{number + 1}| {decode_visible(text.lines[number][:_LONGEST_LINE], keep=chr(9))}"
        for number in range(first, last)
    )


def _best_start(text: FileText, quoted: list[bytes]) -> int | None:
    keyed = text.keyed(strip)
    votes: Counter[int] = Counter()
    for offset, line in enumerate(quoted[:_MOST_QUOTED]):
        plain = line.strip()
        places = keyed.positions.get(plain, ()) if plain else ()
        for place in places[:_MOST_QUOTED]:
            votes[place - offset] += 1000 // len(places) + 1
    if votes:
        return max(votes.items(), key=lambda pair: (pair[1], -pair[0]))[0]
    offset, line = max(enumerate(quoted[:_MOST_QUOTED]), key=lambda pair: len(pair[1]), default=(0, b""))
    plain = line.strip()[:_LONGEST_LINE]
    if not plain:
        return None
    choices = [key[:_LONGEST_LINE] for key in keyed.keys]
    found = process.extractOne(plain, choices, scorer=fuzz.ratio, score_cutoff=60)
    return found[2] - offset if found else None
