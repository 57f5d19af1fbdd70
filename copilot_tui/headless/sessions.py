"""`copilot-tui sessions`: the recorded sessions listed, named, and exported as Markdown.

Invariant: an export says what was asked, answered and proposed, and how each request ended; it needs neither a model nor the repository.
"""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from copilot_tui.config import Folders
from copilot_tui.diff.unified import format_patch
from copilot_tui.headless.printing import say, say_json
from copilot_tui.prompts import fenced
from copilot_tui.session.events import ProposalReady
from copilot_tui.session.recorded_sessions import (
    RecordedSession,
    find_session,
    list_sessions,
    name_session,
    question_of,
    records_of,
)
from copilot_tui.session.replay import RecordedRequest, read_session
from copilot_tui.visible import visible


def sessions(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """List, name or export; gives the exit status."""
    folder = Folders.of(environment, home).state / "sessions"
    match options.action:
        case "name":
            session = find_session(folder, options.session)
            name_session(folder, session, options.name)
            _say(find_session(folder, session.identity), as_json=options.json)
        case "export":
            session = find_session(folder, options.session)
            text = asyncio.run(markdown_of(session))
            if options.json:
                say_json({"version": 1, **session_json(session), "markdown": text})
            else:
                say(text.rstrip("\n"))
        case _:
            _list(list_sessions(folder), as_json=options.json)
    return 0


def _list(found: tuple[RecordedSession, ...], *, as_json: bool) -> None:
    if as_json:
        say_json({"version": 1, "sessions": [session_json(one) for one in found]})
    elif not found:
        say("No session is recorded yet.")
    else:
        for one in found:
            _say(one, as_json=False)


def _say(one: RecordedSession, *, as_json: bool) -> None:
    if as_json:
        say_json({"version": 1, **session_json(one)})
        return
    first = " ".join((*one.requests, *one.questions)[:1])[:60]
    name = f"[{visible(one.name)}] " if one.name else ""
    said = [f"{len(words)} {what}{'' if len(words) == 1 else 's'}" for words, what in _kinds(one) if words]
    say(
        f"{one.identity}  {visible(one.repository):<16}  {', '.join(said):<11}  {name}{visible(' '.join(first.split()))}"
    )


def _kinds(one: RecordedSession) -> tuple[tuple[tuple[str, ...], str], ...]:
    return (one.requests, "request"), (one.questions, "question")


def session_json(one: RecordedSession) -> dict[str, Any]:
    """A session as JSON."""
    return {
        "id": one.identity,
        "name": one.name,
        "begun": one.begun,
        "repository": one.repository,
        "requests": list(one.requests),
        "questions": list(one.questions),
        "file": str(one.file),
    }


async def markdown_of(session: RecordedSession) -> str:
    """The session as Markdown; raises `UsageError` where its file cannot be read."""
    parts = [f"# {visible(session.name or session.identity)}\n", f"{session.repository}, begun {session.begun}\n"]
    for number, recorded in enumerate(read_session(session.file), start=1):
        parts += [part async for part in _request_parts(number, recorded)]
    questions = list(_questions(session.file))
    if questions:
        parts.append("## Questions\n")
        parts += [f"**{visible(question)}**\n\n{visible(answer, keep=chr(10))}\n" for question, answer in questions]
    return "\n".join(parts)


async def _request_parts(number: int, recorded: RecordedRequest) -> Any:  # noqa: ANN401
    request = recorded.request
    target = request.target
    place = visible(target.path) + (f":{target.lines.first}-{target.lines.last}" if target.lines else "")
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
