"""The edit step from file level upwards: the answer is edits against files, from one call or from one call a plan step.

Invariant: all edits of all answers are resolved together against the unchanged snapshot, so what two of them disagree on is a
refusal and never a mixture.
"""

import asyncio
from dataclasses import replace

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.scope import Scope
from copilot_tui.context.pack import ContextPack
from copilot_tui.edits.edit import Refusal, RefusalCode
from copilot_tui.errors import CopilotTuiError
from copilot_tui.models.call import Role
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.events import ContextPacked, PlanStep
from copilot_tui.steps.live import LiveEdits
from copilot_tui.steps.settling import settle
from copilot_tui.steps.workshop import Answer, Question, Workshop, ask, context_order, fenced_context


async def edit_files(workshop: Workshop, request: Request, scope: Scope, draft: Draft) -> Draft:
    """One call for edits to the request's target; raises `ModelError` if no answer came."""
    pack = await workshop.pack(context_order(workshop.models, Role.EDIT, request, scope))
    workshop.emit(ContextPacked(pack))
    question = file_question(workshop, request, scope, pack)
    path = request.target.path if request.level is AutonomyLevel.FILE else None
    async with LiveEdits(workshop, draft.snapshot, path) as live:
        answer = await ask(workshop, question, live.watch)
    return await settle(workshop, draft, ((answer, path),))


def file_question(workshop: Workshop, request: Request, scope: Scope, pack: ContextPack) -> Question:
    """The question for edits to one file."""
    return Question(
        Role.EDIT,
        "edit/blocks",
        {
            "context": fenced_context(pack),
            "scope": scope.describe(),
            "request": request.text,
            "remarks": workshop.remarks,
            "level": request.level.value,
        },
    )


async def edit_by_plan(workshop: Workshop, request: Request, scope: Scope, draft: Draft) -> Draft:
    """One call for each step of the plan, `at_once` of them side by side; a step without an answer becomes a refusal."""
    gate = asyncio.Semaphore(workshop.at_once)

    async def carry_out(step: PlanStep) -> Answer | CopilotTuiError:
        async with gate:
            try:
                return await _ask_for_step(workshop, request, scope, draft, step)
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


async def _ask_for_step(workshop: Workshop, request: Request, scope: Scope, draft: Draft, step: PlanStep) -> Answer:
    pack, question = await step_question(workshop, request, scope, draft.plan, step)
    workshop.emit(ContextPacked(pack))
    async with LiveEdits(workshop, draft.snapshot, step.path) as live:
        return await ask(workshop, question, live.watch)


async def step_question(
    workshop: Workshop, request: Request, scope: Scope, plan: tuple[PlanStep, ...], step: PlanStep
) -> tuple[ContextPack, Question]:
    """The question for one step of a plan, and the context that it shows."""
    aimed = replace(request, text=f"{request.text}\n{step.what}", target=Target(step.path))
    pack = await workshop.pack(context_order(workshop.models, Role.EDIT, aimed, scope, focus=(step.path,)))
    whole = "\n".join(f"{number}. {one.path}: {one.what}" for number, one in enumerate(plan, start=1))
    variables = {
        "context": fenced_context(pack),
        "scope": scope.describe(),
        "request": request.text,
        "plan": whole,
        "step": f"{step.path}: {step.what}",
        "remarks": workshop.remarks,
    }
    return pack, Question(Role.EDIT, "edit/step", variables)
