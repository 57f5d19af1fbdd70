"""What a request would send first, without sending it.

Invariant: the pack is made as the request's own first call makes it: by the same role's budget and count, with the same wishes.
"""

from dataclasses import replace

from copilot_tui.autonomy.level import SMALL_CONTEXT
from copilot_tui.autonomy.request import Request
from copilot_tui.config.settings import Settings
from copilot_tui.context.pack import ContextPack
from copilot_tui.models.call import Role
from copilot_tui.session.opened import Opened
from copilot_tui.steps.recipe import Step, recipe_for
from copilot_tui.steps.region import region_alone
from copilot_tui.steps.workshop import context_order


def first_role(request: Request, settings: Settings) -> Role:
    """The role of the first call that is given a context."""
    return Role.PLAN if recipe_for(request.level, settings.repair_rounds).has(Step.PLAN) else Role.EDIT


async def picture_context(opened: Opened, request: Request, budget: int | None = None) -> ContextPack:
    """The context of the request's first call, or of `budget` tokens; raises `TargetError` or `UsageError`."""
    request, snapshot, scope = await opened.driver.scope_of(request)
    models = opened.parts.models
    role = first_role(request, opened.parts.settings)
    order = context_order(models, role, request, scope)
    if request.level.is_region and models.context_budget(role) < SMALL_CONTEXT:
        return region_alone(request, scope, snapshot, order.budget)
    return await opened.sources.picture(order if budget is None else replace(order, budget=budget))
