"""From a match to byte-exact changes: which lines go, which lines come, and how a file is written from them.

Invariant: every byte of the file outside the spliced lines stays as it was.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from copilot_tui.edits.carry import carry_look_alikes
from copilot_tui.edits.edit import Edit, Operation, OperationKind
from copilot_tui.edits.match import Match
from copilot_tui.edits.text import FileText


@dataclass(frozen=True, slots=True)
class Splice:
    """Lines `start` to `end` (0-based, half open) become `lines`; an insertion has start == end."""

    start: int
    end: int
    lines: tuple[bytes, ...]

    def collides(self, other: "Splice") -> bool:
        """Whether both touch the same lines, or insert at the same point."""
        if self.start == self.end and other.start == other.end:
            return self.start == other.start
        return self.start < other.end and other.start < self.end


class PlacedSplices:
    """Splices that do not collide, in the order of their places."""

    def __init__(self) -> None:
        self._sorted: list[Splice] = []

    def __contains__(self, splice: Splice) -> bool:
        """Whether the very same change is among them."""
        return any(other == splice for other in self._near(splice))

    def __iter__(self) -> Iterator[Splice]:
        """All of them, from the first line to the last."""
        return iter(self._sorted)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self._sorted)

    def collides(self, splice: Splice) -> bool:
        """Whether it touches lines that another one touches."""
        return any(splice.collides(other) for other in self._near(splice))

    def add(self, splice: Splice) -> None:
        """Take in one that collides with none."""
        insort(self._sorted, splice, key=_place_of)

    def _near(self, splice: Splice) -> Iterator[Splice]:
        """Those that may touch it: as none collides with another, their ends are in the order of their starts."""
        at = bisect_left(self._sorted, splice.start, key=lambda one: one.end)
        for other in islice(self._sorted, at, None):
            if other.start > splice.end:
                return
            yield other


def _place_of(splice: Splice) -> tuple[int, int]:
    return splice.start, splice.end


@dataclass(frozen=True, slots=True)
class _Step:
    operation: Operation
    before: int | None  # the old line above, None where it is unknown
    after: int | None  # the old line below
    before_kind: OperationKind | None
    after_kind: OperationKind | None


def make_splices(text: FileText, edit: Edit, match: Match) -> list[Splice] | str:
    """The changes of one edit, or the reason why they cannot be placed, as a sentence."""
    splices: list[Splice] = []
    index = 0
    run: list[bytes] = []
    for position, operation in enumerate(edit.operations):
        if operation.kind is OperationKind.ADD:
            run.append(operation.text)
            continue
        if run:
            problem = _place(splices, _step(edit, match, position, index), match, run)
            if problem:
                return problem
            run = []
        line = match.lines[index]
        if operation.kind is OperationKind.REMOVE and line is not None:
            extend_splices(splices, Splice(line, line + 1, ()))
        index += 1
    if run:
        problem = _place(splices, _step(edit, match, len(edit.operations), index), match, run)
        if problem:
            return problem
    return [carry_in(text, edit, match, splice) for splice in splices]


def carry_in(text: FileText, edit: Edit, match: Match, splice: Splice) -> Splice:
    """The splice with the file's own look-alike characters where the model changed something else in the line."""
    if match.tier != "look-alikes" or splice.start == splice.end or not splice.lines:
        return splice
    quoted = dict(zip(match.lines, edit.old_side, strict=True))
    real = text.lines[splice.start : splice.end]
    said = [quoted.get(number, b"") for number in range(splice.start, splice.end)]
    return Splice(splice.start, splice.end, tuple(carry_look_alikes(said, real, splice.lines)))


def _step(edit: Edit, match: Match, position: int, index: int) -> _Step:
    """What stands around a run of added lines that ends before operation `position`, where old line `index` is next."""
    old = [operation for operation in edit.operations if operation.kind is not OperationKind.ADD]
    before, after = index - 1, index
    return _Step(
        edit.operations[position - 1],
        match.lines[before] if before >= 0 else None,
        match.lines[after] if after < len(old) else None,
        old[before].kind if before >= 0 else None,
        old[after].kind if after < len(old) else None,
    )


def _place(splices: list[Splice], step: _Step, match: Match, run: list[bytes]) -> str:
    """Add the lines of `run` where both neighbours agree; a sentence where they do not."""
    point = _point(step)
    if point is None:
        return "the blank or left-out lines around the added lines do not settle where they go; quote the lines just above and below them"
    lines: list[bytes] = []
    for line in run:
        mapped = _first_line(match, step, line) if not lines and not splices else None
        mapped = match.indent.apply(line) if mapped is None else mapped
        if mapped is None:
            shown = line.decode("utf-8", "replace").strip()[:80]
            return f"the indentation of the added line {shown!r} cannot be told from the quoted lines; quote them as they stand"
        lines.append(mapped)
    extend_splices(splices, Splice(point, point, tuple(lines)))
    return ""


def _first_line(match: Match, step: _Step, line: bytes) -> bytes | None:
    """An added first line that lost its indentation together with the quoted first line."""
    if match.indent.first is None or step.before not in {None, match.first}:
        return None
    written, real = match.indent.first
    text = line.lstrip(b" \t")
    if step.before_kind is OperationKind.KEEP or line[: len(line) - len(text)] != written:
        return None
    return real + text


def _point(step: _Step) -> int | None:
    """The line before which a run of added lines goes."""
    above = None if step.before is None else step.before + 1
    below = step.after
    if above is None or below is None or above == below:
        return below if above is None else above
    if step.before_kind is OperationKind.REMOVE:
        return above
    return below if step.after_kind is OperationKind.REMOVE else None


def extend_splices(splices: list[Splice], more: Splice) -> None:
    """Append, joined with the last one where both touch."""
    if splices and splices[-1].end == more.start:
        last = splices.pop()
        more = Splice(last.start, more.end, last.lines + more.lines)
    splices.append(more)


def rewrite(text: FileText, splices: Iterable[Splice], final_newline: bool | None = None) -> bytes:
    """The file's bytes with the splices done (they must not collide); added lines take the terminator of the lines around them."""
    out: list[bytes] = []
    ends: list[bytes] = []
    at = 0
    for splice in sorted(splices, key=lambda one: (one.start, one.end)):
        out += text.lines[at : splice.start]
        ends += text.terminators[at : splice.start]
        out += splice.lines
        ends += _terminators(text, splice)
        at = splice.end
    out += text.lines[at:]
    ends += text.terminators[at:]
    return text.bom + _joined(out, ends, text, final_newline)


def _terminators(text: FileText, splice: Splice) -> list[bytes]:
    old: Sequence[bytes] = [one for one in text.terminators[splice.start : splice.end] if one]
    around = text.terminators[max(splice.start - 1, 0) : splice.start] + text.terminators[splice.end : splice.end + 1]
    usual = next((one for one in (*old[-1:], *around) if one), text.main_terminator)
    return [old[index] if index < len(old) else usual for index in range(len(splice.lines))]


def _joined(lines: list[bytes], ends: list[bytes], text: FileText, final_newline: bool | None) -> bytes:
    """Every line but the last gets a terminator; the last one keeps the file's state unless the answer said otherwise."""
    if not lines:
        return b""
    has_newline = not text.terminators or bool(text.terminators[-1])
    if final_newline is not None:
        has_newline = final_newline
    ends = [end or text.main_terminator for end in ends]
    ends[-1] = ends[-1] if has_newline else b""
    return b"".join(part for pair in zip(lines, ends, strict=True) for part in pair)
