"""Which file an edit means, and which paths are never touched.

Invariant: a path that leaves the work tree, enters `.git` under any of its names, or passes a link is refused before anything is looked up.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.edits.edit import Edit, EditKind, RefusalCode
from copilot_tui.visible import HIDDEN, INVISIBLE, visible

_GIT_ALIAS = re.compile(r"\.git|git~\d+", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")
_LONGEST = 4096
_MARK = re.compile(r"\\x[0-9a-f]{2}|<U\+[0-9A-F]{4,6}>|[\u2400-\u2421]")  # as `visible` makes them


@dataclass(frozen=True, slots=True)
class PathProblem:
    """Why a path was refused."""

    code: RefusalCode
    reason: str


def check_path(written: str, root: str = "") -> str | PathProblem:
    """The path relative to the work tree in normal form, or the problem with it; `root` is the work tree's absolute path, if known."""
    path = written.strip()
    if root and path.startswith(root.rstrip("/") + "/"):
        path = path[len(root.rstrip("/")) + 1 :]
    problem = _problem(path)
    if problem:
        return PathProblem(RefusalCode.OUTSIDE, f"{visible(written)[:200]!r} {problem}")
    parts = [part for part in path.split("/") if part not in {"", "."}]
    if any(is_git_folder(part) for part in parts):
        return PathProblem(RefusalCode.PROTECTED, f"{path!r} lies in git's own folder, which is never edited")
    return "/".join(parts)


def is_git_folder(part: str) -> bool:
    """Whether a name means `.git` on some file system: any case, trailing dots or blanks, ignored characters, short names, streams."""
    plain = INVISIBLE.sub("", part).split(":")[0].rstrip(". ")
    return bool(_GIT_ALIAS.fullmatch(plain))


def _problem(path: str) -> str:
    parts = path.split("/")
    checks = (
        (not any(part not in {"", "."} for part in parts), "names no file"),
        (len(path) > _LONGEST or any(len(part) > 255 for part in parts), "is too long for a path"),
        (bool(HIDDEN.search(path)), "has control or invisible characters"),
        ("\\" in path, "has a backslash; write paths with /"),
        (
            path.startswith("/") or bool(_DRIVE.match(path)),
            "is an absolute path outside the repository; write it relative to the repository's root",
        ),
        (path.startswith("~"), "starts with ~; write the path relative to the repository"),
        (".." in parts, "has '..' in it; write the path relative to the repository"),
        (path.endswith("/"), "names a folder, not a file"),
    )
    return next((reason for wrong, reason in checks if wrong), "")


def find_known(written: str, known: Iterable[str]) -> list[str]:
    """The known paths that `written` (checked) may mean: itself, or every path with the same last part (the longest common end wins)."""
    paths = known if isinstance(known, (set, frozenset)) else frozenset(known)
    if written in paths:
        return [written]
    name = written.rsplit("/", 1)[-1]
    same_name = [path for path in paths if path.rsplit("/", 1)[-1] == name]
    ends = [path for path in same_name if path.endswith("/" + written)]
    return sorted(ends or same_name)


def find_shown(written: str, known: Iterable[str]) -> str | None:
    """The known path that cannot be written as plain text and that `written` means: as it is, or as it is shown."""
    if not HIDDEN.search(written) and not _MARK.search(written):
        return None
    found = [path for path in known if HIDDEN.search(path) and written.strip() in {path, visible(path)}]
    return found[0] if len(found) == 1 else None


def resolve_path(edit: Edit, snapshot: Snapshot, default_path: str | None, root: str) -> str | PathProblem:
    """The path in the repository that `edit` means."""
    if not edit.path and not default_path:
        return PathProblem(RefusalCode.MALFORMED, "the block names no file; write the file's path on the line above it")
    known = snapshot.known_paths | frozenset(snapshot.files)
    for written in (edit.path or default_path or "", *edit.other_paths):
        shown = find_shown(written, known)
        if shown is not None and not snapshot.passes_link(shown):
            return shown
    first = check_path(edit.path or default_path or "", root)
    readings = [first, *(check_path(other, root) for other in edit.other_paths)]
    safe = [reading for reading in readings if isinstance(reading, str)]
    if not safe:
        return first
    exact = [
        path for path in safe if path in snapshot.files or path in snapshot.known_paths or snapshot.passes_link(path)
    ]
    path: str | PathProblem = exact[0] if exact else safe[0]
    if not exact and edit.kind not in {EditKind.CREATE, EditKind.WHOLE}:
        path = _by_name(safe, snapshot)
    if not exact and not edit.is_sure and edit.kind in {EditKind.CREATE, EditKind.WHOLE}:
        return PathProblem(
            RefusalCode.MALFORMED,
            f"no file {first!r} exists; to make one, write its path alone on the line above the fence",
        )
    if isinstance(path, str) and snapshot.passes_link(path):
        return PathProblem(RefusalCode.OUTSIDE, f"{path!r} is a link or lies behind one; links are never followed")
    return path


def _by_name(readings: list[str], snapshot: Snapshot) -> str | PathProblem:
    known = snapshot.known_paths | frozenset(snapshot.files)
    for reading in readings:
        found = find_known(reading, known)
        if len(found) == 1:
            return found[0]
        if found:
            return PathProblem(
                RefusalCode.AMBIGUOUS, f"{reading!r} may be {', '.join(found[:8])}; write the whole path"
            )
    near = [
        name
        for name, _, _ in process.extract(
            readings[0], sorted(known)[:20_000], scorer=fuzz.ratio, limit=3, score_cutoff=70
        )
    ]
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return PathProblem(RefusalCode.NOT_FOUND, f"there is no file {readings[0]!r}{hint}")


def creation_problem(path: str, snapshot: Snapshot) -> PathProblem | None:
    """Why a new file cannot be put at `path`."""
    known = snapshot.known_paths | frozenset(snapshot.files)
    if snapshot.passes_link(path):
        return PathProblem(RefusalCode.OUTSIDE, f"{path!r} is a link or lies behind one; links are never followed")
    if path in known:
        return PathProblem(RefusalCode.EXISTS, f"{path!r} exists already; send edits against it instead of a new file")
    lower = path.casefold()
    for other in known:
        if other.casefold() == lower:
            return PathProblem(RefusalCode.EXISTS, f"{path!r} differs from {other!r} in case alone")
        if other.startswith(path + "/"):
            return PathProblem(RefusalCode.EXISTS, f"{path!r} is a folder")
        if path.startswith(other + "/"):
            return PathProblem(RefusalCode.EXISTS, f"{other!r} is a file, so nothing can lie below it")
    return None
