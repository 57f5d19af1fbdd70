"""The rows of a review: what stands on which line of the pane, made section by section when they are first seen.

Invariant: rows depend on the proposal, its splits, its comments and the view alone, never on decisions, so a decision moves nothing.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from copilot_tui.diff.compute import CONTEXT
from copilot_tui.diff.line import LineKind
from copilot_tui.diff.words import Spans, changed_words
from copilot_tui.review.facts import Facts
from copilot_tui.review.proposal import Risk
from copilot_tui.review.review import Review, Unit
from copilot_tui.tui.review.code_text import without_end
from copilot_tui.tui.review.file_view import FileView, WhiteSpace
from copilot_tui.tui.review.heights import height_of, is_counted
from copilot_tui.tui.review.one_file import Row
from copilot_tui.tui.review.sections import Sections
from copilot_tui.tui.review.word_marks import WordMarks, text_of

_RISKS = {Risk.HIGH: 0, Risk.MEDIUM: 1, Risk.LOW: 3, None: 2}
_LARGE = 5_000  # rows of a file whose sections take longer to find than a key should
_MOST_EXACT = 2_000  # rows of a review that are all made for its change map


class Order(StrEnum):
    """In which order the files stand."""

    PROPOSED = "as proposed"
    PATH = "by path"
    RISK = "by risk"
    PLAN = "by plan step"
    DEPENDENCY = "what is needed first"


@dataclass(frozen=True, slots=True)
class View:
    """How a review is shown.

    `folded` are the paths whose lines are hidden, `context` the lines shown around the hunks of a path (3 where it has no entry),
    `wrap` the width in cells that long lines are continued in (0: they are cut), `folds_quiet` whether hunks that moved as they
    were, change the layout alone or are generated take one row; `file_order` is the order by dependency,
    `raise_key` what a person presses for a higher level.
    """

    explains: bool = True
    side_by_side: bool = False
    order: Order = Order.PROPOSED
    folded: frozenset[str] = frozenset()
    context: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    wrap: int = 0
    white_space: WhiteSpace = WhiteSpace.PLAIN
    folds_quiet: bool = False
    file_order: tuple[int, ...] = ()
    raise_key: str = ""


class Rows:
    """All rows of a review in one view."""

    def __init__(self, review: Review, view: View | None = None, facts: Facts | None = None) -> None:
        self.review = review
        self.view = view or View()
        self.facts = facts or Facts()
        self._order = _ordered(review, self.view)
        self._position = {file: position for position, file in enumerate(self._order)}
        self._starts: list[int] = []
        self._sections: dict[int, Sections] = {}
        self._words = WordMarks()
        self._ends_change: dict[int, bool] = {}
        at = 0
        for file in self._order:
            self._starts.append(at)
            at += height_of(review, file, self._file_view(file))
        self._count = at

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> Row:
        """The row at an index."""
        position = bisect_right(self._starts, index) - 1
        return self._rows_of(self._order[position])[index - self._starts[position]]

    def between(self, first: int, last: int) -> Iterator[tuple[int, Row]]:
        """The rows from `first` on, before `last`, with their indexes."""
        for index in range(max(0, first), min(last, self._count)):
            yield index, self[index]

    @property
    def file_starts(self) -> Sequence[int]:
        """The row of each file's header."""
        return self._starts

    def spots_of(self, file: int) -> Iterator[tuple[Unit, float]]:
        """About where the units of a file stand, as rows: exact in a small review; else in proportion, so that no rows are made."""
        own = self.review.layout.of_file[file]
        if self._count <= _MOST_EXACT:
            yield from ((unit, self.ends_of(self.review.layout.index[unit])[0]) for unit in own)
        elif own:
            start, of_line = self._in_proportion(file)
            for unit in own:
                yield unit, start + of_line * unit.first

    def spots_at_ends(self, file: int) -> tuple[float, float] | None:
        """Where the first and the last unit of a file stand in a large review; None in a small one."""
        own = self.review.layout.of_file[file]
        if self._count <= _MOST_EXACT or not own:
            return None
        start, of_line = self._in_proportion(file)
        return start, start + of_line * own[-1].first

    def _in_proportion(self, file: int) -> tuple[int, float]:
        """The first row of a file, and how many rows a changed line takes of it on the average."""
        position = self._position[file]
        start = self._starts[position]
        end = self._starts[position + 1] if position + 1 < len(self._starts) else self._count
        return start, (end - start) / max(1, self.review.layout.of_file[file][-1].last)

    @property
    def units(self) -> Iterator[Unit]:
        """The units in the order in which they are shown."""
        for file in self._order:
            yield from self.review.layout.of_file[file]

    def units_from(
        self, here: Unit | None, step: int, skips: Callable[[int], bool] = lambda _: False
    ) -> Iterator[Unit]:
        """The units after one (or with -1 before it) in the order shown, around the end, itself last; None: from the first on.

        Of a file that `skips` names by its number none is given.
        """
        of_file, order = self.review.layout.of_file, self._order[:: 1 if step > 0 else -1]
        if here is None or here not in of_file[here.file]:
            yield from (unit for file in order if not skips(file) for unit in of_file[file][:: 1 if step > 0 else -1])
            return
        own = of_file[here.file][:: 1 if step > 0 else -1]
        after, position = own.index(here) + 1, order.index(here.file)
        yield from own[after:]
        for file in (*order[position + 1 :], *order[:position]):
            if not skips(file):
                yield from of_file[file][:: 1 if step > 0 else -1]
        yield from own[:after]

    def ends_of(self, unit: int) -> tuple[int, int]:
        """The first and last row that decide the unit; the file's header where it is folded."""
        file = self.review.units[unit].file
        start = self._starts[self._position[file]]
        first, last = self._rows_of(file).ends_of(unit)
        return start + first, start + last

    def place_of(self, row: Row) -> int:
        """Where a row of another view of the same review stands now: at its changed line, its unit, or its file's header."""
        return self._starts[self._position[row.file]] + self._rows_of(row.file).place_of(row)

    def raw_text(self, row: Row, *, old: bool) -> bytes:
        """The bytes of the old or the new line of a row, without terminator.

        The carriage return stays where it differs in the file's change, or white space is shown.
        """
        change = self.review.files[row.file].change
        raw = change.old_lines[row.old - 1] if old else change.new_lines[row.new - 1]
        is_changed = row.changed >= 0 or row.changed_right >= 0
        keeps = self.view.white_space is WhiteSpace.SHOWN or (is_changed and self._changes_ends(row.file))
        return without_end(raw, keeps_return=keeps)

    def lacks_end(self, row: Row, *, old: bool) -> bool:
        """Whether a changed line is its file's last one and has no line feed."""
        change = self.review.files[row.file].change
        if row.changed < 0 and row.changed_right < 0:
            return False
        return not (change.old_lines[row.old - 1] if old else change.new_lines[row.new - 1]).endswith(b"\n")

    def _changes_ends(self, file: int) -> bool:
        """Whether changed lines of a file end with a carriage return and others do not: the mark is then what differs."""
        known = self._ends_change.get(file)
        if known is None:
            own = self.review.files[file]
            lines = ((own.old_lines if one.kind is LineKind.REMOVED else own.new_lines)[one.index] for one in own.lines)
            known = self._ends_change[file] = len({raw.endswith(b"\r\n") for raw in lines if raw.endswith(b"\n")}) > 1
        return known

    def words(self, row: Row, changed: int) -> Spans:
        """The changed words of a changed line against its other version, which may stand where the line moved from or to."""
        if changed < 0:
            return []
        line = (self.review.files[row.file].path, changed)
        if line in self.facts.altered:
            return self._words_of_moved(row.file, line)
        return self._words.of(row.file, self.review.files[row.file], changed)

    def _words_of_moved(self, file: int, line: tuple[str, int]) -> Spans:
        path, place = self.facts.ends[line]
        number = next(number for number, other in enumerate(self.review.files) if other.path == path)
        own, other = self.review.files[file], self.review.files[number]
        if line[1] >= len(own.lines) or place >= len(other.lines):
            return []  # facts of the text before an edit, which go as soon as those of this text have come
        text, counterpart = text_of(own, line[1]), text_of(other, place)
        is_new = own.lines[line[1]].kind is LineKind.ADDED
        return changed_words(counterpart, text)[1] if is_new else changed_words(text, counterpart)[0]

    def _file_view(self, file: int) -> FileView:
        return _of_file(self.view, self.review.files[file].path, self.facts)

    def _rows_of(self, file: int) -> Sections:
        sections = self._sections.get(file)
        if sections is None:
            sections = self._sections[file] = Sections(self.review, file, self._file_view(file))
        return sections


def warm_views(review: Review, views: Iterable[View], facts: Facts, pause: Callable[[], object]) -> None:
    """Count the rows of views that are not shown yet, so that no key has to: for a thread of its own, which pauses between files."""
    for view in views:
        for number, file in enumerate(review.files):
            pause()
            shown = _of_file(view, file.path, facts)
            if height_of(review, number, shown) > _LARGE:
                pause()
                Sections(review, number, shown)  # where they begin is kept with the layout


def are_counted(review: Review, view: View, facts: Facts) -> bool:
    """Whether the rows of a view are soon made, because all that takes long is counted already."""
    return all(is_counted(review, number, _of_file(view, file.path, facts)) for number, file in enumerate(review.files))


def _of_file(view: View, path: str, facts: Facts) -> FileView:
    return FileView(
        view.explains,
        view.side_by_side,
        path in view.folded,
        context=view.context.get(path, CONTEXT),
        wrap=view.wrap,
        white_space=view.white_space,
        folds_quiet=view.folds_quiet,
        facts=facts,
        raise_key=view.raise_key,
    )


def _ordered(review: Review, view: View) -> list[int]:
    numbers, order = list(range(len(review.files))), view.order
    if order is Order.DEPENDENCY and sorted(view.file_order) == numbers:
        return list(view.file_order)
    if order is Order.PATH:
        numbers.sort(key=lambda number: review.files[number].path)
    elif order is Order.PLAN:
        proposal, last = review.proposal, len(review.proposal.steps)
        steps = [proposal.step_of(file.change) for file in review.files]
        numbers.sort(key=lambda number: last if (step := steps[number]) is None else step)
    elif order is Order.RISK:
        numbers.sort(
            key=lambda number: min((_risk_of(review, unit) for unit in review.layout.of_file[number]), default=9)
        )
    return numbers


def _risk_of(review: Review, unit: Unit) -> int:
    return -1 if review.flags(unit) else _RISKS[review.note(unit).risk]
