"""A question within a session: no scope is needed, nothing is proposed, what it costs is counted.

Invariant: asking changes nothing, neither the review at hand nor a file.
"""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import replace

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request
from copilot_tui.autonomy.scope import Scope
from copilot_tui.errors import TargetError, UsageError
from copilot_tui.review.review import Review
from copilot_tui.session.opened import Opened
from copilot_tui.steps.asking import QuestionAnswered, answer_question
from copilot_tui.steps.events import CallFailed, CallFinished, StepEvent
from copilot_tui.visible import visible

AskEvent = StepEvent | QuestionAnswered


async def ask_question(
    opened: Opened, request: Request, review: Review | None = None
) -> AsyncGenerator[AskEvent, None]:
    """The events of a question, the last of them `QuestionAnswered`; raises `CopilotTuiError`; closing the generator cancels it.

    `review` is the one at hand: the answer is told what was decided of it.
    """
    if not request.text.strip():
        raise UsageError("Ask something in a few words.")
    await _check_target(opened, request)
    opened.ledger.begin_request()
    events: asyncio.Queue[AskEvent | None] = asyncio.Queue()
    calls: list[CallFinished] = []
    begun = time.monotonic()

    def emit(event: StepEvent) -> None:
        if isinstance(event, CallFinished):
            calls.append(event)
            opened.ledger.add(event)
        elif isinstance(event, CallFailed):
            opened.ledger.end(event.call)
        events.put_nowait(event)

    # A question reads: its scope serves the context alone, and no highest level of the settings stands in its way.
    scope = Scope(AutonomyLevel.REPO, "", 0)
    remarks = opened.conversation(review)
    opened.desk.conversation.ask(request, is_question=True)
    workshop = opened.driver.workshop_aside(emit, remarks)
    task = asyncio.create_task(answer_question(workshop, replace(request, budget=0), scope))
    task.add_done_callback(lambda _: events.put_nowait(None))
    try:
        while (event := await events.get()) is not None:
            yield event
        answered = await task
        opened.desk.conversation.answer(answered.answer.text)
        yield answered
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        opened.log.answer(calls, time.monotonic() - begun)


async def _check_target(opened: Opened, request: Request) -> None:
    path = request.target.path
    if not path:
        return
    snapshot = await opened.sources.load([path])
    content = snapshot.content(path)
    is_folder = any(known.startswith(f"{path}/") for known in snapshot.known_paths)
    if content is None and not is_folder:
        raise TargetError(f"There is no file {visible(path)} that can be read: check the path.")
    lines = request.target.lines
    if lines is not None and (content is None or lines.first > content.count(b"\n") + 1):
        raise TargetError(f"{visible(path)} has no line {lines.first}: choose one of its lines.")
