"""The rows of a review: what stands on which line of the pane, as flat values.

Invariant: rows depend on the proposal and its splits alone, never on decisions, so a decision moves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

from copilot_tui.diff.line import LineKind
from copilot_tui.diff.words import Spans, changed_words, pair_lines
from copilot_tui.review.changed_file import ChangedLine
from copilot_tui.review.review import ItemKind, Review, Unit


class RowKind(IntEnum):
    """What a row is."""

    FILE = 0
    NOTE = 1
    LINE = 2
    GAP = 3
    ITEM = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `unit` is an index into `Review.units` (-1 for none), `changed` the index of a changed line in its file (-1 for context).

    `old` and `new` are 1-based line numbers (0 for none); `text` is what a note says; `tone` how a note is drawn.
    """

    kind: RowKind
    file: int
    unit: int = -1
    old: int = 0
    new: int = 0
    sign: str = " "
    changed: int = -1
    text: str = ""
    tone: str = ""


class Rows:
    """All rows of a review, with the first and last row of each unit."""

    def __init__(self, review: Review, *, explains: bool = True) -> None:
        self.review = review
        self.rows: list[Row] = []
        self.first_of: dict[int, int] = {}
        self.last_of: dict[int, int] = {}
        self._explains = explains
        self._words: dict[tuple[int, int], dict[int, Spans]] = {}
        self._build()

    def __len__(self) -> int:
        return len(self.rows)

    def _build(self) -> None:
        by_file: dict[int, list[tuple[int, Unit]]] = {}
        for index, unit in enumerate(self.review.units):
            by_file.setdefault(unit.file, []).append((index, unit))
        for number, file in enumerate(self.review.files):
            self.rows.append(Row(RowKind.FILE, number))
            at_line = {unit.first: index for index, unit in by_file.get(number, ()) if unit.kind is ItemKind.LINES}
            for index, unit in by_file.get(number, ()):
                if unit.kind is not ItemKind.LINES:
                    self._notes(index, unit)
                    self._mark(index)
                    self.rows.append(Row(RowKind.ITEM, number, index, text=_item_text(self.review, unit)))
            changed, current = 0, -1
            for position, hunk in enumerate(file.change.hunks):
                if position:
                    self.rows.append(Row(RowKind.GAP, number))
                old, new = hunk.old_start, hunk.new_start
                upcoming = at_line.get(changed, current)
                if upcoming >= 0:
                    self._notes(upcoming, self.review.units[upcoming])
                current = upcoming
                for line in hunk.lines:
                    is_context = line.kind is LineKind.CONTEXT
                    if not is_context:
                        following = at_line.get(changed, current)
                        if following != current:
                            self._notes(following, self.review.units[following])
                            current = following
                        self._mark(current)
                    self.rows.append(
                        Row(
                            RowKind.LINE,
                            number,
                            current,
                            0 if line.kind is LineKind.ADDED else old,
                            0 if line.kind is LineKind.REMOVED else new,
                            line.kind.value,
                            -1 if is_context else changed,
                        )
                    )
                    changed += not is_context
                    old += line.kind is not LineKind.ADDED
                    new += line.kind is not LineKind.REMOVED

    def _mark(self, unit: int) -> None:
        self.first_of.setdefault(unit, len(self.rows))
        self.last_of[unit] = len(self.rows)

    def _notes(self, index: int, unit: Unit) -> None:
        review = self.review
        withheld = review.withheld_reason(unit)
        if withheld is not None:
            admitted_by = next(
                (
                    one.admitted_by
                    for one in review.proposal.admission.withheld
                    if one.path == review.files[unit.file].path and one.hunk_index in {None, unit.hunk}
                ),
                None,
            )
            way = f" (alt+= to {admitted_by.value} admits it)" if admitted_by is not None else ""
            self._note(index, unit, f"withheld{way}: {withheld}", "withheld")
        if not self._explains:
            return
        note = review.note(unit)
        if note.why:
            self._note(index, unit, f"why    {note.why}", "why")
        if note.risk is not None:
            reasons = f": {'; '.join(note.risk_reasons)}" if note.risk_reasons else ""
            self._note(index, unit, f"risk   {note.risk.value}{reasons}", f"risk-{note.risk.value}")
        for flag in review.flags(unit):
            if not flag.startswith("high risk"):
                self._note(index, unit, f"⚑      {flag}", "flag")
        for finding in review.findings(unit):
            if not finding.blocks_batches:
                self._note(index, unit, f"check  {finding.message}", "check")

    def _note(self, index: int, unit: Unit, text: str, tone: str) -> None:
        self.rows.append(Row(RowKind.NOTE, unit.file, index, text=text, tone=tone))

    @cached_property
    def file_starts(self) -> Sequence[int]:
        """The row of each file's header."""
        return [index for index, row in enumerate(self.rows) if row.kind is RowKind.FILE]

    def raw_text(self, row: Row) -> bytes:
        """The bytes of a line row, without terminator."""
        file = self.review.files[row.file]
        raw = file.old_lines[row.old - 1] if row.sign == "-" or not row.new else file.new_lines[row.new - 1]
        return raw.rstrip(b"\n").removesuffix(b"\r") if raw.endswith(b"\n") else raw

    def words(self, row: Row) -> Spans:
        """The changed words of a changed line against its other version, computed for its run of changes when first asked."""
        if row.changed < 0:
            return []
        file = self.review.files[row.file]
        first = row.changed
        lines, hunk = file.lines, file.lines[row.changed].hunk
        while first > 0 and lines[first - 1].hunk == hunk and _follows(lines[first - 1], lines[first]):
            first -= 1
        key = (row.file, first)
        if key not in self._words:
            self._words[key] = _words_of_run(file.lines, file.old_lines, file.new_lines, first)
        return self._words[key].get(row.changed, [])


def _follows(one: ChangedLine, other: ChangedLine) -> bool:
    """Whether two changed lines stand in the same run: same sign and next to each other, or a removal before an addition."""
    if one.kind is other.kind:
        return other.index == one.index + 1
    return one.kind is LineKind.REMOVED


def _words_of_run(lines: Sequence[ChangedLine], old: list[bytes], new: list[bytes], first: int) -> dict[int, Spans]:
    removed: list[int] = []
    added: list[int] = []
    at = first
    while at < len(lines):
        line = lines[at]
        if at > first and not _follows(lines[at - 1], line):
            break
        (removed if line.kind is LineKind.REMOVED else added).append(at)
        at += 1

    def text(position: int) -> str:
        line = lines[position]
        raw = (old if line.kind is LineKind.REMOVED else new)[line.index]
        return raw.rstrip(b"\r\n").decode("utf-8", "surrogateescape")

    marks: dict[int, Spans] = {}
    old_texts, new_texts = [text(one) for one in removed], [text(one) for one in added]
    for left, right in pair_lines(old_texts, new_texts).items():
        marks[removed[left]], marks[added[right]] = changed_words(old_texts[left], new_texts[right])
    return marks


def _item_text(review: Review, unit: Unit) -> str:
    change = review.files[unit.file].change
    if unit.kind is ItemKind.MODE:
        return f"mode {change.old_mode:o} becomes {change.new_mode:o}"
    if change.is_binary:
        return f"binary file, {len(change.before or b'')} bytes become {len(change.after or b'')}"
    if change.kind.value == "rename":
        return f"rename from {change.source_path}"
    return f"{change.kind.value} an empty file"
