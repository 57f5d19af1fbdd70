"""The repair step: exactly what could not be used goes back to the model, and only that.

Invariant: a repair adds to the draft or leaves it as it was; what had been applied is never asked for again.
"""

from dataclasses import replace

from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.checks.finding import Finding
from copilot_tui.diff.compose import apply_to_snapshot, compose
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.edits.edit import Edit, EditKind, Refusal, RefusalCode
from copilot_tui.errors import CopilotTuiError
from copilot_tui.models.call import Role
from copilot_tui.prompts import fenced
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.events import RepairStarted
from copilot_tui.steps.settling import settle, with_files
from copilot_tui.steps.workshop import Question, Workshop, ask

_REPAIRABLE = frozenset(RefusalCode) - {RefusalCode.OUTSIDE, RefusalCode.PROTECTED, RefusalCode.BINARY}
_CHARACTERS_PER_TOKEN = 3
_LINES_AROUND = 60
_MOST_BLOCK = 6000  # characters of each side of a refused block


async def repair(workshop: Workshop, request: Request, scope: Scope, draft: Draft, round_number: int) -> Draft:
    """One round: the refusals and error findings that a model can mend are sent back and the new answer is settled."""
    refusals = tuple(refusal for refusal in draft.refusals if refusal.code in _REPAIRABLE)
    findings = tuple(finding for finding in draft.findings if finding.is_error)
    if not refusals and not findings:
        return draft
    workshop.emit(RepairStarted(round_number, len(refusals) + len(findings)))
    paths = dict.fromkeys([*(refusal.path for refusal in refusals), *(finding.path for finding in findings)])
    snapshot = await with_files(
        workshop, draft.snapshot, frozenset(path for path in paths if path in draft.snapshot.known_paths)
    )
    now = apply_to_snapshot(snapshot, draft.change_set)
    budget = workshop.models.context_budget(Role.REPAIR) * _CHARACTERS_PER_TOKEN
    question = Question(
        Role.REPAIR,
        "repair/blocks",
        {
            "context": _files(now, tuple(paths), findings, budget),
            "scope": scope.describe(),
            "request": request.text,
            "refusals": _problems(refusals, findings),
        },
        optional=True,
    )
    try:
        answer = await ask(workshop, question)
    except CopilotTuiError:
        return replace(draft, snapshot=snapshot)
    only = next(iter(paths)) if len(paths) == 1 else None
    settled = await settle(workshop, Draft(now), ((answer, only or None),))
    # What the answer passes over in silence stays refused.
    answered = {*(one.path for one in settled.refusals), *(one.path for one in settled.change_set)}
    kept = tuple(one for one in draft.refusals if one not in refusals or (one.path and one.path not in answered))
    before = replace(
        snapshot,
        files={
            **{path: file for path, file in settled.snapshot.files.items() if path not in now.files},
            **snapshot.files,
        },
    )
    return replace(
        draft,
        snapshot=before,
        change_set=compose(draft.change_set, settled.change_set),
        refusals=(*kept, *settled.refusals) if settled.change_set or not refusals else draft.refusals,
        findings=(),
        answers=(*draft.answers, answer.text),
    )


def _problems(refusals: tuple[Refusal, ...], findings: tuple[Finding, ...]) -> str:
    """The list of what was wrong, numbered, with the lines around the best near miss."""
    entries = []
    for refusal in refusals:
        where = f"{refusal.path or 'no path'}, block {refusal.block + 1}"
        near = f"\nThe nearest lines in the file:\n{fenced(refusal.nearest)}" if refusal.nearest else ""
        block = f"\nThe block:\n{fenced(_block(refusal.edit))}" if refusal.edit else ""
        entries.append(f"{where}: {refusal.reason}{block}{near}")
    for finding in findings:
        where = f"{finding.path}, line {finding.lines.first}" if finding.lines else finding.path
        entries.append(f"{where}: your edit was applied, but {finding.message}")
    return "\n".join(f"{number}. {entry}" for number, entry in enumerate(entries, start=1))


def _block(edit: Edit) -> str:
    """A block as a model reads it again, cut at a length that a window holds."""
    if edit.kind in {EditKind.DELETE, EditKind.RENAME}:
        return f"{edit.kind.value} {edit.path}" + (f" to {edit.new_path}" if edit.new_path else "")
    old, new = (
        "".join(f"{line.decode('utf-8', 'replace')}\n" for line in side) for side in (edit.old_side, edit.new_side)
    )
    return f"<<<<<<< SEARCH\n{old[:_MOST_BLOCK]}=======\n{new[:_MOST_BLOCK]}>>>>>>> REPLACE"


def _files(snapshot: Snapshot, paths: tuple[str, ...], findings: tuple[Finding, ...], budget: int) -> str:
    """The files as they are now, whole while they fit, else around the findings."""
    parts: list[str] = []
    for path in paths:
        content = snapshot.content(path)
        if content is None or b"\0" in content[:8000]:
            continue
        text = content.decode("utf-8", "replace")
        if len(text) > budget:
            lines = text.splitlines(keepends=True)
            marks = [finding.lines.first for finding in findings if finding.path == path and finding.lines]
            middle = marks[0] if marks else 1
            first = max(0, middle - _LINES_AROUND)
            text = "".join(lines[first : middle + _LINES_AROUND])[: max(0, budget)]
        budget -= len(text)
        if text:
            parts.append(f"{path}\n{fenced(text)}")
    return "\n\n".join(parts)
