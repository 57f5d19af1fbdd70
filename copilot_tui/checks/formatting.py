"""Hunks that change white space alone, and changes of a file's mode.

Invariant: a hunk whose indentation may carry meaning (Python and its like) is no formatting-only hunk when its indentation changes.
"""

from collections.abc import Callable
from itertools import zip_longest

from copilot_tui.autonomy.request import LineRange
from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.diff.change import ChangeSet, FileChange, Hunk
from copilot_tui.diff.line import LineKind
from copilot_tui.diff.snapshot import EXECUTABLE, Snapshot

_INDENTED = (
    ".py",
    ".pyi",
    ".yaml",
    ".yml",
    ".haml",
    ".pug",
    ".sass",
    ".coffee",
    ".nim",
    ".fs",
    ".hs",
    ".md",
    ".rst",
    "Makefile",
)


def check(change_set: ChangeSet, snapshot: Snapshot, pause: Callable[[], object] = int) -> list[Finding]:  # noqa: ARG001  (every check has the same shape)
    """A note for each hunk that changes blanks alone, and a warning for each new mode bit."""
    findings = []
    for change in change_set:
        pause()
        findings += _modes(change)
        for hunk in change.hunks if change.before is not None and change.after is not None else ():
            pause()
            if _only_blanks(hunk, keeps_indentation=change.path.endswith(_INDENTED)):
                lines = LineRange(max(hunk.new_start, 1), max(hunk.new_start + hunk.new_count - 1, hunk.new_start, 1))
                message = "this hunk changes white space alone"
                findings.append(Finding("formatting-only", change.path, lines, Severity.INFO, message))
    return findings


def _modes(change: FileChange) -> list[Finding]:
    makes_executable = change.new_mode == EXECUTABLE and (change.before is None or change.old_mode != EXECUTABLE)
    if makes_executable and change.after is not None:
        return [Finding("mode", change.path, None, Severity.WARNING, "the file becomes executable")]
    if change.changes_mode:
        return [Finding("mode", change.path, None, Severity.WARNING, f"the file's mode changes to {change.new_mode:o}")]
    return []


def _only_blanks(hunk: Hunk, *, keeps_indentation: bool) -> bool:
    old = (line.text for line in hunk.lines if line.kind is LineKind.REMOVED)
    new = (line.text for line in hunk.lines if line.kind is LineKind.ADDED)
    if keeps_indentation:
        kept = ((line.rstrip() for line in side if line.strip()) for side in (old, new))
        return all(one == other for one, other in zip_longest(*kept))  # most differ at the first line
    return b"".join(b"".join(old).split()) == b"".join(b"".join(new).split())
