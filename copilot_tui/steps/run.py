"""Runs a recipe: the steps of a level, one after the other, each from draft to draft.

Invariant: the order of the steps is the recipe's and stands nowhere else.
"""

import asyncio
from dataclasses import replace

from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.diff.change import ChangeSet
from copilot_tui.steps.blocks import edit_by_plan, edit_files
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.judging import critique, summarize
from copilot_tui.steps.planning import locate, plan
from copilot_tui.steps.recipe import Recipe, Step
from copilot_tui.steps.region import edit_region
from copilot_tui.steps.remembering import remember
from copilot_tui.steps.repair import repair
from copilot_tui.steps.workshop import Workshop


async def run_recipe(workshop: Workshop, recipe: Recipe, request: Request, scope: Scope, draft: Draft) -> Draft:
    """The draft after every step of the recipe; raises `ModelError` where a step that the rest needs got no answer."""
    focus: tuple[str, ...] = ()
    for step in recipe.steps:
        match step:
            case Step.LOCATE:
                focus = await locate(workshop, request, scope)
            case Step.PLAN:
                draft = await plan(workshop, request, scope, draft, focus)
            case Step.EDIT:
                draft = await _edit(workshop, recipe, request, scope, draft)
            case Step.CHECKS:
                draft = await check(workshop, draft)
            case Step.REPAIR:
                draft = in_plan_order(await _repair(workshop, recipe, request, scope, draft))
            case Step.CRITIQUE:
                if is_worth_critique(recipe, request):
                    draft = await critique(workshop, request, scope, draft)
            case Step.SUMMARIZE:
                draft = await summarize(workshop, request, draft)
            case Step.REMEMBER:
                draft = await remember(workshop, request, draft)
    if not draft.title:
        draft = replace(draft, title=workshop.strike(request.text).strip().partition("\n")[0][:80])
    return draft


def in_plan_order(draft: Draft) -> Draft:
    """The draft with its files in the order of the plan, which is the order in which to read them; others follow as they came."""
    order = {step.path: number for number, step in enumerate(draft.plan)}
    files = sorted(draft.change_set, key=lambda change: order.get(change.source_path, len(order)))
    return replace(draft, change_set=ChangeSet(tuple(files)))


async def check(workshop: Workshop, draft: Draft) -> Draft:
    """The draft with the findings of every check, computed beside the event loop."""
    from copilot_tui.checks.run import run_checks  # noqa: PLC0415  (tree-sitter is loaded for the first check)

    findings = await asyncio.to_thread(run_checks, draft.change_set, draft.snapshot, workshop.symbols())
    return replace(draft, findings=tuple(findings))


async def _edit(workshop: Workshop, recipe: Recipe, request: Request, scope: Scope, draft: Draft) -> Draft:
    if request.level.is_region:
        return await edit_region(workshop, request, scope, draft, recipe.second_tries)
    if recipe.has(Step.PLAN):
        return await edit_by_plan(workshop, request, scope, draft)
    return await edit_files(workshop, request, scope, draft)


async def _repair(workshop: Workshop, recipe: Recipe, request: Request, scope: Scope, draft: Draft) -> Draft:
    for round_number in range(1, recipe.repair_rounds + 1):
        repaired = await repair(workshop, request, scope, draft, round_number)
        if repaired is draft or repaired.change_set == draft.change_set:
            return repaired if repaired.findings else await check(workshop, repaired)
        draft = await check(workshop, repaired)
    return draft


def is_worth_critique(recipe: Recipe, request: Request) -> bool:
    """Whether the change may be large enough to be read by a second model."""
    lines = request.target.lines
    return not request.level.is_region or (lines is not None and len(lines) > recipe.critique_above)
