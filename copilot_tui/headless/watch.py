"""`copilot-tui watch`: a comment that ends in `AI!` in a saved file starts a request there, one that ends in `AI?` asks.

Invariant: nothing is written to the work tree; what is proposed waits for the person (`copilot-tui waiting`). Files that git ignores or
does not list, protected files and links are not watched.
"""

import argparse
import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from pathlib import Path

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.bootstrap import open_session
from copilot_tui.errors import CopilotTuiError
from copilot_tui.headless.ask import answer_json
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.headless.target import parse_level
from copilot_tui.headless.waiting import waiting_json
from copilot_tui.session.ai_comments import AiComment
from copilot_tui.session.events import ProposalReady, RequestFailed
from copilot_tui.session.session import Session
from copilot_tui.session.watching import question_of, request_of, saved_files
from copilot_tui.steps.asking import QuestionAnswered


def watch(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Watch until ctrl+c, or with `--once` look at every file once; gives the exit status."""
    level = parse_level(options.level, AutonomyLevel.BLOCK)
    session = open_session(Path(options.repo).absolute(), environment, home)
    return asyncio.run(_watch(options, session, level))


async def _watch(options: argparse.Namespace, session: Session, level: AutonomyLevel) -> int:
    try:
        for notice in (await session.open()).notices:
            remark(notice)
        watcher = Watcher(session, level, as_json=options.json)
        if options.once:
            went_well = await watcher.look(list((await session.list_files()).keys()))
            if not watcher.found and not options.json:
                say("No comment asks for anything.")
            return 0 if went_well else 1
        remark(
            f"Watching {session.root}: a comment that ends in AI! asks for a change, AI? asks a question; ctrl+c ends."
        )
        async for paths in saved_files(session.root):
            await watcher.look(paths)
    finally:
        await session.close()
    return 0


class Watcher:
    """Answers each comment once, until it is gone from its file; `found` counts those that there were."""

    def __init__(self, session: Session, level: AutonomyLevel, *, as_json: bool) -> None:
        self._session = session
        self._level = level
        self._as_json = as_json
        self._comments = session.desk.comments
        self.found = 0

    async def look(self, paths: list[str]) -> bool:
        """Look at these files; false where a request failed."""
        went_well = True
        for path, comment in await self._comments.look(paths):
            went_well = await self._answer(path, comment) and went_well
        return went_well

    async def _answer(self, path: str, comment: AiComment) -> bool:
        self.found += 1
        remark(f"{path}:{comment.lines.last}: {comment.text or 'do what stands here'}")
        try:
            if comment.is_question:
                await self._ask(path, comment)
            else:
                await self._propose(path, comment)
        except CopilotTuiError as error:
            remark(f"copilot-tui: {error}")
            if self._as_json:
                say_json({"event": "failed", "path": path, "line": comment.lines.last, "error": str(error)})
            return False
        return True

    async def _ask(self, path: str, comment: AiComment) -> None:
        async with aclosing(self._session.ask(question_of(path, comment))) as events:
            async for event in events:
                if not isinstance(event, QuestionAnswered):
                    continue
                if self._as_json:
                    say_json({"event": "answer", "path": path, "line": comment.lines.last, **answer_json(event)})
                    continue
                say(event.answer.text.rstrip())
                for one in event.citations:
                    say(f"  {one.place}  {one.text if one.exists else '(!) there is no such place'}")

    async def _propose(self, path: str, comment: AiComment) -> None:
        request = request_of(path, comment, self._level)
        async with aclosing(self._session.propose(request)) as events:
            async for event in events:
                match event:
                    case ProposalReady(review):
                        waiting = self._session.records.waiting.put(review.proposal, request.asked_by)
                        if self._as_json:
                            say_json(
                                {"event": "waiting", "path": path, "line": comment.lines.last, **waiting_json(waiting)}
                            )
                        else:
                            say(f"{waiting.identity} waits for you: copilot-tui waiting show {waiting.identity}")
                    case RequestFailed(sentence=sentence):
                        raise CopilotTuiError(sentence)
                    case _:
                        pass
