"""What a request would use, told before any call is made.

Invariant: nothing is sent; the prompts of the first calls are the real ones, those of later calls are put at the most that they can be.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.config.settings import Price
from copilot_tui.models.call import Role, Usage
from copilot_tui.models.prices import cost_of
from copilot_tui.models.tokens import estimate_prompt_tokens, estimate_tokens
from copilot_tui.steps.blocks import file_question, step_question
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.events import PlanStep
from copilot_tui.steps.planning import CANDIDATES, MOST_FILES, locate_question, plan_question
from copilot_tui.steps.recipe import Recipe, Step
from copilot_tui.steps.region import region_question
from copilot_tui.steps.run import is_worth_critique
from copilot_tui.steps.workshop import Question, Workshop, context_order, make_call

_TOKENS_PER_LINE = 12  # of code, as models write it
_TOKENS_PER_BLOCK = 60  # what an edit's path, markers and sentence add
_TOKENS_PER_STEP = 60  # of a plan
_TOKENS_OF_NOTES = 1500
_PROMPT_AROUND = 500  # what our own words add to a prompt


@dataclass(frozen=True, slots=True)
class CallEstimate:
    """Calls of one role: `least` to `most` of them, each with at most these tokens read and written."""

    role: Role
    model: str
    least: int
    most: int
    prompt_tokens: int
    completion_tokens: int
    price: Price | None

    def cost(self, calls: int) -> float | None:
        """The dollars of so many calls, None if the price is not known."""
        each = cost_of(Usage(self.prompt_tokens, self.completion_tokens), self.price)
        return None if each is None else each * calls


@dataclass(frozen=True, slots=True)
class Estimate:
    """Every call that a request may make."""

    calls: tuple[CallEstimate, ...]

    @property
    def tokens(self) -> int:
        """The tokens that are read and written at most."""
        return sum(one.most * (one.prompt_tokens + one.completion_tokens) for one in self.calls)

    @property
    def cost(self) -> float | None:
        """The dollars at most, None if a price is not known."""
        costs = [one.cost(one.most) for one in self.calls]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None


async def estimate(workshop: Workshop, recipe: Recipe, request: Request, scope: Scope, draft: Draft) -> Estimate:
    """The calls that the recipe may make for the request."""
    return Estimate(tuple([one async for one in _calls(workshop, recipe, request, scope, draft)]))


async def _calls(
    workshop: Workshop, recipe: Recipe, request: Request, scope: Scope, draft: Draft
) -> AsyncIterator[CallEstimate]:
    budget = request.line_budget
    written = budget * _TOKENS_PER_LINE + _TOKENS_PER_BLOCK
    diff = 2 * budget * _TOKENS_PER_LINE

    focus: tuple[str, ...] = ()
    for step in recipe.steps:
        match step:
            case Step.LOCATE:
                candidates = [
                    one for one in await workshop.candidates(request, CANDIDATES) if scope.allows_path(one.path)
                ]
                focus = tuple(one.path for one in candidates[:MOST_FILES])
                if len(candidates) > 1 and not workshop.is_small(Role.LOCATE):
                    yield _row(
                        workshop, Role.LOCATE, (1, 1), locate_question(request, scope, candidates), _TOKENS_PER_STEP
                    )
            case Step.PLAN:
                _, question = await plan_question(workshop, request, scope, focus)
                yield _row(workshop, Role.PLAN, (1, 1), question, _TOKENS_PER_STEP * max(1, len(focus)))
            case Step.EDIT if request.level.is_region:
                async for one in _of_region(workshop, recipe, request, scope, draft):
                    yield one
            case Step.EDIT if recipe.has(Step.PLAN):
                steps = tuple(PlanStep(path, request.text) for path in focus or (request.target.path,))
                _, question = await step_question(workshop, request, scope, steps, steps[0])
                # The line budget is that of all steps together.
                yield _row(workshop, Role.EDIT, (1, len(steps)), question, written // len(steps) + _TOKENS_PER_BLOCK)
            case Step.EDIT:
                pack = await workshop.pack(context_order(workshop.models, Role.EDIT, request, scope))
                yield _row(workshop, Role.EDIT, (1, 1), file_question(workshop, request, scope, pack), written)
            case Step.REPAIR if recipe.repair_rounds:
                read = workshop.models.context_budget(Role.REPAIR) + _PROMPT_AROUND
                yield _row(workshop, Role.REPAIR, (0, recipe.repair_rounds), read, written)
            case Step.CRITIQUE if is_worth_critique(recipe, request) and not workshop.is_small(Role.CRITIQUE):
                read = workshop.models.context_budget(Role.CRITIQUE) // 2 + diff + _PROMPT_AROUND
                yield _row(workshop, Role.CRITIQUE, (1, 1), read, min(written, _TOKENS_OF_NOTES))
            case Step.SUMMARIZE if not workshop.is_small(Role.SUMMARIZE):
                yield _row(workshop, Role.SUMMARIZE, (1, 1), diff + _PROMPT_AROUND, min(written, _TOKENS_OF_NOTES))
            case _:
                pass


async def _of_region(
    workshop: Workshop, recipe: Recipe, request: Request, scope: Scope, draft: Draft
) -> AsyncIterator[CallEstimate]:
    region = scope.region_bytes(draft.snapshot)
    writes = estimate_tokens(region.decode("utf-8", "replace")) * 2 + _TOKENS_PER_BLOCK
    count = max(1, workshop.best_of)
    yield _row(workshop, Role.EDIT, (count, count), await region_question(workshop, request, scope, region), writes)
    if recipe.second_tries and not workshop.is_small(Role.REPAIR):
        yield _row(workshop, Role.REPAIR, (0, recipe.second_tries), 2 * writes + _PROMPT_AROUND, writes)


def _row(workshop: Workshop, role: Role, calls: tuple[int, int], read: Question | int, writes: int) -> CallEstimate:
    tokens = read if isinstance(read, int) else estimate_prompt_tokens(make_call(workshop, read).messages)
    models = workshop.models
    return CallEstimate(role, models.describe(role), *calls, tokens, writes, models.price(role))
