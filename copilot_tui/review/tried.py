"""What a tried command says of a review, put at its hunks: the places that it named, and the hunks that make it fail.

Invariant: no decision changes; what an earlier run of the same command said is gone when the next one has spoken.
"""

from collections.abc import Iterable
from dataclasses import replace

from copilot_tui.autonomy.request import LineRange
from copilot_tui.checks.finding import Finding, Severity
from copilot_tui.review.review import Review, Unit


def with_findings(review: Review, command: str, findings: Iterable[Finding]) -> Review:
    """The review with what the newest run of `command` found, by the lines of the proposal's new text."""
    rule = rule_of(command)
    found = tuple(replace(finding, rule=rule) for finding in findings)
    return _with(review, {rule, _culprit(command)}, found)


def with_culprits(review: Review, command: str, line: str, units: Iterable[Unit]) -> Review:
    """The review with a mark at each unit without which the command (as typed: `line`) would not fail."""
    rule = _culprit(command)
    found = [
        Finding(
            rule, review.files[unit.file].path, _lines(review, unit), Severity.ERROR, f"{command}: makes `{line}` fail"
        )
        for unit in units
    ]
    return _with(review, {rule}, tuple(dict.fromkeys(found)))


def rule_of(command: str) -> str:
    """The rule that the findings of a command carry."""
    return f"command {command}"


def _culprit(command: str) -> str:
    return f"culprit {command}"


def _with(review: Review, gone: set[str], findings: tuple[Finding, ...]) -> Review:
    """`findings` in place of those of the rules in `gone`; the review itself where nothing differs."""
    proposal = review.proposal
    kept = tuple(one for one in proposal.findings if one.rule not in gone)
    if not findings and len(kept) == len(proposal.findings):
        return review
    return replace(review, proposal=replace(proposal, findings=(*kept, *findings)))


def _lines(review: Review, unit: Unit) -> LineRange | None:
    """The unit's hunk in the new text; None for what concerns the file as a whole, or leaves no line of it."""
    if unit.hunk is None:
        return None
    hunk = review.files[unit.file].change.hunks[unit.hunk]
    return LineRange(hunk.new_start, hunk.new_start + max(hunk.new_count, 1) - 1) if hunk.new_start else None
