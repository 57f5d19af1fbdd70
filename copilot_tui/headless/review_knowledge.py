"""What is known of the hunks beside their lines: symbol, moves, layout, what they need; and what is wrong with the decisions so far.

Invariant: hunks are named by the numbers that `--accept` and `--reject` take.
"""

from typing import Any

from copilot_tui.diff.moved import MovedEnd, MovedRun, find_moved
from copilot_tui.review.accepted_syntax import broken_by_part
from copilot_tui.review.formatting import formatting_only
from copilot_tui.review.links import Link, broken_links, find_links
from copilot_tui.review.proposal import HunkKey
from copilot_tui.review.review import Review, Unit
from copilot_tui.review.symbols import symbol_of


class Knowledge:
    """What is known of one review, found once."""

    def __init__(self, review: Review) -> None:
        change_set = review.proposal.change_set
        self._links: tuple[Link, ...] = find_links(change_set)
        self._moved = find_moved(change_set)
        self._layout = formatting_only(change_set)

    def of_unit(self, review: Review, unit: Unit) -> dict[str, Any]:
        """The knowledge of one unit as JSON."""
        key = review.key(unit)
        needed = {link.needed for link in self._links if link.hunk == key}
        return {
            "symbol": symbol_of(review, unit),
            "layout_only": key in self._layout,
            "needs": [number for number, other in enumerate(review.units, start=1) if review.key(other) in needed],
            "moved_from": [_place(run, run.source) for run in self._moved if _is_in(review, unit, run.target)],
            "moved_to": [_place(run, run.target) for run in self._moved if _is_in(review, unit, run.source)],
        }

    def warnings(self, review: Review) -> list[str]:
        """What is wrong with the decisions so far: each a sentence that begins with the number of its hunk."""
        found: dict[HunkKey, tuple[str, ...]] = dict(broken_links(review, self._links))
        for key, sentence in broken_by_part(review).items():
            found[key] = (*found.get(key, ()), sentence)
        numbers: dict[HunkKey, int] = {}
        for number, unit in enumerate(review.units, start=1):
            numbers.setdefault(review.key(unit), number)
        return [f"hunk {numbers[key]} {sentence}" for key in found for sentence in found[key]]


def _place(run: MovedRun, end: MovedEnd) -> str:
    words = f" ({run.words} word{'s' if run.words != 1 else ''} changed)" if run.words else ""
    return f"{end.path}:{end.line}{words}"


def _is_in(review: Review, unit: Unit, end: MovedEnd) -> bool:
    change = review.files[unit.file].change
    return end.path in {change.path, change.source_path} and end.first < unit.last and end.last > unit.first
