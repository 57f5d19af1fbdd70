"""A change set that is larger than its budget, cut into portions that each fit it.

Invariant: the portions together are the change set, in its order; no file is in two of them. A file that alone is over the budget is a
portion of its own, of which the scope then withholds what is too much.
"""

from copilot_tui.diff.change import ChangeSet, FileChange


def changed_lines(change: FileChange) -> int:
    """The lines of a file that are added and removed."""
    return sum(hunk.added + hunk.removed for hunk in change.hunks)


def portions(change_set: ChangeSet, budget: int) -> tuple[ChangeSet, ...]:
    """The change set in portions of at most `budget` changed lines; at least one, and an empty change set is one."""
    cut: list[list[FileChange]] = [[]]
    used = 0
    for change in change_set:
        lines = changed_lines(change)
        if cut[-1] and used + lines > budget:
            cut.append([])
            used = 0
        cut[-1].append(change)
        used += lines
    return tuple(ChangeSet(tuple(files)) for files in cut)
