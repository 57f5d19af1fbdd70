"""The definitions that hunks stand in, and decisions on all hunks of one definition.

Invariant: symbols only name units, they never cut them; a file that no grammar reads has none, and its hunks stand alone.
"""

from copilot_tui.diff.change import FileChange
from copilot_tui.diff.line import LineKind, LineRange
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide_units
from copilot_tui.review.review import ItemKind, Review, Unit

_MOST_LINES = 20_000  # parsing holds the interpreter
Named = tuple[tuple[LineRange, str], ...]
Sides = tuple[Named, Named]


def symbol_of(review: Review, unit: Unit) -> str:
    """The innermost definition around the unit's first changed line, as `Cart.total`; empty where there is none."""
    if unit.kind is not ItemKind.LINES:
        return ""
    line = review.files[unit.file].lines[unit.first]
    named = symbols_of_file(review, unit.file)[line.kind is LineKind.ADDED]
    around = [(len(lines), name) for lines, name in named if lines.first <= line.index + 1 <= lines.last]
    return min(around, default=(0, ""))[1]


def symbols_of_file(review: Review, number: int) -> Sides:
    """The definitions of a file before and after with their lines; parsed once for as long as the file is the same."""
    change, memory = review.files[number].change, review.layout.memory
    known = memory.get(("symbols", number))
    if known is None or known[0] is not change:
        known = memory["symbols", number] = (change, _named(change))
    sides = known[1]
    assert isinstance(sides, tuple)  # noqa: S101  (nothing else is kept under this name)
    return sides


def _named(change: FileChange) -> Sides:
    from copilot_tui.syntax import definitions  # noqa: PLC0415  (grammars are loaded when first needed)

    sides: list[Named] = []
    for path, data, lines in (
        (change.source_path, change.before, change.old_lines),
        (change.path, change.after, change.new_lines),
    ):
        is_read = data is not None and not change.is_binary and len(lines) <= _MOST_LINES
        found = definitions(path, data) if is_read and data is not None else []
        sides.append(tuple((symbol.lines, symbol.qualified_name) for symbol in found))
    return sides[0], sides[1]


def units_of_symbol(review: Review, unit: Unit) -> tuple[Unit, ...]:
    """The units of the file that stand in the same definition as this one; the unit alone where it stands in none."""
    name = symbol_of(review, unit)
    if not name:
        return (unit,)
    return tuple(
        other for other in review.layout.of_file[unit.file] if other == unit or symbol_of(review, other) == name
    )


def decide_symbol(review: Review, unit: Unit, decision: Decision) -> Review:
    """The person's word on the unit they look at and the undecided ones of its definition; accepting passes over the flagged of these."""
    rest = [
        other
        for other in units_of_symbol(review, unit)
        if other != unit and review.is_pending(other) and not (decision is Decision.ACCEPTED and review.flags(other))
    ]
    return decide_units(review, [unit, *rest], decision, f"{decision.name.lower()} the symbol")
