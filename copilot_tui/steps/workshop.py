"""What every step works with: who answers, what the prompts are, where events go.

Invariant: a step reaches the outside only through its workshop, so a test can put other parts in.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from copilot_tui.autonomy.level import SMALL_CONTEXT
from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.checks.names import SymbolIndex
from copilot_tui.context.pack import ContextPack
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.errors import CopilotTuiError
from copilot_tui.models.call import (
    FellBack,
    Finished,
    KeptBack,
    Message,
    ModelCall,
    Models,
    PromptId,
    ReasoningPart,
    Role,
    Started,
    TextPart,
    Waiting,
)
from copilot_tui.models.tokens import estimate_tokens
from copilot_tui.prompts import Prompts, fenced
from copilot_tui.steps.events import (
    CallFailed,
    CallFellBack,
    CallFinished,
    CallKeptBack,
    CallStarted,
    CallWaiting,
    PlanStep,
    ReasoningStreamed,
    StepEvent,
    TextStreamed,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """One model's whole answer; `complete` is false where it was cut, and `reason` says why."""

    call: int
    text: str
    complete: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may matter, with the names in it that seem related."""

    path: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContextOrder:
    """A wish for context: what the call is about, how many tokens as `count` counts them, and files that must be in.

    `reserved`: of these tokens so many are taken by what else the call says, but never more than half of them.
    """

    request: Request
    scope: Scope
    budget: int
    focus: tuple[str, ...] = ()
    count: Callable[[str], int] = estimate_tokens
    reserved: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """One call to be made: a prompt by name with its variables."""

    role: Role
    prompt: str
    variables: Mapping[str, object]
    max_tokens: int | None = None
    temperature: float | None = None
    schema: Mapping[str, Any] | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Workshop:
    """The parts that steps use.

    `pack` makes a context pack, `load` reads files into a snapshot, `candidates` ranks files for a request, `confirm_plan`
    gives the steps back as the person wants them, `authorize` raises when a call (by its number) would pass a cap, `emit` takes events,
    `symbols` says which modules and names there are, `strike` takes known keys out of words before these are cut: of a key across the cut
    nothing is left to be known by.
    """

    models: Models
    prompts: Prompts
    pack: Callable[[ContextOrder], Awaitable[ContextPack]]
    load: Callable[[Iterable[str]], Awaitable[Snapshot]]
    candidates: Callable[[Request, int], Awaitable[tuple[Candidate, ...]]]
    confirm_plan: Callable[[tuple[PlanStep, ...]], Awaitable[tuple[PlanStep, ...]]]
    authorize: Callable[[int, ModelCall], None]
    emit: Callable[[StepEvent], None]
    symbols: Callable[[], SymbolIndex]
    waits_for_plan: bool = False
    at_once: int = 10
    best_of: int = 1
    remarks: str = ""
    strike: Callable[[str], str] = str
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def is_small(self, role: Role) -> bool:
        """Whether the role's model is so small that it only gets the shortest prompts."""
        return self.models.context_budget(role) < SMALL_CONTEXT


def context_order(
    models: Models, role: Role, request: Request, scope: Scope, *, focus: tuple[str, ...] = (), share: float = 1.0
) -> ContextOrder:
    """The wish for context of a call by `role`: its model's budget, or a share of it, counted as that model counts."""
    return ContextOrder(request, scope, int(models.context_budget(role) * share), focus, models.token_counter(role))


_CONTEXT_FENCE = 6


def make_call(workshop: Workshop, question: Question) -> ModelCall:
    """The call that asks the question; raises `PromptError`."""
    prompt = workshop.prompts.load(question.prompt)
    messages = tuple(Message(role, text) for role, text in prompt.render(question.variables))
    return ModelCall(
        role=question.role,
        messages=messages,
        prompt=PromptId(prompt.name, prompt.version, prompt.digest),
        max_tokens=question.max_tokens,
        temperature=question.temperature,
        schema=question.schema,
    )


def fenced_context(pack: ContextPack) -> str:
    """A context pack as a prompt shows it: fenced as data, nothing where it is empty."""
    return fenced(pack.text, least=_CONTEXT_FENCE) if pack.text else ""


async def ask(workshop: Workshop, question: Question, watch: Callable[[int, str], None] | None = None) -> Answer:
    """Make one call and stream its answer out as events; raises `ModelError` (after telling it as an event).

    `watch` gets the call's number and each piece of the answer.
    """
    call = make_call(workshop, question)
    number = next(workshop.numbers)
    try:
        workshop.authorize(number, call)
        return await _stream(workshop, call, number, watch)
    except CopilotTuiError as error:
        workshop.emit(CallFailed(number, question.role, str(error), question.optional))
        raise


async def _stream(workshop: Workshop, call: ModelCall, number: int, watch: Callable[[int, str], None] | None) -> Answer:
    emit = workshop.emit
    pieces: list[str] = []
    model = workshop.models.describe(call.role)
    complete, reason = False, "the answer ended early"
    async with aclosing(workshop.models.stream(call)) as parts:
        async for part in parts:
            match part:
                case Started(profile, model):
                    emit(CallStarted(number, call.role, profile, model, call.prompt))
                case Waiting(seconds, why):
                    emit(CallWaiting(number, seconds, why))
                case FellBack(profile, model, why):
                    emit(CallFellBack(number, profile, model, why))
                case KeptBack(secrets, marks):
                    emit(CallKeptBack(number, secrets, marks))
                case TextPart(text):
                    pieces.append(text)
                    emit(TextStreamed(number, text))
                    if watch is not None:
                        watch(number, text)
                case ReasoningPart(text):
                    emit(ReasoningStreamed(number, text))
                case Finished():
                    complete, reason = part.complete, part.reason
                    emit(CallFinished(number, call.role, model, complete, reason, part.usage, part.seconds, part.cost))
    return Answer(number, "".join(pieces), complete, reason)
