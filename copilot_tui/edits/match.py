"""Where the quoted lines of an edit stand in a file: tiers from exact to tolerant, each over the whole file.

Invariant: the first tier with a match decides; a looser tier is never asked where a stricter one found several places. Lines to be removed
are equal to the file's but for outer blanks and look-alike characters in every tier.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from copilot_tui.edits.edit import Edit, Operation, OperationKind
from copilot_tui.edits.elision import is_elision
from copilot_tui.edits.indentation import IndentMap, learn
from copilot_tui.edits.text import FileText, Key, fold, rstrip, same, strip

LIMIT = 1000
_SKIP_WORK = 2_000_000
_FEWEST_LINES_TO_SKIP_ONE = 3


@dataclass(frozen=True, slots=True)
class Match:
    """One place: for each quoted old line its 0-based line number in the file (None for a line that stands for others or is not there)."""

    tier: str
    lines: tuple[int | None, ...]
    indent: IndentMap

    @property
    def first(self) -> int:
        """The first matched line, 0-based."""
        return next(line for line in self.lines if line is not None)


@dataclass(frozen=True, slots=True)
class Quoted:
    """The old side of an edit."""

    operations: tuple[Operation, ...]
    lines: list[bytes]
    adds: bool

    def keeps(self, index: int) -> bool:
        """Whether the quoted line is kept."""
        return self.operations[index].kind is OperationKind.KEEP


def quote(edit: Edit) -> Quoted:
    """The old side of `edit`."""
    old = tuple(operation for operation in edit.operations if operation.kind is not OperationKind.ADD)
    adds = any(operation.kind is OperationKind.ADD and operation.text.strip() for operation in edit.operations)
    return Quoted(old, [operation.text for operation in old], adds)


def find_matches(text: FileText, edit: Edit) -> list[Match]:
    """The places of the first tier that has any."""
    quoted = quote(edit)
    if not any(line.strip() for line in quoted.lines):
        return _plain(text, quoted, "exact", same) if quoted.lines else []
    exact = _plain(text, quoted, "exact", same)
    if exact or not _may_match(text, quoted):
        return exact
    tiers: tuple[Callable[[], list[Match]], ...] = (
        lambda: _plain(text, quoted, "trailing-blanks", rstrip),
        lambda: _indented(text, quoted, strip, "indentation", lambda learnt: not learnt.unit),
        lambda: _indented(text, quoted, strip, "tabs", lambda learnt: bool(learnt.unit)),
        lambda: _indented(text, quoted, fold, "look-alikes", lambda _: True),
        lambda: _without_indentation(text, quoted),
        lambda: _blank_lines(text, quoted),
        lambda: _elided(text, quoted),
        lambda: _skipped(text, quoted, edit),
    )
    return next((found for tier in tiers if (found := tier())), [])


def _may_match(text: FileText, quoted: Quoted) -> bool:
    """Whether the file has every quoted line that must be in it, by the loosest key of all tiers."""
    positions = text.keyed(fold).positions
    return all(
        folded in positions or (quoted.keeps(index) and is_elision(quoted.lines[index]))
        for index, line in enumerate(quoted.lines)
        if (folded := fold(line))
    )


def _run(start: int, count: int) -> tuple[int, ...]:
    return tuple(range(start, start + count))


def _plain(text: FileText, quoted: Quoted, tier: str, key: Key) -> list[Match]:
    pattern = [key(line) for line in quoted.lines]
    return [Match(tier, _run(start, len(pattern)), IndentMap()) for start in text.keyed(key).starts(pattern, LIMIT)]


def _indented(text: FileText, quoted: Quoted, key: Key, tier: str, accepts: Callable[[IndentMap], bool]) -> list[Match]:
    lines = quoted.lines
    found = []
    for start in text.keyed(key).starts([key(line) for line in lines], LIMIT):
        learnt = learn(lines, text.lines[start : start + len(lines)])
        if learnt is not None and accepts(learnt):
            found.append(Match(tier, _run(start, len(lines)), learnt))
    return found


def _without_indentation(text: FileText, quoted: Quoted) -> list[Match]:
    """Where nothing is added, the indentation of the quoted lines does not matter."""
    return [] if quoted.adds else _plain(text, quoted, "indentation", fold)


def _blank_lines(text: FileText, quoted: Quoted) -> list[Match]:
    """Blank lines too many or too few in the quoted text, where only kept lines are concerned."""
    filled = [index for index, line in enumerate(quoted.lines) if line.strip()]
    pattern = [fold(quoted.lines[index]) for index in filled]
    found = []
    for start in text.filled_lines.starts(pattern, LIMIT):
        real = text.filled[start : start + len(filled)]
        learnt = learn([quoted.lines[index] for index in filled], [text.lines[number] for number in real])
        if learnt is None and not quoted.adds:
            learnt = IndentMap()
        lines = _fill_gaps(text, quoted, filled, real)
        if learnt is not None and lines is not None:
            found.append(Match("blank-lines", lines, learnt))
    return found


def _fill_gaps(text: FileText, quoted: Quoted, filled: list[int], real: list[int]) -> tuple[int | None, ...] | None:
    """Line numbers for the blank quoted lines too; None where a blank line to be removed has no clear counterpart."""
    lines: list[int | None] = [None] * len(quoted.operations)
    for index, number in zip(filled, real, strict=True):
        lines[index] = number
    for index, after in pairwise(filled):
        start, end = lines[index], lines[after]
        if start is None or end is None or not _pair_gap(quoted, lines, range(index + 1, after), range(start + 1, end)):
            return None
    above, below = real[0], real[-1] + 1
    while above > 0 and not text.lines[above - 1].strip():
        above -= 1
    while below < len(text) and not text.lines[below].strip():
        below += 1
    if not _pair_edge(quoted, lines, range(filled[0] - 1, -1, -1), range(real[0] - 1, above - 1, -1)):
        return None
    if not _pair_edge(quoted, lines, range(filled[-1] + 1, len(lines)), range(real[-1] + 1, below)):
        return None
    return tuple(lines)


def _pair_gap(quoted: Quoted, lines: list[int | None], blank: range, there: range) -> bool:
    if len(blank) == len(there):
        for index, number in zip(blank, there, strict=True):
            lines[index] = number
        return True
    return all(quoted.keeps(index) for index in blank)


def _pair_edge(quoted: Quoted, lines: list[int | None], blank: range, there: range) -> bool:
    """Blank lines before the first or after the last filled line; ones that are not there at all cannot and need not be removed."""
    for index, number in zip(blank, there, strict=False):
        lines[index] = number
    return not there or len(there) >= len(blank) or all(quoted.keeps(index) for index in blank)


def _elided(text: FileText, quoted: Quoted) -> list[Match]:
    """Kept lines that stand for others split the quoted text; its parts must stand in this order, in one way only."""
    dots = [index for index, line in enumerate(quoted.lines) if quoted.keeps(index) and is_elision(line)]
    if not dots:
        return []
    bounds = [-1, *dots, len(quoted.lines)]
    parts = [range(one + 1, other) for one, other in pairwise(bounds)]
    filled = [part for part in parts if any(quoted.lines[index].strip() for index in part)]
    for key in (same, rstrip, strip, fold):
        keyed = text.keyed(key)
        places = [keyed.starts([key(quoted.lines[index]) for index in part], LIMIT) for part in filled]
        ways = _ordered(places, [len(part) for part in filled])
        matches = [match for way in ways if (match := _elided_match(text, quoted, filled, way))]
        if matches:
            return matches
    return []


def _ordered(places: list[list[int]], lengths: list[int]) -> list[tuple[int, ...]]:
    """The ways to take one place a part, each after the end of the one before; at most two ways are told apart."""
    ways: list[tuple[int, ...]] = [()]
    for places_of_part, length_before in zip(places, [0, *lengths], strict=False):
        ways = [
            (*way, place) for way in ways for place in places_of_part if not way or place >= way[-1] + length_before
        ][: LIMIT if len(ways) == 1 else 2 * LIMIT]
    return ways if places else []


def _elided_match(text: FileText, quoted: Quoted, parts: list[range], way: tuple[int, ...]) -> Match | None:
    lines: list[int | None] = [None] * len(quoted.operations)
    for part, start in zip(parts, way, strict=True):
        for offset, index in enumerate(part):
            lines[index] = start + offset
    known = [(quoted.lines[index], text.lines[number]) for index, number in enumerate(lines) if number is not None]
    learnt = learn([one for one, _ in known], [other for _, other in known])
    if learnt is None and not quoted.adds:
        learnt = IndentMap()
    return Match("elision", tuple(lines), learnt) if learnt is not None else None


def _skipped(text: FileText, quoted: Quoted, edit: Edit) -> list[Match]:
    """One line of the file that the quoted text leaves out between two kept lines with no change between them."""
    bridges = _bridges(edit.operations)
    pattern = [fold(line) for line in quoted.lines]
    if not bridges or sum(1 for line in pattern if line) < _FEWEST_LINES_TO_SKIP_ONE:
        return []
    keyed = text.keyed(fold)
    starts = keyed.positions.get(pattern[0], [])
    if len(starts) * len(pattern) > _SKIP_WORK:
        return []
    found = []
    for start in starts:
        split = _common_length(pattern, keyed.keys, start)
        rest = pattern[split:]
        if split - 1 not in bridges or keyed.keys[start + split + 1 : start + split + 1 + len(rest)] != rest:
            continue
        if not any(rest) or not any(pattern[:split]):
            continue
        lines = (*_run(start, split), *_run(start + split + 1, len(rest)))
        learnt = learn(quoted.lines, [text.lines[number] for number in lines])
        if learnt is not None:
            found.append(Match("skipped-line", lines, learnt))
    return found


def _common_length(pattern: Sequence[bytes], keys: Sequence[bytes], start: int) -> int:
    length = 0
    while length < len(pattern) and start + length < len(keys) and pattern[length] == keys[start + length]:
        length += 1
    return length


def _bridges(operations: Sequence[Operation]) -> set[int]:
    """Indexes of kept old lines whose next operation is a kept line too."""
    bridges = set()
    index = 0
    for operation, after in pairwise(operations):
        if operation.kind is OperationKind.KEEP and after.kind is OperationKind.KEEP:
            bridges.add(index)
        index += operation.kind is not OperationKind.ADD
    return bridges
