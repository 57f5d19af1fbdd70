"""Files that moved: a file gone and a file new that hold mostly the same lines.

Invariant: what is paired does the same to the files as before; a pair is at least half equal, and each file is in one pair at most.
"""

from collections import Counter

from copilot_tui.diff.change import ChangeKind, ChangeSet, FileChange
from copilot_tui.diff.line import split_raw

_LEAST = 0.5  # of the larger file's bytes, as git's own rule
_MOST_COMPARED = 250  # files on each side


def with_renames(change_set: ChangeSet) -> ChangeSet:
    """The change set with deletes and creates of like content as renames, at the place of the create."""
    gone = [change for change in change_set if change.kind is ChangeKind.DELETE and change.before]
    new = [change for change in change_set if change.kind is ChangeKind.CREATE and change.after]
    pairs = _pairs(gone, new)
    sources = {id(source) for source in pairs.values()}
    files = []
    for change in change_set:
        source = pairs.get(id(change))
        if source is not None:
            files.append(
                FileChange(change.path, source.before, change.after, source.path, source.old_mode, change.new_mode)
            )
        elif id(change) not in sources:
            files.append(change)
    return ChangeSet(tuple(files))


def _pairs(gone: list[FileChange], new: list[FileChange]) -> dict[int, FileChange]:
    """For each new file by its id the file that it was: equal ones first, then the most alike."""
    pairs: dict[int, FileChange] = {}
    left = list(gone)
    for change in new:
        equal = [one for one in left if one.before == change.after]
        if equal:
            # Of several equal files the one of the same name is meant.
            source = max(equal, key=lambda one: one.path.rpartition("/")[2] == change.path.rpartition("/")[2])
            pairs[id(change)] = source
            left.remove(source)
    rest = [change for change in new if id(change) not in pairs]
    if len(left) > _MOST_COMPARED or len(rest) > _MOST_COMPARED:
        return pairs
    lines = {id(change): Counter(split_raw(change.before or change.after or b"")) for change in (*left, *rest)}
    likeness = sorted(
        (
            (_likeness(source, change, lines), -at, -place)
            for at, change in enumerate(rest)
            for place, source in enumerate(left)
        ),
        reverse=True,
    )
    taken: set[int] = set()
    for alike, at, place in likeness:
        source, change = left[-place], rest[-at]
        if alike < _LEAST or id(change) in pairs or id(source) in taken:
            continue
        pairs[id(change)] = source
        taken.add(id(source))
    return pairs


def _likeness(source: FileChange, change: FileChange, lines: "dict[int, Counter[bytes]]") -> float:
    """The bytes of the lines that both have, as a share of the larger file."""
    before, after = source.before or b"", change.after or b""
    most = max(len(before), len(after))
    if source.is_binary or change.is_binary or min(len(before), len(after)) < _LEAST * most:
        return 0.0
    common = lines[id(source)] & lines[id(change)]
    return sum(len(line) * times for line, times in common.items()) / most
