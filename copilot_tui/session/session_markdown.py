"""A recorded session as Markdown: what was asked, answered and proposed, and how each request ended.

Invariant: it needs neither a model nor the repository; foreign text in it cannot close its fences and drives no terminal.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from copilot_tui.diff.unified import format_patch
from copilot_tui.prompts import fenced
from copilot_tui.session.events import ProposalReady
from copilot_tui.session.recorded_sessions import RecordedSession, conversation_of, question_of, records_of
from copilot_tui.session.replay import RecordedRequest, read_session
from copilot_tui.visible import visible


async def markdown_of(session: RecordedSession) -> str:
    """The session as Markdown; raises `UsageError` where its file cannot be read."""
    begun = session.begun[:16].replace("T", " ")
    parts = [f"# {visible(session.name or session.identity)}\n", f"{session.repository}, begun {begun} UTC\n"]
    for number, recorded in enumerate(read_session(session.file), start=1):
        parts += [part async for part in _request_parts(number, recorded)]
    decided = [turn for turn in conversation_of(session.file) if not turn.is_question]
    if decided:
        parts.append("## What was decided\n")
        parts += [f"**{visible(turn.request.text)}**\n\n{visible(turn.outcome, keep=chr(10))}\n" for turn in decided]
    questions = list(_questions(session.file))
    if questions:
        parts.append("## Questions\n")
        parts += [f"**{visible(question)}**\n\n{visible(answer, keep=chr(10))}\n" for question, answer in questions]
    return "\n".join(parts)


async def _request_parts(number: int, recorded: RecordedRequest) -> AsyncIterator[str]:
    request = recorded.request
    target = request.target
    place = visible(target.path) + (target.lines.behind_path if target.lines else "")
    yield f"## {number}. {visible(request.text)}\n"
    yield f"Level {request.level.value}" + (f", at `{place}`" if place else "") + ".\n"
    if recorded.how != "proposal":
        yield f"It ended without a proposal: {visible(recorded.sentence)}\n"
        return
    async for event in recorded.run():
        if isinstance(event, ProposalReady):
            for review in (event.review, *event.following):
                proposal = review.proposal
                patch = format_patch(proposal.change_set).decode("utf-8", "replace")
                yield f"{visible(proposal.title)}\n"
                yield fenced(visible(patch, keep="\n\t"), "diff") + "\n"
                for refusal in proposal.refusals:
                    yield f"- not used: {visible(refusal.path)}: {visible(refusal.reason)}\n"


def _questions(file: Path) -> Iterator[tuple[str, str]]:
    for record in records_of(file):
        asked = question_of(record)
        if asked is None:
            continue
        answer = "".join(str(part["text"]) for part in record["parts"] if part["part"] == "text")
        yield asked, answer.strip()
