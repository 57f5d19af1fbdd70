"""The locate and plan steps: which files a request is about, and what is to be done in each.

Invariant: a plan names each file once and has at least one step; where the model's answer has none, the person hears so.
"""

from dataclasses import replace

from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.context.pack import ContextPack
from copilot_tui.edits.paths import find_shown
from copilot_tui.errors import CopilotTuiError, ModelError
from copilot_tui.models.call import Role
from copilot_tui.prompts import fenced
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.events import ContextPacked, FilesLocated, PlanProposed, PlanStep
from copilot_tui.steps.lenient import json_object, text_of
from copilot_tui.steps.workshop import Candidate, Question, Workshop, ask, context_order, fenced_context

CANDIDATES = 60
MOST_FILES = 12
_MOST_STEPS = 40

PLAN_SCHEMA = {
    "type": "object",
    "properties": {
        "steps": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"path": {"type": "string"}, "what": {"type": "string"}},
                "required": ["path", "what"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["steps"],
    "additionalProperties": False,
}


async def locate(workshop: Workshop, request: Request, scope: Scope) -> tuple[str, ...]:
    """The paths that the locate role picks from the ranked candidates; the best-ranked ones where it gives no answer."""
    candidates = [
        candidate for candidate in await workshop.candidates(request, CANDIDATES) if scope.allows_path(candidate.path)
    ]
    best = tuple(candidate.path for candidate in candidates[:MOST_FILES])
    if len(candidates) <= 1 or workshop.is_small(Role.LOCATE):
        return best
    try:
        answer = await ask(workshop, locate_question(request, scope, candidates))
    except CopilotTuiError:
        return best
    value = json_object(answer.text) or {}
    numbers = value.get("files")
    picked: list[str] = []
    for number in numbers if isinstance(numbers, list) else []:
        if isinstance(number, int) and 1 <= number <= len(candidates) and candidates[number - 1].path not in picked:
            picked.append(candidates[number - 1].path)
    paths = tuple(picked[:MOST_FILES]) or best
    workshop.emit(FilesLocated(paths))
    return paths


def locate_question(request: Request, scope: Scope, candidates: list[Candidate]) -> Question:
    """The question which of the candidates matter."""
    variables = {"candidates": fenced(_listing(candidates)), "scope": scope.describe(), "request": request.text}
    return Question(Role.LOCATE, "locate/files", variables, optional=True)


def _listing(candidates: list[Candidate]) -> str:
    return "\n".join(
        f"{number}. {candidate.path}" + (f": {', '.join(candidate.names)}" if candidate.names else "")
        for number, candidate in enumerate(candidates, start=1)
    )


async def plan(workshop: Workshop, request: Request, scope: Scope, draft: Draft, focus: tuple[str, ...]) -> Draft:
    """The plan as the person wants it; raises `ModelError` where the model gives no plan that can be read."""
    pack, question = await plan_question(workshop, request, scope, focus)
    workshop.emit(ContextPacked(pack))
    answer = await ask(workshop, question)
    known = draft.snapshot.known_paths
    steps = tuple(replace(step, path=find_shown(step.path, known) or step.path) for step in read_plan(answer.text))
    if not steps and workshop.is_small(Role.PLAN) and focus:
        # A tiny model rarely writes a plan: the best-ranked file is the honest guess.
        steps = (PlanStep(focus[0], request.text),)
    if not steps:
        raise ModelError(
            f"{workshop.models.describe(Role.PLAN)} gave no plan that can be read: ask again, name the files, or lower the level."
        )
    beyond = tuple(step.path for step in steps if not scope.allows_path(step.path))
    workshop.emit(PlanProposed(steps, workshop.waits_for_plan, beyond))
    confirmed = await workshop.confirm_plan(steps)
    return replace(draft, plan=confirmed, answers=(*draft.answers, answer.text))


async def plan_question(
    workshop: Workshop, request: Request, scope: Scope, focus: tuple[str, ...]
) -> tuple[ContextPack, Question]:
    """The question for a plan, and the context that it shows."""
    pack = await workshop.pack(context_order(workshop.models, Role.PLAN, request, scope, focus=focus))
    variables = {
        "context": fenced_context(pack),
        "scope": scope.describe(),
        "request": request.text,
        "remarks": workshop.remarks,
        "budget": request.line_budget,
    }
    return pack, Question(Role.PLAN, "plan/steps", variables, schema=PLAN_SCHEMA)


def read_plan(answer: str) -> tuple[PlanStep, ...]:
    """The steps in a model's answer, those of one file joined; empty where there are none."""
    value = json_object(answer) or {}
    listed = value.get("steps")
    if not isinstance(listed, list):
        return ()
    merged: dict[str, list[str]] = {}
    for entry in listed[:_MOST_STEPS]:
        if not isinstance(entry, dict):
            continue
        path, what = text_of(entry.get("path"), 4096).removeprefix("./"), text_of(entry.get("what"), 2000)
        if path and what:
            merged.setdefault(path, []).append(what)
    return tuple(PlanStep(path, " ".join(whats)) for path, whats in merged.items())
