"""Conflict markers and dots that stand for code, in added lines.

Invariant: only added lines are looked at, never what the file had before.
"""

import re
from collections.abc import Callable

from copilot_tui.checks.finding import Finding, Severity, added_lines, at
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.edits.elision import first_written_elision

_LINES = 64  # that are looked at between two pauses
_MARKER = re.compile(rb"(?:<{7}|>{7}|\|{7})(?: .*)?|={7}")


def check(change_set: ChangeSet, snapshot: Snapshot, pause: Callable[[], object] = int) -> list[Finding]:
    """A finding for each added conflict marker and each added line that stands for others."""
    findings = []
    for change in change_set:
        old = snapshot.content(change.source_path) or change.before or b""
        own = frozenset(line.strip() for line in old.split(b"\n"))
        new = (change.after or b"").split(b"\n")
        added = list(added_lines(change, pause))
        openers = any(text.startswith((b"<<<<<<< ", b">>>>>>> ")) for _, text in added)
        for at_line, (number, text) in enumerate(added):
            if not at_line % _LINES:
                pause()
            if _MARKER.fullmatch(text) and (openers or not text.startswith(b"=")):
                message = "a merge conflict marker is left in the file"
                findings.append(Finding("conflict-marker", change.path, at(number), Severity.ERROR, message))
            elif first_written_elision(new, {number - 1}, own) is not None:
                message = "this line stands for code that was left out"
                findings.append(Finding("elision", change.path, at(number), Severity.ERROR, message))
    return findings
