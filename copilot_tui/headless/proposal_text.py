"""A proposal as a person reads it in a plain terminal or a log.

Invariant: every unit stands under the number that `--accept` takes, the withheld ones with the reason.
"""

from copilot_tui.diff.line import LineKind
from copilot_tui.review.in_place import is_foreign
from copilot_tui.review.review import Review, Unit
from copilot_tui.visible import visible


def proposal_text(review: Review) -> str:
    """The whole proposal; says so where there is none."""
    proposal = review.proposal
    if not review.units:
        return "No usable change came; nothing was changed."
    counts = review.counts
    lines = [proposal.title]
    if not is_foreign(proposal):
        by = f"by {visible(proposal.request.asked_by)}, " if proposal.request.asked_by else ""
        lines.append(f"{by}{proposal.request.level.value}: {proposal.scope.describe()}")
    if counts.withheld:
        lines.append(f"{counts.withheld} withheld: outside the scope, cannot be applied at this level")
    path = ""
    for number, unit in enumerate(review.units, start=1):
        file = review.files[unit.file]
        if file.path != path:
            path = file.path
            moved = f"{file.change.source_path} -> " if file.change.old_path else ""
            lines += ["", f"{moved}{path} ({file.change.kind.value})"]
        lines += _unit(review, number, unit)
    if proposal.gap:
        lines += ["", f"not met: {proposal.gap}"]
    return "\n".join(lines)


def _unit(review: Review, number: int, unit: Unit) -> list[str]:
    file, note, reason = review.files[unit.file], review.note(unit), review.withheld_reason(unit)
    head = f"[{number}]"
    if reason is not None:
        head += f" withheld: {reason}"
    elif note.why:
        head += f" {note.why}"
    if note.risk is not None:
        head += f" (risk {note.risk.value})"
    lines = [head]
    lines += [f"    flagged: {flag}" for flag in review.flags(unit)]
    lines += [f"    {one.severity.value}: {one.message}" for one in review.findings(unit) if not one.blocks_batches]
    if unit.hunk is None:
        return [
            *lines,
            f"    the {'mode' if unit.kind.value == 'mode' else file.change.kind.value} of the file as a whole",
        ]
    hunk = file.change.hunks[unit.hunk]
    lines.append(f"    @@ -{hunk.old_start},{hunk.old_count} +{hunk.new_start},{hunk.new_count} @@")
    for line in hunk.lines:
        sign = line.kind.value if line.kind is not LineKind.CONTEXT else " "
        lines.append(f"    {sign}{line.text.decode('utf-8', 'surrogateescape')}")
    return lines
