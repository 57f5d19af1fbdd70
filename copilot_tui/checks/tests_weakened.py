"""Deleted or weakened tests: a test file gone, a test or an assertion taken out, a skip put in.

Invariant: more assertions than before are never reported.
"""

import re
from collections.abc import Callable

from copilot_tui.checks.finding import Finding, Severity, added_lines, at, removed_lines
from copilot_tui.diff.change import ChangeKind, ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot

_TEST_PATH = re.compile(
    r"(?:^|/)(?:tests?|__tests__|spec)/|(?:^|/)test_[^/]*$|(?:_test|\.test|\.spec|_spec)\.[a-z]+$|(?:Test|Tests)\.[a-z]+$"
)
_TEST = re.compile(
    rb"^\s*(?:(?:async\s+)?def\s+(test\w*)|(?:it|test)\s*\(\s*['\"`]([^'\"`]+)|func\s+(Test\w+)|#\[test\])"
)
_ASSERTION = re.compile(rb"\bassert|\bexpect\s*\(|\.should\b|\bt\.(?:Error|Fatal)|\bassert\w*!?\s*\(|\bfail\s*\(")
_SKIP = re.compile(
    rb"@(?:pytest\.mark\.(?:skip|xfail)|unittest\.skip)|pytest\.skip\(|\b(?:it|test|describe)\.skip\s*\(|\bx(?:it|describe)\s*\(|t\.Skip\(|#\[ignore\]"
)


def check(change_set: ChangeSet, snapshot: Snapshot, pause: Callable[[], object] = int) -> list[Finding]:  # noqa: ARG001  (every check has the same shape)
    """The findings for the test files of the change set."""
    findings = []
    for change in change_set:
        if not is_test_path(change.source_path):
            continue
        if change.kind is ChangeKind.DELETE:
            message = "a test file is deleted"
            findings.append(Finding("test-deleted", change.path, None, Severity.WARNING, message))
        else:
            pause()
            findings += _weakened(change)
    return findings


def is_test_path(path: str) -> bool:
    """Whether the file's name or folder says that it holds tests."""
    return _TEST_PATH.search(path) is not None


def _weakened(change: FileChange) -> list[Finding]:
    findings = []
    added, removed = list(added_lines(change)), list(removed_lines(change))
    kept = {_name(text) for _, text in added}
    for number, text in removed:
        name = _name(text)
        if name and name not in kept:
            message = f"the test {name} is taken out or renamed"
            findings.append(Finding("test-deleted", change.path, at(number), Severity.WARNING, message))
    for number, text in added:
        if _SKIP.search(text) and not any(_SKIP.search(old) for _, old in removed):
            message = "a test is switched off"
            findings.append(Finding("test-skipped", change.path, at(number), Severity.WARNING, message))
    gone = [number for number, text in removed if _ASSERTION.search(text)]
    came = sum(1 for _, text in added if _ASSERTION.search(text))
    if len(gone) > came:
        message = f"{len(gone)} assertions are taken out and {came} put in"
        findings.append(Finding("test-weakened", change.path, at(gone[0]), Severity.WARNING, message))
    return findings


def _name(line: bytes) -> str:
    found = _TEST.match(line)
    if not found:
        return ""
    return next((group.decode("utf-8", "replace") for group in found.groups() if group), "")
