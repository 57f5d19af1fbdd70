"""Syntax before and after: parts that a parser cannot read and could read before.

Invariant: a file that was broken in the same number of places before is not reported; a file of unknown language is not looked at.
"""

from collections.abc import Callable

from copilot_tui.autonomy.request import LineRange
from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot

_LARGEST = 2_000_000


def check(change_set: ChangeSet, snapshot: Snapshot, pause: Callable[[], object] = int) -> list[Finding]:  # noqa: ARG001  (every check has the same shape)
    """A finding for each new syntax error."""
    from copilot_tui.syntax import error_spans  # noqa: PLC0415  (grammars are loaded when first needed)

    findings = []
    for change in change_set:
        if change.after is None or change.is_binary or len(change.after) > _LARGEST:
            continue
        after = error_spans(change.path, change.after, pause)
        before = error_spans(change.source_path, change.before, pause) if change.before and after else []
        if len(after) <= len(before):
            continue
        known = {_text(change.before or b"", *span) for span in before}
        for first, last in after:
            if _text(change.after, first, last) in known:
                continue
            message = "the file could be parsed here before and cannot after the change"
            findings.append(
                Finding("syntax", change.path, LineRange(max(first, 1), max(last, first, 1)), Severity.ERROR, message)
            )
    return findings


def _text(data: bytes, first: int, last: int) -> bytes:
    return b"\n".join(data.split(b"\n")[max(first - 1, 0) : last])
