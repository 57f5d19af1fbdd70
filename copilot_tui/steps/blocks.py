"""The edit step from file level upwards: the answer is edits against files, from one call or from one call a plan step.

Invariant: all edits of all answers are resolved together against the unchanged snapshot, so what two of them disagree on is a
refusal and never a mixture.
"""

import asyncio
from dataclasses import replace

from copilot_tui.autonomy.request import Request, Target
from copilot_tui.autonomy.scope import Scope
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.edits.edit import ParsedAnswer, Refusal, RefusalCode
from copilot_tui.edits.parse import parse_answer, strip_reasoning
from copilot_tui.edits.region import read_needs
from copilot_tui.edits.resolve import mentioned_paths, resolve
from copilot_tui.errors import CopilotTuiError
from copilot_tui.models.call import Role
from copilot_tui.review.proposal import LevelWish
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.events import ContextPacked, EditRefused, LevelOffered, PlanStep
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


async def settle(workshop: Workshop, draft: Draft, answers: tuple[tuple[Answer, str | None], ...]) -> Draft:
    """What the answers (each with the path that a block without one belongs to) do to the files of the draft's snapshot."""
    parsed: list[ParsedAnswer] = []
    offer = draft.offer
    for answer, default_path in answers:
        one = with_default_path(await asyncio.to_thread(parse_answer, answer.text), default_path)
        wish = read_needs(strip_reasoning(answer.text))
        if wish is not None and offer is None:
            offer = LevelWish(wish.level, wish.why)
            workshop.emit(LevelOffered(wish.level, wish.why))
        if not one.edits and not one.refusals and wish is None:
            one = replace(one, refusals=(_without_edits(answer, default_path),))
        parsed.append(one)
    whole = join_answers(parsed)
    paths = mentioned_paths(whole, draft.snapshot.known_paths)
    snapshot = await with_files(workshop, draft.snapshot, paths)
    resolution = await asyncio.to_thread(resolve, whole, snapshot)
    for refusal in resolution.refused:
        workshop.emit(EditRefused(refusal))
    return replace(
        draft,
        snapshot=snapshot,
        change_set=resolution.change_set,
        refusals=resolution.refused,
        offer=offer,
        answers=(*draft.answers, *(answer.text for answer, _ in answers)),
    )


def _without_edits(answer: Answer, path: str | None) -> Refusal:
    if not answer.complete:
        return Refusal(
            path or "", 0, RefusalCode.TRUNCATED, f"The answer is not whole and has no finished edit: {answer.reason}"
        )
    return Refusal(path or "", 0, RefusalCode.NO_EDITS, "The answer has no edit in it.")


def with_default_path(parsed: ParsedAnswer, path: str | None) -> ParsedAnswer:
    """The answer with `path` for every edit that names none."""
    if not path:
        return parsed
    return replace(parsed, edits=tuple(edit if edit.path else replace(edit, path=path) for edit in parsed.edits))


def join_answers(answers: list[ParsedAnswer]) -> ParsedAnswer:
    """Several answers as one, their blocks numbered through."""
    edits, refusals, offset = [], [], 0
    for answer in answers:
        edits += [replace(edit, block=edit.block + offset) for edit in answer.edits]
        refusals += [replace(refusal, block=refusal.block + offset) for refusal in answer.refusals]
        offset += len(answer.edits) + len(answer.refusals)
    return ParsedAnswer(tuple(edits), tuple(refusals))


async def with_files(workshop: Workshop, snapshot: Snapshot, paths: frozenset[str]) -> Snapshot:
    """The snapshot with the files of `paths` in it; those it holds already stay as they are."""
    missing = paths - snapshot.files.keys()
    if not missing:
        return snapshot
    loaded = await workshop.load(sorted(missing))
    return replace(
        loaded,
        files={**loaded.files, **snapshot.files},
        known_paths=loaded.known_paths | snapshot.known_paths,
        links=loaded.links | snapshot.links,
        ignored=loaded.ignored | snapshot.ignored,
    )
