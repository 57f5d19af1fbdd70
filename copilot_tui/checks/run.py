"""All checks on one change set.

Invariant: checks read, and never change anything; their order in the table is the order of the findings at one line.
"""

from collections.abc import Callable

from copilot_tui.checks import formatting, invisible, leftovers, names, secrets, syntax_errors, tests_weakened
from copilot_tui.checks.finding import Finding
from copilot_tui.checks.names import SymbolIndex
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot

Check = Callable[[ChangeSet, Snapshot, Callable[[], object]], list[Finding]]

CHECKS: dict[str, Check] = {
    "syntax": syntax_errors.check,
    "leftovers": leftovers.check,
    "secrets": secrets.check,
    "invisible": invisible.check,
    "tests": tests_weakened.check,
    "formatting": formatting.check,
}


def run_checks(
    change_set: ChangeSet,
    snapshot: Snapshot,
    symbols: SymbolIndex | None = None,
    *,
    pause: Callable[[], object] = int,
) -> tuple[Finding, ...]:
    """The findings of every check, by path and line; `symbols` makes the check of names possible.

    `pause` is called every few milliseconds; what it raises ends the checks.
    """
    findings = [finding for check in CHECKS.values() for finding in check(change_set, snapshot, pause)]
    if symbols is not None:
        findings += names.check(change_set, snapshot, symbols)
    return tuple(sorted(findings, key=lambda finding: (finding.path, finding.lines.first if finding.lines else 0)))
