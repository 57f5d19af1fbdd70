"""`copilot-tui mcp`: this repository served to other agents by the Model Context Protocol, on standard input and output.

Invariant: no tool writes to the work tree. What an agent proposes is held against the scope it names, and waits for a person.
"""

import argparse
import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot_tui import __version__
from copilot_tui.autonomy.request import Request
from copilot_tui.bootstrap import open_session
from copilot_tui.errors import CopilotTuiError, ModelError, UsageError
from copilot_tui.headless.printing import remark
from copilot_tui.headless.proposal_json import proposal_json
from copilot_tui.headless.target import make_request
from copilot_tui.headless.waiting import waiting_json
from copilot_tui.review.proposal import Proposal
from copilot_tui.review.review import Review
from copilot_tui.session.events import ProposalReady, RequestFailed
from copilot_tui.session.session import Session
from copilot_tui.session.waiting import WaitingBox, propose_patch

if TYPE_CHECKING:
    from mcp.server import MCPServer

_MOST_PATCH = 5_000_000  # characters
_MOST_NAME = 60
_MOST_REQUEST = 20_000
_INSTRUCTIONS = (
    "copilot-tui works in one git repository. `context` gives the definitions that matter for a question. `propose` makes a change that "
    "a person then accepts or rejects, hunk by hunk: nothing is written before. Name the smallest level that suffices (line, block, "
    "file, directory, repo); what lies outside of it is withheld. `review_status` says what the person has decided."
)


def mcp(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Serve until standard input ends; gives the exit status."""
    folder = Path(options.repo).absolute()
    asyncio.run(_serve(Desk(folder, environment, home)))
    return 0


async def _serve(desk: "Desk") -> None:
    server = make_server(desk)
    try:
        await desk.open()  # what is wrong with the repository or the settings is said at once, not at the first call
        await server.run_stdio_async()
    finally:
        await desk.close()


class Desk:
    """What the tools do, in one session of the repository around `folder`."""

    def __init__(self, folder: Path, environment: Mapping[str, str], home: Path) -> None:
        self._folder = folder
        self._session: Session = open_session(folder, environment, home)
        self._is_told = False
        self._lock = asyncio.Lock()

    async def open(self) -> tuple[Session, WaitingBox]:
        """The session, opened if it is not yet, and the box of what waits; raises `CopilotTuiError`."""
        overview = await self._session.open()
        if not self._is_told:
            self._is_told = True
            for notice in overview.notices:
                remark(notice)
        return self._session, self._session.records.waiting

    async def close(self) -> None:
        """End what runs in the background."""
        await self._session.close()

    async def context(self, query: str, budget: int, at: str, level: str | None) -> dict[str, Any]:
        """The pack for a query, or for a request at a place."""
        from copilot_tui.context.command import run_query  # noqa: PLC0415
        from copilot_tui.headless.context_request import requested_context  # noqa: PLC0415

        session, _ = await self.open()
        if at or level:
            default = session.parts.settings.level
            request = make_request(query[:_MOST_REQUEST], at, level, default, session.root, self._folder)
            return await requested_context(session, request, max(1, budget))
        return await asyncio.to_thread(run_query, session.root, query, max(1, budget), session.parts.folders.cache)

    async def propose(self, text: str, at: str, level: str | None, patch: str, made_by: str) -> dict[str, Any]:
        """A proposal that waits for a person, from the agent's own patch or else from the model that is set."""
        if len(patch) > _MOST_PATCH:
            raise UsageError(f"The patch has more than {_MOST_PATCH // 1_000_000} MB: propose a part of it at a time.")
        made_by = " ".join(made_by.split())[:_MOST_NAME] or "an agent"
        async with self._lock:  # one review at hand at a time
            session, box = await self.open()
            default = session.parts.settings.level
            request = make_request(text[:_MOST_REQUEST], at, level, default, session.root, self._folder)
            # The settings' highest level and budgets hold for agents as for everybody.
            request = replace(request, budget=(await session.scope_of(request)).budget)
            if patch:
                proposal = await asyncio.to_thread(propose_patch, session.parts.repository, request, patch, text)
            else:
                proposal = await _asked(session, request)
            if not proposal.change_set:
                why = proposal.refusals[0].reason if proposal.refusals else "no change was proposed"
                raise UsageError(f"Nothing of it can be used: {why}")
            if not proposal.admission.admitted:
                reasons = dict.fromkeys(one.reason for one in proposal.admission.withheld)
                raise UsageError(f"The scope ({proposal.scope.describe()}) admits nothing of it: {'; '.join(reasons)}")
            waiting = box.put(proposal, made_by)
        return {"id": waiting.identity, "state": waiting.state, **proposal_json(Review.of(proposal))}

    async def review_status(self, identity: str) -> dict[str, Any]:
        """How one proposal was decided, or all of them."""
        _, box = await self.open()
        found = [box.find(identity)] if identity else list(box.every())
        return {"version": 1, "proposals": [waiting_json(one) for one in found]}


async def _asked(session: Session, request: Request) -> Proposal:
    async with aclosing(session.propose(request)) as events:
        async for event in events:
            match event:
                case ProposalReady(review):
                    return review.proposal
                case RequestFailed(sentence=sentence):
                    raise ModelError(sentence)
    raise ModelError("The request ended without a proposal.")


def make_server(desk: Desk) -> "MCPServer[Any]":
    """The server with its three tools; raises `UsageError` where the package for it is not installed."""
    try:
        from mcp.server import MCPServer  # noqa: PLC0415
        from mcp.server.mcpserver.exceptions import ToolError  # noqa: PLC0415
    except ImportError as error:
        raise UsageError("The package mcp is not installed: run pip install 'copilot-tui[mcp]'.") from error
    server: MCPServer[Any] = MCPServer(
        "copilot-tui", instructions=_INSTRUCTIONS, version=__version__, log_level="ERROR"
    )

    @server.tool()
    async def context(query: str, budget: int = 4096, at: str = "", level: str | None = None) -> dict[str, Any]:
        """Show the definitions of this repository that matter for a query, packed into `budget` tokens.

        With `at` (PATH, PATH:LINE or PATH:LINE-LINE) or `level` it is what such a request would send to the model that is set here: the
        place first, what it uses, the rules of the repository, then what ranks best.
        """
        try:
            return await desk.context(query, budget, at, level)
        except CopilotTuiError as error:
            raise ToolError(str(error)) from error

    @server.tool()
    async def propose(
        request: str, at: str = "", level: str | None = None, patch: str = "", agent: str = "an agent"
    ) -> dict[str, Any]:
        """Propose a change that waits for a person's decision; nothing is written.

        `request` says in words what the change is for. `at` is PATH, PATH:LINE or PATH:LINE-LINE; `level` is line, block, file,
        directory or repo (by default the smallest that fits `at`). `patch` is the change itself as a unified diff or as search/replace
        blocks; without it the model that is set here writes the change. `agent` is the name that the person reads.
        """
        try:
            return await desk.propose(request, at, level, patch, agent)
        except CopilotTuiError as error:
            raise ToolError(str(error)) from error

    @server.tool()
    async def review_status(id: str = "") -> dict[str, Any]:  # noqa: A002  (the argument's name in the protocol)
        """Say whether a proposal still waits, or how many of its hunks were accepted and rejected; without `id` of all proposals."""
        try:
            return await desk.review_status(id)
        except CopilotTuiError as error:
            raise ToolError(str(error)) from error

    return server
