"""Characters that hide from the eye or turn the reading direction, in added lines ("Trojan Source", CVE-2021-42574).

Invariant: a line that had such characters before is not reported again.
"""

from collections.abc import Callable

from copilot_tui.checks.finding import Finding, Severity, added_lines, at, removed_lines
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.visible import count_invisible


def check(change_set: ChangeSet, snapshot: Snapshot, pause: Callable[[], object] = int) -> list[Finding]:  # noqa: ARG001  (every check has the same shape)
    """A finding for each added line with more hidden characters than the removed lines had."""
    findings = []
    for change in change_set:
        old = count_invisible(b"\n".join(text for _, text in removed_lines(change, pause)).decode("utf-8", "replace"))
        for number, text in added_lines(change, pause):
            found = count_invisible(text.decode("utf-8", "replace"))
            fresh = {name: count for name, count in found.items() if count > old.get(name, 0)}
            if fresh:
                names = ", ".join(f"{name} ({count})" for name, count in sorted(fresh.items()))
                message = f"this line has characters that cannot be seen or that turn the reading direction: {names}"
                findings.append(Finding("invisible", change.path, at(number), Severity.ERROR, message))
    return findings
