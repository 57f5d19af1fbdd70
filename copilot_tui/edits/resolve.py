"""From edits to a change set: every block resolved against the unchanged original, each file written once.

Invariant: each block ends exactly once as applied or as refused, and a file holds nothing but its old bytes and the applied blocks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import REGULAR, Snapshot
from copilot_tui.edits.edit import Applied, Edit, EditKind, ParsedAnswer, Refusal, RefusalCode, Resolution
from copilot_tui.edits.file_edits import FileOutcome, resolve_file
from copilot_tui.edits.new_files import creation_outcome, deletion_outcome, whole_outcome
from copilot_tui.edits.paths import PathProblem, check_path, creation_problem, find_known, find_shown, resolve_path

NO_EDITS = "the answer holds no edit that can be read; answer with edit blocks in the format that was asked for"


@dataclass(slots=True)
class _Group:
    """All edits of one file, in their order."""

    edits: list[Edit] = field(default_factory=list)
    rename: Edit | None = None
    new_path: str | None = None


def mentioned_paths(parsed: ParsedAnswer, known_paths: Iterable[str], root: str = "") -> frozenset[str]:
    """The known paths that the answer's edits may mean: what must be in the snapshot before `resolve`."""
    known = frozenset(known_paths)
    found: set[str] = set()
    for edit in parsed.edits:
        for written in (edit.path, *edit.other_paths):
            path = check_path(written, root)
            shown = find_shown(written, known)
            if shown is not None:
                found.add(shown)
            elif isinstance(path, str):
                found.update(find_known(path, known))
    return frozenset(found)


def resolve(parsed: ParsedAnswer, snapshot: Snapshot, default_path: str | None = None, root: str = "") -> Resolution:
    """What the answer would do to the files of `snapshot`.

    `default_path` is the file that a block without a path means. `root` is the work tree's absolute path, so that absolute paths below it
    are understood.
    """
    refused = list(parsed.refusals)
    groups: dict[str, _Group] = {}
    for edit in parsed.edits:
        path = resolve_path(edit, snapshot, default_path, root)
        if isinstance(path, PathProblem):
            refused.append(Refusal(edit.path, edit.block, path.code, path.reason))
            continue
        problem = _admit(groups.setdefault(path, _Group()), edit, snapshot, root)
        if problem:
            refused.append(Refusal(path, edit.block, problem.code, problem.reason))
    applied: list[Applied] = []
    changes: list[FileChange] = []
    goals: set[str] = set()
    for path, group in groups.items():
        outcome = _resolve_group(path, group, snapshot)
        change = outcome.change
        if change and (change.path in goals or (change.path != path and change.path in groups)):
            outcome = _all_refused(path, group, PathProblem(RefusalCode.CONFLICT, f"two edits end at {change.path!r}"))
            change = None
        if change and not change.is_empty:
            changes.append(change)
            goals.add(change.path)
        applied += outcome.applied
        refused += outcome.refused
    if not parsed.edits and not refused:
        refused.append(Refusal("", 0, RefusalCode.NO_EDITS, NO_EDITS))
    order = sorted(applied, key=lambda one: one.block), sorted(refused, key=lambda one: one.block)
    return Resolution(ChangeSet(tuple(changes)), tuple(order[0]), tuple(order[1]))


def _admit(group: _Group, edit: Edit, snapshot: Snapshot, root: str) -> PathProblem | None:
    """Put the edit in its file's group; a rename's goal is checked here."""
    if edit.kind is EditKind.RENAME:
        goal = check_path(edit.new_path or "", root)
        if isinstance(goal, PathProblem):
            group.new_path = ""
            return goal
        problem = creation_problem(goal, snapshot)
        if problem or (group.new_path not in {None, goal}):
            group.new_path = ""
            return problem or PathProblem(RefusalCode.CONFLICT, "the file is renamed twice")
        group.rename, group.new_path = edit, goal
        return None
    group.edits.append(edit)
    return None


def _resolve_group(path: str, group: _Group, snapshot: Snapshot) -> FileOutcome:
    if group.new_path == "":
        problem = PathProblem(
            RefusalCode.CONFLICT, "the rename of this file was refused, so its edits were not applied"
        )
        return _all_refused(path, group, problem)
    kinds = {edit.kind for edit in group.edits}
    if kinds <= {EditKind.EDIT}:
        return _renamed(path, group, resolve_file(path, group.edits, snapshot), snapshot)
    single = _same_edits(group.edits)
    if single is None or group.rename:
        problem = PathProblem(
            RefusalCode.CONFLICT,
            "the answer both edits this file and replaces, creates or deletes it; send one of them",
        )
        return _all_refused(path, group, problem)
    outcomes = {EditKind.CREATE: creation_outcome, EditKind.WHOLE: whole_outcome, EditKind.DELETE: deletion_outcome}
    outcome = outcomes[single.kind](path, single, snapshot)
    repeated = tuple(Applied(path, edit.block, edit.kind, "repeated") for edit in group.edits[1:])
    return replace(outcome, applied=outcome.applied + repeated) if outcome.applied else outcome


def _same_edits(edits: Sequence[Edit]) -> Edit | None:
    """The one edit that all of them repeat."""
    first = edits[0]
    return first if all(replace(edit, block=first.block) == first for edit in edits) else None


def _all_refused(path: str, group: _Group, problem: PathProblem) -> FileOutcome:
    edits = [*group.edits, *([group.rename] if group.rename else [])]
    return FileOutcome(None, (), tuple(Refusal(path, edit.block, problem.code, problem.reason) for edit in edits))


def _renamed(path: str, group: _Group, outcome: FileOutcome, snapshot: Snapshot) -> FileOutcome:
    if not group.rename or not group.new_path:
        return outcome
    found = snapshot.files.get(path)
    if not found:
        return _all_refused(path, group, PathProblem(RefusalCode.NOT_FOUND, f"there is no file {path!r} to rename"))
    if outcome.refused:
        reason = "an edit of this file was refused, so it was not renamed either"
        rest = _all_refused(path, group, PathProblem(RefusalCode.CONFLICT, reason))
        known = {refusal.block for refusal in outcome.refused}
        return replace(rest, refused=(*outcome.refused, *(one for one in rest.refused if one.block not in known)))
    after = outcome.change.after if outcome.change else found.content
    mode = outcome.change.new_mode if outcome.change else found.mode
    change = FileChange(group.new_path, found.content, after, path, found.mode or REGULAR, mode)
    applied = (*outcome.applied, Applied(path, group.rename.block, EditKind.RENAME, "exact"))
    return FileOutcome(change, applied, outcome.refused)
