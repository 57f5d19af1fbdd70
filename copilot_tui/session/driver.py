"""One request, one way through the rooms: snapshot, scope, recipe, admission, proposal.

Invariant: events leave in the order in which things happened, and the last one says how the request ended. The one broad
`except` of the program stands here: a fault of ours ends the request with a sentence and never the session.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import count

from copilot_tui.autonomy.admit import admit
from copilot_tui.autonomy.level import SMALL_CONTEXT
from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope, make_scope
from copilot_tui.context.pack import ContextPack
from copilot_tui.context.packing import CHARACTERS_PER_TOKEN
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.errors import CopilotTuiError, UsageError
from copilot_tui.models.call import ModelCall, Role
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review
from copilot_tui.review.risk import Callers, with_computed_risk
from copilot_tui.session.cleaned_text import CleanedTexts
from copilot_tui.session.events import Event, ProposalGrew, ProposalReady, RequestCancelled, RequestFailed
from copilot_tui.session.growing import growing_review
from copilot_tui.session.ledger import Ledger
from copilot_tui.session.recorder import Recorder
from copilot_tui.session.secret_places import SecretPlaces, WatchedSources
from copilot_tui.session.workplace import Workplace
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.estimate import Estimate, estimate
from copilot_tui.steps.events import CallFailed, CallFinished, EditsResolved, PlanStep, StepEvent
from copilot_tui.steps.portions import portions
from copilot_tui.steps.recipe import Recipe, recipe_for
from copilot_tui.steps.run import run_recipe
from copilot_tui.steps.workshop import ContextOrder, Workshop

ConfirmPlan = Callable[[tuple[PlanStep, ...]], Awaitable[tuple[PlanStep, ...]]]


@dataclass(frozen=True, slots=True, eq=False)
class _Grown:
    """More of the change has come: what a review of it is made from, if nothing newer has come meanwhile."""

    request: Request
    scope: Scope
    snapshot: Snapshot
    change_set: ChangeSet


@dataclass(slots=True)
class _Stream:
    """The events of one request on their way from the steps to the face."""

    queue: "asyncio.Queue[Event | _Grown | None]" = field(default_factory=asyncio.Queue)
    newest: _Grown | None = None
    changes: dict[str, FileChange] = field(default_factory=dict)

    def grow(self, event: EditsResolved, request: Request, scope: Scope, snapshot: Snapshot) -> None:
        """Take what one answer has come to so far."""
        self.changes |= {change.path: change for change in event.change_set}
        self.newest = _Grown(request, scope, snapshot, ChangeSet(tuple(self.changes.values())))
        self.queue.put_nowait(self.newest)


class Driver:
    """Drives requests in a workplace; with a `recorder` everything is written down that a request asks and is answered.

    `callers` makes what finds the calls of a name in the repository as it is then; without it a risk says nothing of callers.
    """

    def __init__(
        self,
        place: Workplace,
        ledger: Ledger,
        recorder: Recorder | None = None,
        callers: Callable[[], Callers] | None = None,
    ) -> None:
        self._callers = callers
        self._places = SecretPlaces()
        self._cleaned = CleanedTexts()
        self._place = replace(place, sources=WatchedSources(place.sources, self._places))
        self._ledger = ledger
        self._recorder = recorder
        self._numbers = count(1)
        self.confirm_plan: ConfirmPlan | None = None

    async def run(
        self, request: Request, remarks: str = "", recipe: Recipe | None = None
    ) -> AsyncGenerator[Event, None]:
        """The events of a request; closing the generator cancels it."""
        stream = _Stream()
        task = asyncio.create_task(self._drive(request, remarks, recipe, stream))
        try:
            while (event := await stream.queue.get()) is not None:
                if not isinstance(event, _Grown):
                    yield event
                elif event is stream.newest:
                    yield ProposalGrew(
                        await asyncio.to_thread(
                            growing_review, event.request, event.scope, event.snapshot, event.change_set
                        )
                    )
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _drive(self, request: Request, remarks: str, recipe: Recipe | None, stream: _Stream) -> None:
        recipe = recipe or recipe_for(request.level, self._place.settings.repair_rounds)
        place, recorder = self._place, self._recorder
        if recorder is not None:
            place = recorder.begin(request, remarks, recipe, place)
        how, digest, sentence = "failed", "", ""
        try:
            self._ledger.begin_request()
            self._places.forget()
            proposal = await self._propose(request, remarks, recipe, place, stream)
            how, digest = "proposal", proposal.change_set.digest
            first, *following = await asyncio.to_thread(_in_portions, proposal)
            stream.queue.put_nowait(ProposalReady(first, tuple(following)))
        except asyncio.CancelledError:
            how = "cancelled"
            stream.queue.put_nowait(RequestCancelled())
            raise
        except CopilotTuiError as error:
            sentence = str(error)
            stream.queue.put_nowait(RequestFailed(sentence, error.exit_status))
        except Exception as error:  # noqa: BLE001  (the session's outer edge: see the module's invariant)
            sentence = _sentence_of_fault(error)
            stream.queue.put_nowait(RequestFailed(sentence, 70))
        finally:
            if recorder is not None:
                recorder.end(how, digest, sentence)
            stream.queue.put_nowait(None)

    async def _propose(
        self, request: Request, remarks: str, recipe: Recipe, place: Workplace, stream: _Stream
    ) -> Proposal:
        request, snapshot, scope = await self.scope_of(request, place)
        if not request.text.strip():
            raise UsageError("Say in a few words what you want.")

        def emit(event: StepEvent) -> None:
            if isinstance(event, EditsResolved):
                stream.grow(event, request, scope, snapshot)
                return
            if isinstance(event, CallFinished):
                self._ledger.add(event)
            elif isinstance(event, CallFailed):
                self._ledger.end(event.call)
            stream.queue.put_nowait(event)

        shown = {path: file.content for path, file in snapshot.files.items() if path in request.target.paths}
        shown |= {path: snapshot.files[path].content for path in [request.target.path] if path in snapshot.files}
        for told in self._cleaned.of_texts({"your request": request.text, **shown}):
            emit(told)
        workshop = self.workshop(emit, remarks, place)
        draft = await run_recipe(workshop, recipe, request, scope, Draft(snapshot))
        admission = await asyncio.to_thread(admit, draft.change_set, scope, draft.snapshot)
        proposal = Proposal(
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
            steps=draft.plan,
        )
        return await asyncio.to_thread(with_computed_risk, proposal, self._callers() if self._callers else None)

    async def estimate(self, request: Request, recipe: Recipe | None = None) -> Estimate:
        """What the request would use, without a call; raises `TargetError` or `UsageError`."""
        request, snapshot, scope = await self.scope_of(request)
        recipe = recipe or recipe_for(request.level, self._place.settings.repair_rounds)
        return await estimate(self.workshop(lambda _: None), recipe, request, scope, Draft(snapshot))

    async def scope_of(self, request: Request, place: Workplace | None = None) -> tuple[Request, Snapshot, Scope]:
        """The request as the settings let it be, the files around it, and its scope; raises `TargetError` or `UsageError`."""
        place = place or self._place
        settings = place.settings
        if request.level.rank > settings.max_level.rank:
            raise UsageError(
                f"The level {request.level.value} is above {settings.max_level.value}, the highest that the settings allow: "
                "choose a lower one."
            )
        cap = settings.budgets.of(request.level)
        budget = cap if request.budget is None else request.budget
        request = replace(request, budget=budget)
        paths = {request.target.path, *request.target.paths} - {""}
        snapshot = await place.sources.load(sorted(paths))
        return request, snapshot, make_scope(request, snapshot)

    def workshop_aside(self, emit: Callable[[StepEvent], None], remarks: str = "") -> Workshop:
        """The workshop of a call outside of a request; the call is written down like the others."""
        place = self._place if self._recorder is None else self._recorder.watch(self._place)
        return self.workshop(emit, remarks, place)

    def workshop(
        self, emit: Callable[[StepEvent], None], remarks: str = "", place: Workplace | None = None
    ) -> Workshop:
        """What steps work with."""
        place = place or self._place
        models = place.models

        async def pack(order: ContextOrder) -> ContextPack:
            packed = await place.sources.pack(replace(order, reserved=len(remarks) // CHARACTERS_PER_TOKEN))
            for told in self._cleaned.fresh(packed.cleaned):
                emit(told)
            return packed

        def authorize(number: int, call: ModelCall) -> None:
            self._ledger.authorize(number, call, models.price(call.role))

        async def confirm(steps: tuple[PlanStep, ...]) -> tuple[PlanStep, ...]:
            confirmed = steps if self.confirm_plan is None else await self.confirm_plan(steps)
            if self._recorder is not None:
                self._recorder.confirmed(confirmed)
            return confirmed

        return Workshop(
            models=models,
            prompts=place.prompts,
            pack=pack,
            load=place.sources.load,
            candidates=place.sources.candidates,
            confirm_plan=confirm,
            authorize=authorize,
            emit=lambda event: emit(self._places.located(event)),
            symbols=place.sources.symbols,
            waits_for_plan=self.confirm_plan is not None,
            # A small model runs on one machine and answers one call after another: waiting side by side only runs into time limits.
            at_once=1 if models.context_budget(Role.EDIT) < SMALL_CONTEXT else place.settings.parallel_edits,
            best_of=place.settings.best_of,
            remarks=remarks,
            strike=place.strike,
            numbers=self._numbers,
        )


def _in_portions(proposal: Proposal) -> list[Review]:
    """The proposal for review; several, where what the scope admits by its paths is more than the budget."""
    over = [one for one in proposal.admission.withheld if one.hunk_index is not None]
    if proposal.request.level.is_region or not over:
        return [Review.of(proposal)]
    reviews = []
    for portion in portions(proposal.change_set, proposal.scope.budget):
        admission = admit(portion, proposal.scope, proposal.snapshot)
        reviews.append(Review.of(replace(proposal, change_set=portion, admission=admission)))
    return reviews


def _sentence_of_fault(error: Exception) -> str:
    """A fault of ours in one sentence that holds no foreign text: a type and a place in our own code."""
    trace, place = error.__traceback__, "an unknown place"
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"A fault in copilot-tui ended this request ({type(error).__name__} in {place}); nothing was changed, please report it."
