"""Proposals, receipts and events as JSON values, version 1 of the schema in docs/command-line.md.

Invariant: every value is plain JSON; bytes that are no UTF-8 are kept by surrogateescape and printed as escapes.
"""

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from copilot_tui.diff.unified import format_patch
from copilot_tui.review.review import Review, Unit
from copilot_tui.session.events import Event, ProposalGrew, ProposalReady
from copilot_tui.workspace.receipt import Receipt

VERSION = 1


def proposal_json(review: Review) -> dict[str, Any]:
    """The proposal with each unit under the number that `--accept` takes."""
    proposal = review.proposal
    return {
        "version": VERSION,
        "title": proposal.title,
        "asked_by": proposal.request.asked_by,
        "level": proposal.request.level.value,
        "scope": proposal.scope.describe(),
        "hunks": [_unit_json(review, number, unit) for number, unit in enumerate(review.units, start=1)],
        "patch": _text(format_patch(proposal.admission.admitted)),
        "refused": [
            {"path": one.path, "block": one.block, "code": str(one.code), "reason": one.reason}
            for one in proposal.refusals
        ],
        "steps": [{"path": one.path, "what": one.what} for one in proposal.steps],
        "gap": proposal.gap,
        "offer": proposal.offer and {"level": proposal.offer.level.value, "why": proposal.offer.why},
        "commit_message": proposal.commit_message,
    }


def _unit_json(review: Review, number: int, unit: Unit) -> dict[str, Any]:
    file = review.files[unit.file]
    change, note, reason = file.change, review.note(unit), review.withheld_reason(unit)
    admitted_by = next(
        (
            one.admitted_by
            for one in review.proposal.admission.withheld
            if one.path == change.path and one.hunk_index in {None, unit.hunk}
        ),
        None,
    )
    hunk = change.hunks[unit.hunk] if unit.hunk is not None else None
    return {
        "number": number,
        "path": change.path,
        "old_path": change.old_path,
        "change": change.kind.value,
        "step": None if (step := review.proposal.step_of(change)) is None else step + 1,
        "item": unit.kind.value,
        "state": "admitted" if reason is None else "withheld",
        "reason": reason,
        "admitted_by": admitted_by.value if reason is not None and admitted_by is not None else None,
        "flags": list(review.flags(unit)),
        "why": note.why,
        "risk": note.risk.value if note.risk else None,
        "risk_reasons": list(note.risk_reasons),
        "findings": [
            {
                "rule": one.rule,
                "severity": one.severity.value,
                "line": one.lines and one.lines.first,
                "message": one.message,
            }
            for one in review.findings(unit)
        ],
        "old_start": hunk and hunk.old_start,
        "new_start": hunk and hunk.new_start,
        "lines": [line.kind.value + _text(line.text) for line in hunk.lines] if hunk else [],
    }


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    """A landing as JSON."""
    value = plain(receipt)
    assert isinstance(value, dict)  # noqa: S101  (a dataclass becomes an object)
    return value


def event_json(event: Event) -> dict[str, Any]:
    """An event as JSON: its type's name under `event`, then its fields; a proposal comes whole in the last line instead."""
    name = type(event).__name__
    if isinstance(event, ProposalReady):
        return {"event": name, "following": len(event.following)}
    if isinstance(event, ProposalGrew):
        units = [_unit_json(event.review, number, unit) for number, unit in enumerate(event.review.units, start=1)]
        return {"event": name, "hunks": units}
    value = plain(event)
    return {"event": name, **(value if isinstance(value, dict) else {})}


def plain(value: Any) -> Any:  # noqa: ANN401  (any value of ours becomes any JSON value)
    """A value of ours as plain JSON; bytes and what is heavy are left out."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: plain(getattr(value, field.name))
            for field in fields(value)
            if field.repr and not isinstance(getattr(value, field.name), bytes)
        }
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
