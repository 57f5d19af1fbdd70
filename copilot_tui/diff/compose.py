"""One change set after another, as one.

Invariant: `compose(a, b)` applied to a snapshot gives what `a` and then `b` give; a path that ends as it began is left out.
"""

from dataclasses import replace
from types import MappingProxyType

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile


def apply_to_snapshot(snapshot: Snapshot, change_set: ChangeSet) -> Snapshot:
    """The snapshot as it would be after the change set landed."""
    files = dict(snapshot.files)
    known = set(snapshot.known_paths)
    for change in change_set:
        if change.source_path != change.path or change.after is None:
            files.pop(change.source_path, None)
            known.discard(change.source_path)
    for change in change_set:
        if change.after is not None:
            files[change.path] = SnapshotFile(change.after, change.new_mode)
            known.add(change.path)
    return replace(snapshot, files=MappingProxyType(files), known_paths=frozenset(known))


def compose(first: ChangeSet, second: ChangeSet) -> ChangeSet:
    """What `first` and then `second` do, as one change set against the text before `first`."""
    merged: dict[str, FileChange] = {change.path: change for change in first}
    for change in second:
        earlier = merged.pop(change.source_path, None)
        if earlier is None:
            merged[change.path] = change
            continue
        old_path = earlier.source_path if earlier.before is not None else None
        merged[change.path] = FileChange(
            path=change.path if change.after is not None else (old_path or change.path),
            before=earlier.before,
            after=change.after,
            old_path=old_path if change.after is not None and old_path != change.path else None,
            old_mode=earlier.old_mode,
            new_mode=change.new_mode,
        )
    return ChangeSet(tuple(change for change in merged.values() if not change.is_empty))
