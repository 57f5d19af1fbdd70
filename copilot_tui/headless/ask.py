"""`copilot-tui ask`: a question answered with places that are looked up, and no edit.

Invariant: a place that is not in the work tree is marked wherever it is printed.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request
from copilot_tui.bootstrap import open_session
from copilot_tui.headless.printing import printing, remark, say, say_json
from copilot_tui.headless.proposal_json import event_json
from copilot_tui.headless.propose import spent_json, tell
from copilot_tui.headless.target import parse_place
from copilot_tui.session.session import Session
from copilot_tui.steps.asking import Citation, QuestionAnswered
from copilot_tui.steps.events import TextStreamed
from copilot_tui.visible import visible

_MOST_TEXT = 90


def ask(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Ask and print the answer as it comes; gives the exit status."""
    text = sys.stdin.read() if options.question == "-" else options.question
    here = Path(options.repo).absolute()
    return asyncio.run(_ask(options, text, open_session(here, environment, home), here))


async def _ask(options: argparse.Namespace, text: str, session: Session, here: Path) -> int:
    streams = not (options.json or options.events)
    try:
        for notice in (await session.open()).notices:
            remark(notice)
        request = Request(text, parse_place(options.at, session.root, here), AutonomyLevel.REPO)
        answered: QuestionAnswered | None = None
        async with aclosing(session.ask(request)) as events:
            async for event in events:
                match event:
                    case QuestionAnswered():
                        answered = event
                    case TextStreamed(text=piece) if streams:
                        with printing():
                            sys.stdout.write(visible(piece, keep="\n\t"))
                            sys.stdout.flush()
                    case _ if options.events:
                        say_json(event_json(event))
                    case _:
                        tell(event, as_events=False)
        assert answered is not None  # noqa: S101  (a question that did not fail has an answer)
        result = {**answer_json(answered), "spent": spent_json(session)}
    finally:
        await session.close()
    if options.json:
        say_json(result)
    elif options.events:
        say_json({"event": "result", **result})
    else:
        _print_places(answered)
    return 0


def answer_json(answered: QuestionAnswered) -> dict[str, Any]:
    """An answer as JSON, version 1."""
    return {
        "version": 1,
        "answer": answered.answer.text,
        "complete": answered.answer.complete,
        "reason": answered.answer.reason,
        "citations": [
            {
                "path": one.path,
                "first": one.lines.first,
                "last": one.lines.last,
                "exists": one.exists,
                "was_shown": one.was_shown,
                "text": one.text,
            }
            for one in answered.citations
        ],
        "context": [{"path": item.path, "reason": item.reason} for item in answered.pack.items],
    }


def _print_places(answered: QuestionAnswered) -> None:
    if not answered.answer.text.endswith("\n"):
        say()
    if answered.citations:
        say()
    for one in answered.citations:
        say(f"  {one.place}  {_said_of(one)}")
    unknown = sum(not one.exists for one in answered.citations)
    if unknown:
        remark(
            f"{unknown} of {len(answered.citations)} places are not in the work tree: do not rely on what is said of them."
        )
    if not answered.answer.complete:
        remark(f"The answer is not whole: {answered.answer.reason.rstrip(chr(46))}.")


def _said_of(citation: Citation) -> str:
    if not citation.exists:
        return "(!) there is no such place"
    text = citation.text if len(citation.text) <= _MOST_TEXT else citation.text[: _MOST_TEXT - 1] + "…"
    return text if citation.was_shown else f"{text}  (the model did not see it)"
