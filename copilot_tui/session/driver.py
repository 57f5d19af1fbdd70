"""One request, one way through the rooms: snapshot, scope, recipe, admission, proposal.

Invariant: events leave in the order in which things happened, and the last one says how the request ended. The one broad
`except` of the program stands here: a fault of ours ends the request with a sentence and never the session.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from dataclasses import replace
from itertools import count

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope, make_scope
from copilot_tui.context.pack import ContextPack
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.errors import CopilotTuiError, UsageError
from copilot_tui.models.call import ModelCall
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review
from copilot_tui.session.events import Event, ProposalReady, RequestCancelled, RequestFailed
from copilot_tui.session.ledger import Ledger
from copilot_tui.session.parts import Parts
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.events import CallFinished, PlanStep, StepEvent
from copilot_tui.steps.recipe import RECIPES
from copilot_tui.steps.run import run_recipe
from copilot_tui.steps.workshop import Candidate, ContextOrder, Workshop

ConfirmPlan = Callable[[tuple[PlanStep, ...]], Awaitable[tuple[PlanStep, ...]]]


class Driver:
    """Drives requests over the parts; `pinned` and `dropped` are the person's words on the context."""

    def __init__(self, parts: Parts, ledger: Ledger) -> None:
        self._parts = parts
        self._ledger = ledger
        self._numbers = count(1)
        self.pinned: set[str] = set()
        self.dropped: set[str] = set()
        self.confirm_plan: ConfirmPlan | None = None

    async def run(self, request: Request, remarks: str = "") -> AsyncGenerator[Event, None]:
        """The events of a request; closing the generator cancels it."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        task = asyncio.create_task(self._drive(request, remarks, queue))
        try:
            while (event := await queue.get()) is not None:
                yield event
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _drive(self, request: Request, remarks: str, queue: "asyncio.Queue[Event | None]") -> None:
        def emit(event: Event) -> None:
            if isinstance(event, CallFinished):
                self._ledger.add(event)
            queue.put_nowait(event)

        try:
            self._ledger.begin_request()
            proposal = await self._propose(request, remarks, emit)
            emit(ProposalReady(Review.of(proposal)))
        except asyncio.CancelledError:
            emit(RequestCancelled())
            raise
        except CopilotTuiError as error:
            emit(RequestFailed(str(error), error.exit_status))
        except Exception as error:  # noqa: BLE001  (the session's outer edge: see the module's invariant)
            emit(RequestFailed(_sentence_of_fault(error), 70))
        finally:
            queue.put_nowait(None)

    async def _propose(self, request: Request, remarks: str, emit: Callable[[Event], None]) -> Proposal:
        request, snapshot, scope = await self.scope_of(request)
        if not request.text.strip():
            raise UsageError("Say in a few words what you want.")
        workshop = self.workshop(emit, remarks)
        recipe = RECIPES[request.level]
        recipe = replace(recipe, repair_rounds=min(recipe.repair_rounds, self._parts.settings.repair_rounds))
        draft = await run_recipe(workshop, recipe, request, scope, Draft(snapshot))
        admission = await asyncio.to_thread(admit, draft.change_set, scope, draft.snapshot)
        return Proposal(
            request=request,
            scope=scope,
            snapshot=draft.snapshot,
            change_set=draft.change_set,
            admission=admission,
            refusals=draft.refusals,
            findings=draft.findings,
            notes=draft.notes,
            title=draft.title,
            commit_message=draft.commit_message,
            gap=draft.gap,
            offer=draft.offer,
            alternatives=draft.alternatives,
            answers=draft.answers,
        )

    async def scope_of(self, request: Request) -> tuple[Request, Snapshot, Scope]:
        """The request as the settings let it be, the files around it, and its scope; raises `TargetError` or `UsageError`."""
        settings = self._parts.settings
        if request.level.rank > settings.max_level.rank:
            raise UsageError(
                f"The level {request.level.value} is above {settings.max_level.value}, the highest that the settings allow: "
                "choose a lower one."
            )
        cap = settings.budgets.of(request.level)
        budget = cap if request.budget is None else request.budget
        request = replace(request, budget=budget)
        paths = {request.target.path, *request.target.paths} - {""}
        snapshot = await asyncio.to_thread(self._parts.repository.snapshot, sorted(paths))
        return request, snapshot, make_scope(request, snapshot)

    def workshop(self, emit: Callable[[StepEvent], None], remarks: str = "") -> Workshop:
        """What steps work with."""
        parts = self._parts

        def authorize(_: ModelCall) -> None:
            self._ledger.authorize()

        async def confirm(steps: tuple[PlanStep, ...]) -> tuple[PlanStep, ...]:
            return steps if self.confirm_plan is None else await self.confirm_plan(steps)

        return Workshop(
            models=parts.models,
            prompts=parts.prompts,
            pack=self.pack,
            load=self._load,
            candidates=self._candidates,
            confirm_plan=confirm,
            authorize=authorize,
            emit=emit,
            waits_for_plan=self.confirm_plan is not None,
            at_once=parts.settings.parallel_edits,
            best_of=parts.settings.best_of,
            remarks=remarks,
            numbers=self._numbers,
        )

    async def pack(self, order: ContextOrder) -> ContextPack:
        """The context for one call, made beside the event loop."""
        snapshot = await self._load([order.request.target.path] if order.request.target.path else [])
        return await asyncio.to_thread(
            self._parts.context.pack,
            order.request,
            order.request.text,
            order.budget,
            snapshot=snapshot,
            focus=order.focus,
            pinned=frozenset(self.pinned),
            dropped=frozenset(self.dropped),
        )

    async def _load(self, paths: Iterable[str]) -> Snapshot:
        return await asyncio.to_thread(self._parts.repository.snapshot, list(paths))

    async def _candidates(self, request: Request, limit: int) -> tuple[Candidate, ...]:
        ranked = await asyncio.to_thread(self._parts.context.candidates, request.text, limit)
        return tuple(Candidate(path, tuple(names)) for path, names in ranked)


def _sentence_of_fault(error: Exception) -> str:
    """A fault of ours in one sentence that holds no foreign text: a type and a place in our own code."""
    trace, place = error.__traceback__, "an unknown place"
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"A fault in copilot-tui ended this request ({type(error).__name__} in {place}); nothing was changed, please report it."
