"""The critique and summarize steps: why each hunk is there and how risky it is, in the model's words.

Invariant: both only add notes to a draft; a failure costs nothing but the notes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.diff.change import ChangeSet, Hunk
from copilot_tui.errors import CopilotTuiError
from copilot_tui.models.call import Role
from copilot_tui.prompts import fenced
from copilot_tui.review.proposal import HunkKey, HunkNote, Risk
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.lenient import json_object, text_of
from copilot_tui.steps.workshop import Question, Workshop, ask, context_order, fenced_context

_MOST_DIFF_CHARACTERS = 60_000
_CRITIQUE_CONTEXT = 0.5  # the share of the context budget that is left beside the diff

CRITIQUE_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "properties": {
        "met": {"type": "boolean"},
        "gap": {"type": "string"},
        "hunks": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "hunk": {"type": "integer"},
                    "why": {"type": "string"},
                    "risk": {"type": "string", "enum": ["low", "medium", "high"]},
                    "because": {"type": "string"},
                },
                "required": ["hunk", "why", "risk", "because"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["met", "gap", "hunks"],
    "additionalProperties": False,
}


async def critique(workshop: Workshop, request: Request, scope: Scope, draft: Draft) -> Draft:
    """The draft with a why and a risk for each hunk, and what the change misses of the request."""
    if not draft.change_set or workshop.is_small(Role.CRITIQUE):
        return draft
    try:
        pack = await workshop.pack(
            context_order(workshop.models, Role.CRITIQUE, request, scope, share=_CRITIQUE_CONTEXT)
        )
        answer = await ask(
            workshop,
            Question(
                Role.CRITIQUE,
                "critique/hunks",
                {
                    "request": request.text,
                    "diff": fenced(numbered_diff(draft.change_set)),
                    "context": fenced_context(pack),
                },
                schema=CRITIQUE_SCHEMA,
                optional=True,
            ),
        )
    except CopilotTuiError:
        return draft
    value = json_object(workshop.strike(answer.text)) or {}
    gap = text_of(value.get("gap")) if value.get("met") is not True else ""
    return replace(draft, notes=_merged(draft.notes, _notes(draft.change_set, value)), gap=gap)


async def summarize(workshop: Workshop, request: Request, draft: Draft) -> Draft:
    """The draft with a title, a commit message, and a why for each hunk that has none."""
    if not draft.change_set or workshop.is_small(Role.SUMMARIZE):
        return draft
    try:
        answer = await ask(
            workshop,
            Question(
                Role.SUMMARIZE,
                "summarize/proposal",
                {"request": request.text, "diff": fenced(numbered_diff(draft.change_set))},
                optional=True,
            ),
        )
    except CopilotTuiError:
        return draft
    value = json_object(workshop.strike(answer.text)) or {}
    commit = value.get("commit")
    return replace(
        draft,
        title=text_of(value.get("title"), 80) or draft.title,
        commit_message=commit.strip()[:4000] if isinstance(commit, str) else draft.commit_message,
        notes=_merged(_notes(draft.change_set, value), draft.notes),
    )


def numbered_hunks(change_set: ChangeSet) -> Iterator[tuple[int, HunkKey, Hunk | None]]:
    """Every hunk with the number that prompts use for it, from 1; a file without hunks counts as one."""
    number = 0
    for change in change_set:
        for index, hunk in enumerate(change.hunks):
            number += 1
            yield number, HunkKey(change.path, index), hunk
        if not change.hunks:
            number += 1
            yield number, HunkKey(change.path, None), None


def numbered_diff(change_set: ChangeSet) -> str:
    """The change as a model reads it: each hunk under its number, cut at a length that a context window holds."""
    parts: list[str] = []
    path = ""
    kinds = {change.path: change.kind.value for change in change_set}
    for number, key, hunk in numbered_hunks(change_set):
        if key.path != path:
            path = key.path
            parts.append(f"--- {path} ({kinds[path]})\n")
        body = "".join(
            f"{line.kind.value}{line.text.decode('utf-8', 'replace')}\n" for line in (hunk.lines if hunk else ())
        )
        parts.append(f"[hunk {number}]\n{body}")
    text = "".join(parts)
    return text if len(text) <= _MOST_DIFF_CHARACTERS else text[:_MOST_DIFF_CHARACTERS] + "\n(the rest is not shown)\n"


def _notes(change_set: ChangeSet, value: Mapping[str, Any]) -> dict[HunkKey, HunkNote]:
    keys = {number: key for number, key, _ in numbered_hunks(change_set)}
    notes: dict[HunkKey, HunkNote] = {}
    entries = value.get("hunks")
    for entry in entries if isinstance(entries, list) else []:
        if not isinstance(entry, dict) or not isinstance(entry.get("hunk"), int) or entry["hunk"] not in keys:
            continue
        risk = entry.get("risk")
        because = text_of(entry.get("because"))
        notes[keys[entry["hunk"]]] = HunkNote(
            why=text_of(entry.get("why")),
            risk=Risk(risk) if risk in {"low", "medium", "high"} else None,
            risk_reasons=(because,) if because else (),
        )
    return notes


def _merged(first: Mapping[HunkKey, HunkNote], second: Mapping[HunkKey, HunkNote]) -> Mapping[HunkKey, HunkNote]:
    """Both together; where both speak of a hunk, `second` wins."""
    return MappingProxyType({**first, **second})
