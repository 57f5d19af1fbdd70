"""Secrets in added lines.

Invariant: a message never repeats the secret.
"""

from collections.abc import Callable

from copilot_tui.checks.finding import Finding, Severity, added_lines, at
from copilot_tui.checks.secret_forms import find_secrets
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot

_LONGEST = 5000


def check(change_set: ChangeSet, snapshot: Snapshot, pause: Callable[[], object] = int) -> list[Finding]:  # noqa: ARG001  (every check has the same shape)
    """A finding for each added line that seems to hold a secret."""
    findings = []
    for change in change_set:
        for number, text in added_lines(change, pause):
            what = find_secret(text[:_LONGEST])
            if what:
                message = f"this line seems to hold {what}; keep secrets out of the repository"
                findings.append(Finding("secret", change.path, at(number), Severity.ERROR, message))
    return findings


def find_secret(line: bytes) -> str:
    """What kind of secret the line seems to hold; empty where none."""
    if b"PRIVATE KEY" in line and b"-----BEGIN " in line:
        return "a private key"  # its first line alone says so
    found = find_secrets(line.decode("utf-8", "replace"))
    return found[0].what if found else ""
