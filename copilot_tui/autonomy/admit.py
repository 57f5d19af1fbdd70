"""What of a change set the scope admits, decided on the final bytes, hunk by hunk.

Invariant: admitted and withheld together are the change set: nothing is lost and nothing doubled; a higher level admits all that
a lower one does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.protected import forbidden_reason, protected_reason
from copilot_tui.autonomy.request import LineRange
from copilot_tui.autonomy.scope import ByteRange, Scope
from copilot_tui.diff.change import ChangeKind, ChangeSet, FileChange, Hunk
from copilot_tui.diff.compute import Block
from copilot_tui.diff.line import LineKind
from copilot_tui.diff.rebuild import rebuild
from copilot_tui.diff.snapshot import EXECUTABLE, REGULAR, Snapshot


@dataclass(frozen=True, slots=True)
class Withheld:
    """A hunk (or, with `hunk_index` None, a file as a whole) that may not land; `admitted_by` is the level that would admit it."""

    path: str
    hunk_index: int | None
    hunk: Hunk | None
    reason: str
    admitted_by: AutonomyLevel | None


@dataclass(frozen=True, slots=True)
class Flagged:
    """An admitted file that no batch key accepts."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Admission:
    """A change set split by a scope; `admitted` is what may land, `flagged` what of it waits for a decision of its own."""

    change_set: ChangeSet
    admitted: ChangeSet
    withheld: tuple[Withheld, ...] = ()
    flagged: tuple[Flagged, ...] = ()


def admit(change_set: ChangeSet, scope: Scope, snapshot: Snapshot) -> Admission:
    """Split `change_set` by `scope`; `snapshot` says what is a link and what is ignored."""
    withheld: dict[int, list[Withheld]] = {}
    inside: dict[int, list[int]] = {}
    for number, change in enumerate(change_set):
        found = _file_problem(change, scope, snapshot)
        if found is not None:
            reason, admitted_by = found
            withheld[number] = [Withheld(change.path, None, None, reason, admitted_by)]
            continue
        inside[number], withheld[number] = _split_by_region(change, scope)
    kept = _within_budget(change_set, inside, scope, withheld)
    admitted: list[FileChange] = []
    flagged: list[Flagged] = []
    for number in inside:
        change = change_set.files[number]
        if (change.hunk_blocks and not kept[number]) or (not change.hunk_blocks and withheld[number]):
            continue
        part = _part(change, kept[number])
        if part.is_empty:
            continue
        admitted.append(part)
        flag = protected_reason(change.path, snapshot) or protected_reason(change.source_path, snapshot)
        if flag is not None and change.path not in scope.unlocked:
            flagged.append(Flagged(change.path, flag))
    every = tuple(one for number in sorted(withheld) for one in withheld[number])
    return Admission(change_set, ChangeSet(tuple(admitted)), every, tuple(flagged))


def _file_problem(change: FileChange, scope: Scope, snapshot: Snapshot) -> tuple[str, AutonomyLevel | None] | None:
    """Why nothing of the file may change, and at which level it might."""
    for path in dict.fromkeys((change.path, change.source_path)):
        reason = forbidden_reason(path, snapshot)
        if reason is not None:
            return reason, None
    if change.new_mode not in {REGULAR, EXECUTABLE}:
        return f"{change.path} would become a link or another special file, which is never made", None
    for path in dict.fromkeys((change.path, change.source_path)):
        if not scope.allows_path(path):
            return f"{path} is outside the scope, which {scope.describe()}", _level_for(path, scope)
    whole = change.kind is not ChangeKind.EDIT or change.changes_mode or change.is_binary
    if scope.level.is_region and whole:
        what = "change of mode" if change.changes_mode else "binary change" if change.is_binary else change.kind.value
        return f"a {what} is more than the level {scope.level.value} may do", AutonomyLevel.FILE
    return None


def _level_for(path: str, scope: Scope) -> AutonomyLevel:
    """The lowest level above the scope's that reaches `path` from where the scope stands."""
    folder = scope.path if scope.level is AutonomyLevel.DIRECTORY else scope.path.rpartition("/")[0]
    below = not folder or path.startswith(f"{folder}/")
    return AutonomyLevel.DIRECTORY if below and scope.level.rank < AutonomyLevel.DIRECTORY.rank else AutonomyLevel.REPO


def _split_by_region(change: FileChange, scope: Scope) -> tuple[list[int], list[Withheld]]:
    """The indexes of the hunks inside the region, and those outside; every hunk where the scope has no region."""
    every = list(range(len(change.hunk_blocks)))
    if scope.region is None:
        return every, []
    if _only_region_differs(change, scope.region):
        return every, []
    # The answer touches more than the region: each hunk must prove itself by its lines.
    inside: list[int] = []
    outside: list[Withheld] = []
    for index, hunk in enumerate(change.hunks):
        if _hunk_inside(hunk, scope.lines) and scope.level is not AutonomyLevel.LINE:
            inside.append(index)
        else:
            outside.append(_outside(change, index, f"reaches beyond {scope.describe_region()}", AutonomyLevel.FILE))
    return inside, outside


def _outside(change: FileChange, index: int, reason: str, level: AutonomyLevel) -> Withheld:
    return Withheld(change.path, index, change.hunks[index], reason, level)


def _only_region_differs(change: FileChange, region: ByteRange) -> bool:
    """Whether the bytes before and after the region are as they were: true however a diff would align the lines."""
    before, after = change.before, change.after
    if before is None or after is None:
        return False
    head, tail = before[: region.start], before[region.end :]
    return len(after) >= len(head) + len(tail) and after.startswith(head) and after.endswith(tail)


def _hunk_inside(hunk: Hunk, lines: LineRange | None) -> bool:
    """Whether every changed line of the hunk lies between the region's first and last line."""
    if lines is None:
        return False
    at = hunk.old_start
    for line in hunk.lines:
        if line.kind is LineKind.CONTEXT:
            at += 1
        elif line.kind is LineKind.REMOVED:
            if not lines.first <= at <= lines.last:
                return False
            at += 1
        # An addition stands between lines at-1 and at: both sides of it must belong to the region.
        elif not (lines.first < at <= lines.last):
            return False
    return True


def _within_budget(
    change_set: ChangeSet, inside: Mapping[int, list[int]], scope: Scope, withheld: dict[int, list[Withheld]]
) -> dict[int, set[int]]:
    """The hunks of each file that the line budget covers; the others go to `withheld`.

    The budget is spent nearest to the focus first, smaller hunks first, and ends at the first hunk that it does not cover. Any other
    rule would let a higher level, whose budget is larger but has more to cover, withhold what a lower one admits.
    """
    order: list[tuple[int, int, int, int]] = []
    for number, indexes in inside.items():
        change = change_set.files[number]
        near = _near_focus(change, scope)
        order += [
            (_distance(change, index in near, scope), _cost(change.hunk_blocks[index], scope), number, index)
            for index in indexes
        ]
    kept: dict[int, set[int]] = {number: set() for number in inside}
    left, is_spent = scope.budget, False
    for _, cost, number, index in sorted(order):
        is_spent = is_spent or cost > left
        if not is_spent:
            kept[number].add(index)
            left -= cost
            continue
        change = change_set.files[number]
        reason = f"over the budget of {scope.budget} changed lines: {cost} more with {left} left"
        if scope.level is AutonomyLevel.LINE:
            reason = "more than one line would change, and the level line changes one"
        level = _level_with_budget(scope, cost)
        withheld[number].append(Withheld(change.path, index, change.hunks[index], reason, level))
    for found in withheld.values():
        found.sort(key=lambda one: -1 if one.hunk_index is None else one.hunk_index)
    return kept


def _cost(blocks: Sequence[Block], scope: Scope) -> int:
    removed = sum(block.old_last - block.old_first for block in blocks)
    added = sum(block.new_last - block.new_first for block in blocks)
    # At line level a line that is replaced is one changed line; elsewhere added and removed lines add up.
    return max(added, removed) if scope.level is AutonomyLevel.LINE else added + removed


def _near_focus(change: FileChange, scope: Scope) -> frozenset[int]:
    """The hunks of a file that the focus's own region would admit."""
    focus = scope.focus
    if focus.region is None or focus.path != change.path or change.kind is not ChangeKind.EDIT:
        return frozenset()
    every = range(len(change.hunk_blocks))
    if _only_region_differs(change, focus.region):
        return frozenset(every)
    return frozenset(index for index in every if _hunk_inside(change.hunks[index], focus.lines))


def _distance(change: FileChange, is_near: bool, scope: Scope) -> int:
    """How far from the focus: its region 0, its file 1, its folder or set of files 2, elsewhere 3."""
    focus = scope.focus.path
    if change.path == focus and change.source_path == focus:
        return 0 if is_near else 1
    folder = focus if scope.level is AutonomyLevel.DIRECTORY and scope.path == focus else focus.rpartition("/")[0]
    paths = (change.path, change.source_path)
    if scope.paths:
        return 2 if scope.paths.issuperset(paths) else 3
    return 2 if not folder or all(path.startswith(f"{folder}/") for path in paths) else 3


def _level_with_budget(scope: Scope, cost: int) -> AutonomyLevel | None:
    higher = [level for level in AutonomyLevel if level.rank > scope.level.rank and level.budget >= scope.budget + cost]
    return higher[0] if higher else None


def _part(change: FileChange, kept: set[int]) -> FileChange:
    """The file change with the hunks of these indexes alone; a delete that keeps lines becomes an edit."""
    if len(kept) == len(change.hunk_blocks):
        return change
    keep_removed: set[int] = set()
    drop_added: set[int] = set()
    for index, blocks in enumerate(change.hunk_blocks):
        if index not in kept:
            for block in blocks:
                keep_removed.update(range(block.old_first, block.old_last))
                drop_added.update(range(block.new_first, block.new_last))
    return replace(change, after=rebuild(change.blocks, change.old_lines, change.new_lines, keep_removed, drop_added))
