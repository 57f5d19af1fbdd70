"""The edit step from file level upwards: the answer is edits against files, from one call or from one call a plan step.

Invariant: all edits of all answers are resolved together against the unchanged snapshot, so what two of them disagree on is a
refusal and never a mixture.
"""

import asyncio
from dataclasses import replace

from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.scope import Scope
from copilot_tui.edits.edit import Refusal, RefusalCode
from copilot_tui.errors import CopilotTuiError
from copilot_tui.models.call import Role
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.events import ContextPacked, PlanStep
from copilot_tui.steps.settling import settle
from copilot_tui.steps.workshop import Answer, ContextOrder, Question, Workshop, ask


async def edit_files(workshop: Workshop, request: Request, scope: Scope, draft: Draft) -> Draft:
    """One call for edits to the request's target; raises `ModelError` if no answer came."""
    pack = await workshop.pack(ContextOrder(request, scope, workshop.models.context_budget(Role.EDIT)))
    workshop.emit(ContextPacked(pack))
    answer = await ask(
        workshop,
        Question(
            Role.EDIT,
            "edit/blocks",
            {
                "context": pack.text,
                "scope": scope.describe(),
                "request": request.text,
                "remarks": workshop.remarks,
                "level": request.level.value,
            },
        ),
    )
    return await settle(workshop, draft, ((answer, request.target.path or None),))


async def edit_by_plan(workshop: Workshop, request: Request, scope: Scope, draft: Draft) -> Draft:
    """One call for each step of the plan, `at_once` of them side by side; a step without an answer becomes a refusal."""
    gate = asyncio.Semaphore(workshop.at_once)
    plan = "\n".join(f"{number}. {step.path}: {step.what}" for number, step in enumerate(draft.plan, start=1))

    async def carry_out(step: PlanStep) -> Answer | CopilotTuiError:
        async with gate:
            try:
                return await _ask_for_step(workshop, request, scope, plan, step)
            except CopilotTuiError as error:
                return error

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(carry_out(step)) for step in draft.plan]
    results = [task.result() for task in tasks]
    answers = [
        (result, step.path) for result, step in zip(results, draft.plan, strict=True) if isinstance(result, Answer)
    ]
    failures = [result for result in results if isinstance(result, CopilotTuiError)]
    if failures and not answers:
        raise failures[0]
    missing = tuple(
        Refusal(step.path, 0, RefusalCode.NO_ANSWER, f"No answer came for this step: {result}")
        for result, step in zip(results, draft.plan, strict=True)
        if isinstance(result, CopilotTuiError)
    )
    settled = await settle(workshop, draft, tuple(answers))
    return replace(settled, refusals=(*settled.refusals, *missing))


async def _ask_for_step(workshop: Workshop, request: Request, scope: Scope, plan: str, step: PlanStep) -> Answer:
    aimed = replace(request, text=f"{request.text}\n{step.what}", target=Target(step.path))
    pack = await workshop.pack(
        ContextOrder(aimed, scope, workshop.models.context_budget(Role.EDIT), focus=(step.path,))
    )
    workshop.emit(ContextPacked(pack))
    return await ask(
        workshop,
        Question(
            Role.EDIT,
            "edit/step",
            {
                "context": pack.text,
                "scope": scope.describe(),
                "request": request.text,
                "plan": plan,
                "step": f"{step.path}: {step.what}",
                "remarks": workshop.remarks,
            },
        ),
    )
