"""The pack that a request at a place would send, as JSON values: what the context pane shows, for the command line.

Invariant: the pack comes from a session, as the interface's own does; no call is made and nothing is written.
"""

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from copilot_tui.autonomy.request import Request
from copilot_tui.bootstrap import open_session
from copilot_tui.context.orders import BAD_BUDGET
from copilot_tui.context.pack import ContextPack
from copilot_tui.context.packing import MOST_BUDGET
from copilot_tui.errors import UsageError
from copilot_tui.headless.target import make_request
from copilot_tui.session.picturing import first_role
from copilot_tui.session.session import Session
from copilot_tui.visible import visible

VERSION = 1


class RequestedContexts:
    """Sessions for the repositories that are asked for, opened once each; used as `with RequestedContexts(...) as contexts`."""

    def __init__(self, environment: Mapping[str, str], home: Path) -> None:
        self._environment = environment
        self._home = home
        self._runner = asyncio.Runner()
        self._sessions: dict[str, Session] = {}

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the sessions."""
        for session in self._sessions.values():
            self._runner.run(session.close())
        self._runner.close()

    def pack(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """The pack for `repo`, `query`, `at`, `level`, `pin`, `drop` and `budget` (None: the model's); raises `CopilotTuiError`."""
        return self._runner.run(self._pack(order))

    async def _pack(self, order: Mapping[str, Any]) -> dict[str, Any]:
        session = await self._session(str(order["repo"]))
        level, budget = order.get("level"), order.get("budget")
        if budget is not None and not (isinstance(budget, int) and budget > 0):
            raise UsageError(BAD_BUDGET)
        settings = session.parts.settings
        here = Path.cwd() if order["repo"] == "." else session.root
        request = make_request(
            str(order.get("query", "")),
            str(order.get("at") or ""),
            str(level) if level else None,
            settings.level,
            session.root,
            here,
        )
        wishes = session.wishes
        wishes.pinned = await _known(session, order.get("pin"))
        wishes.dropped = await _known(session, order.get("drop")) - wishes.pinned
        return await requested_context(session, request, budget)

    async def _session(self, repo: str) -> Session:
        session = self._sessions.get(repo)
        if session is None:
            session = open_session(Path(repo), self._environment, self._home)
            await session.open()
            self._sessions[repo] = session
        return session


async def requested_context(session: Session, request: Request, budget: int | None) -> dict[str, Any]:
    """What the request would send, as JSON values; `budget` is in tokens, None takes the model's. Raises `CopilotTuiError`."""
    pack = await session.pack_context(request, min(budget, MOST_BUDGET) if budget is not None else None)
    lines = request.target.lines
    return {
        "version": VERSION,
        "level": request.level.value,
        "target": {"path": visible(request.target.path), "lines": [lines.first, lines.last] if lines else None},
        "model": session.parts.models.describe(first_role(request, session.parts.settings)),
        **pack_json(pack),
    }


async def _known(session: Session, paths: object) -> set[str]:
    """The paths as a set; raises `UsageError` for one that there is not."""
    wanted = [paths] if isinstance(paths, str) else list(paths) if isinstance(paths, Iterable) else []
    if not wanted:
        return set()
    known = await session.list_files()
    found = {str(path).removeprefix("./") for path in wanted}
    missing = sorted(found - known.keys())
    if missing:
        raise UsageError(
            f"{visible(missing[0])!r} is no file of the repository: pin and drop take paths from its root."
        )
    return found


def pack_json(pack: ContextPack) -> dict[str, Any]:
    """A pack as JSON values: `items` with `kind`, `lines`, `tokens` and `reason`; `files`, `text` and `tokens` of the contract."""
    ranges: dict[str, list[list[int]]] = {}
    for item in pack.items:
        ranges.setdefault(item.path, []).extend([span.first, span.last] for span in item.lines)
    return {
        "files": [
            {"path": visible(item.path), "score": round(item.score, 5), "ranges": ranges[item.path]}
            for item in pack.items
            if item.lines
        ],
        "text": pack.text,
        "tokens": pack.tokens,
        "budget": pack.budget,
        "shares": {kind.value: tokens for kind, tokens in pack.shares().items()},
        "items": [
            {
                "path": visible(item.path),
                "kind": item.kind.value,
                "lines": [[span.first, span.last] for span in item.lines],
                "tokens": item.tokens,
                "reason": item.reason,
                "pinned": item.pinned,
            }
            for item in pack.items
        ],
        "omitted": [{"path": visible(one.path), "reason": one.reason} for one in pack.omitted],
        "notes": [*pack.told()],
    }
