"""The edit step at line and block level: the answer is the new text of one region.

Invariant: whatever the answer says, the change set splices into the region alone; everything around it comes from the file.
"""

import asyncio
from collections import Counter
from dataclasses import replace

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.autonomy.secret_names import is_secret
from copilot_tui.context.mentions import mentions_in
from copilot_tui.context.pack import ContextItem, ContextPack, ItemKind
from copilot_tui.diff.change import ChangeSet
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.edits.edit import Refusal, RefusalCode
from copilot_tui.edits.region import NeedsLevel, Region, RegionAnswer, parse_region_answer
from copilot_tui.errors import CopilotTuiError, TargetError
from copilot_tui.models.call import Role
from copilot_tui.models.tokens import estimate_tokens
from copilot_tui.prompts import fenced
from copilot_tui.review.proposal import LevelWish
from copilot_tui.steps.draft import Draft
from copilot_tui.steps.events import ContextPacked, EditRefused, LevelOffered
from copilot_tui.steps.workshop import Answer, Question, Workshop, ask, context_order, fenced_context
from copilot_tui.visible import visible

_ALONE = "So small a model is shown the lit lines and nothing else: with more it answers worse."
_TOO_SMALL = "What you mention with @ is not sent: so small a model is shown the lit lines and nothing else."
_SMALL_LINE_TOKENS = 40
_SMALL_ANSWER_TOKENS = 160  # what a small model may write beyond twice the region, before it is taken to ramble
_MOST_TITLE = 60


async def edit_region(workshop: Workshop, request: Request, scope: Scope, draft: Draft, second_tries: int = 0) -> Draft:
    """Ask for the region's new text, once or `best_of` times side by side, and once more where no answer can be used.

    Raises `ModelError` if no answer came.
    """
    path = request.target.path
    if is_secret(path) and path not in request.unlocked:
        raise TargetError(
            f"{visible(path)} may hold secrets by its name, so it is not sent to a model: unlock it by its name if it may be."
        )
    region = scope.region_bytes(draft.snapshot)
    question = await region_question(workshop, request, scope, region)
    answers = await _ask_side_by_side(workshop, question)
    drafts = [_read(workshop, request, scope, draft, region, answer) for answer in answers]
    usable = [one for one in drafts if one.change_set]
    may_try_again = second_tries > 0 and not workshop.is_small(Role.REPAIR)
    if not usable and drafts[0].refusals and drafts[0].offer is None and may_try_again:
        drafts = [await _repair(workshop, request, scope, draft, region, answer=answers[0], failed=drafts[0])]
        usable = [one for one in drafts if one.change_set]
    chosen = _rank(usable)
    best = chosen[0] if chosen else drafts[0]
    return replace(
        best,
        alternatives=tuple(one.change_set for one in chosen) if len(chosen) > 1 else (),
        answers=tuple(text for one in drafts for text in one.answers),
        title=best.title or f"{path}: {_first_words(workshop.strike(request.text))}",
    )


def region_alone(request: Request, scope: Scope, snapshot: Snapshot, budget: int) -> ContextPack:
    """What a small model is shown at line and block level: the region and nothing else, as `region_question` asks it."""
    return _alone(request, scope, scope.region_bytes(snapshot).decode("utf-8", "replace"), budget)


def _alone(request: Request, scope: Scope, text: str, budget: int) -> ContextPack:
    lines = (scope.lines,) if scope.lines is not None else ()
    item = ContextItem(request.target.path, lines, text, "the target", estimate_tokens(text), kind=ItemKind.TARGET)
    return ContextPack((item,), text, item.tokens, budget, notes=(_ALONE,))


async def region_question(workshop: Workshop, request: Request, scope: Scope, region: bytes) -> Question:
    """The question for the region's new text, as short as the model needs it."""
    shown = region.decode("utf-8", "replace")
    is_small = workshop.is_small(Role.EDIT)
    remarks = workshop.remarks
    if is_small and mentions_in(request.text):
        pack = _alone(request, scope, shown, workshop.models.context_budget(Role.EDIT))
        workshop.emit(ContextPacked(replace(pack, unmet=(_TOO_SMALL,))))
    if is_small and len(shown.strip().splitlines()) == 1:
        return Question(
            Role.EDIT,
            "edit/line_small",
            {"line": shown.strip(), "request": request.text, "remarks": remarks},
            max_tokens=_SMALL_LINE_TOKENS + len(region) // 2,
            temperature=0.0,
        )
    if is_small:
        return Question(
            Role.EDIT,
            "edit/region_small",
            {"context": "", "region": fenced(shown), "request": request.text, "remarks": remarks},
            max_tokens=_SMALL_ANSWER_TOKENS + len(region) // 2,
            temperature=0.0,
        )
    pack = await workshop.pack(context_order(workshop.models, Role.EDIT, request, scope))
    workshop.emit(ContextPacked(pack))
    return Question(
        Role.EDIT,
        "edit/region",
        {
            "context": fenced_context(pack),
            "path": request.target.path,
            "scope": scope.describe_region(),
            "region": fenced(shown),
            "request": request.text,
            "remarks": remarks,
            "level": request.level.value,
            "is_line": request.level is AutonomyLevel.LINE,
        },
    )


async def _ask_side_by_side(workshop: Workshop, question: Question) -> list[Answer]:
    count = max(1, workshop.best_of)
    if count == 1:
        return [await ask(workshop, question)]
    # Identical calls at temperature 0 would give one answer n times.
    varied = [question] + [
        replace(question, temperature=0.8 if question.temperature is None else question.temperature)
        for _ in range(count - 1)
    ]
    results = await asyncio.gather(*(ask(workshop, one) for one in varied), return_exceptions=True)
    answers = [result for result in results if isinstance(result, Answer)]
    if not answers:
        for result in results:
            if isinstance(result, BaseException):
                raise result
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, CopilotTuiError):
            raise result
    return answers


def _read(workshop: Workshop, request: Request, scope: Scope, draft: Draft, region: bytes, answer: Answer) -> Draft:
    """The answer as a draft: a splice, a refusal, or an offer of more room."""
    draft = replace(draft, answers=(answer.text,))
    if not answer.complete:
        refusal = Refusal(
            request.target.path,
            0,
            RefusalCode.TRUNCATED,
            f"The answer is not whole, so nothing of it is used. {answer.reason}",
        )
        workshop.emit(EditRefused(refusal))
        return replace(draft, refusals=(refusal,))
    whole = draft.snapshot.content(request.target.path) or b""
    before, after = scope.around_region(draft.snapshot)
    wanted = Region(region, before, after, is_line=request.level is AutonomyLevel.LINE)
    match parse_region_answer(answer.text, wanted, request.target.path):
        case RegionAnswer(new):
            change = scope.splice(new, draft.snapshot)
            if change.after == whole:
                refusal = Refusal(
                    request.target.path, 0, RefusalCode.NO_EDITS, "The answer leaves the region as it is."
                )
                workshop.emit(EditRefused(refusal))
                return replace(draft, refusals=(refusal,))
            return replace(draft, change_set=ChangeSet((change,)))
        case NeedsLevel(level, why):
            workshop.emit(LevelOffered(level, why))
            return replace(draft, offer=LevelWish(level, why))
        case Refusal() as refusal:
            workshop.emit(EditRefused(refusal))
            return replace(draft, refusals=(refusal,))


async def _repair(  # noqa: PLR0913  (what the first answer was read with)
    workshop: Workshop, request: Request, scope: Scope, draft: Draft, region: bytes, *, answer: Answer, failed: Draft
) -> Draft:
    question = Question(
        Role.REPAIR,
        "repair/region",
        {
            "region": fenced(region.decode("utf-8", "replace")),
            "request": request.text,
            "answer": fenced(answer.text[:8000]),
            "problem": failed.refusals[0].reason,
            "is_line": request.level is AutonomyLevel.LINE,
        },
        optional=True,
    )
    try:
        second = await ask(workshop, question)
    except CopilotTuiError:
        return failed
    repaired = _read(workshop, request, scope, draft, region, second)
    return replace(repaired, answers=(answer.text, second.text))


def _rank(drafts: list[Draft]) -> list[Draft]:
    """Distinct candidates, those that parse first, then those that most answers agree on, then as they came."""
    from copilot_tui.checks.run import run_checks  # noqa: PLC0415  (tree-sitter is loaded only for a choice)

    if len(drafts) < 2:
        return drafts
    votes = Counter(one.change_set.digest for one in drafts)
    distinct = {one.change_set.digest: one for one in reversed(drafts)}
    ordered = sorted(distinct.values(), key=drafts.index)
    problems = {
        one.change_set.digest: sum(finding.is_error for finding in run_checks(one.change_set, one.snapshot))
        for one in ordered
    }
    return sorted(ordered, key=lambda one: (problems[one.change_set.digest], -votes[one.change_set.digest]))


def _first_words(text: str) -> str:
    line = (text.strip() or "edit").splitlines()[0]
    return line if len(line) <= _MOST_TITLE else f"{line[:_MOST_TITLE].rpartition(' ')[0] or line[:_MOST_TITLE]} …"
