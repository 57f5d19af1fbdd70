"""The command's side of context: one query, or queries as lines of JSON.

Invariant: every line that comes in gets one line of JSON back, whatever it holds.
"""

import gc
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from copilot_tui.context.engine import ContextEngine
from copilot_tui.context.orders import QUERY_BUDGET, read_lines, read_order
from copilot_tui.context.work_tree import top_of
from copilot_tui.errors import CopilotTuiError

_FIRST_SECONDS = 1.2
_NEW_OBJECTS = 200_000  # between two runs of the collector of cycles: an index is many objects and no cycle


def run_query(repo: Path, query: str, budget: int, cache_folder: Path | None) -> dict[str, Any]:
    """Answer one query about a repository: `files`, `text`, `tokens` of the contract, and `items` with reasons and `notes`."""
    gc.set_threshold(_NEW_OBJECTS)
    engine = ContextEngine(repo, cache_folder)
    try:
        engine.update(_FIRST_SECONDS, query)
        return engine.query(query, budget)
    finally:
        engine.close()


Asked = Callable[[Mapping[str, Any]], dict[str, Any] | None]
Checked = Callable[[Path], None]


class Output(Protocol):
    """Where lines are written to."""

    def write(self, data: bytes, /) -> object:
        """Take some bytes."""
        ...

    def flush(self) -> object:
        """Let them be read."""
        ...


def serve(
    given: BinaryIO,
    answers: Output,
    cache_folder: Path | None,
    asked: Asked = lambda _: None,
    check: Checked = lambda _: None,
) -> None:
    """Answer each line of `given` until it ends: `{"op": "index", "repo": R}` or `{"op": "query", "repo", "query", "budget"}`.

    `asked` may answer a query in place of the index: one for a request at a place. `check` raises `RepositoryError` for a folder without
    files that is none to work in.
    """
    gc.set_threshold(_NEW_OBJECTS)
    engines = _Engines(cache_folder, check)
    try:
        for line in read_lines(given):
            try:
                order = read_order(line)
                requested = asked(order) if order["op"] == "query" else None
                answer = requested if requested is not None else engines.answer(order)
            except CopilotTuiError as error:
                answer = {"error": str(error), "files": [], "text": "", "tokens": 0}
            answers.write(json.dumps(answer).encode("utf-8") + b"\n")
            answers.flush()
    finally:
        engines.close()


class _Engines:
    """An engine for each repository that was asked for."""

    def __init__(self, cache_folder: Path | None, check: Checked) -> None:
        self._cache_folder = cache_folder
        self._check = check
        self._known: dict[str, ContextEngine] = {}

    def answer(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """What the index has to say; raises `RepositoryError`."""
        repo: str = order["repo"]
        engine = self._known.get(repo) or ContextEngine(top_of(Path(repo)), self._cache_folder, keeps_processes=True)
        is_index = order["op"] == "index"
        try:
            if is_index:
                engine.update()
            elif repo not in self._known:
                engine.update(_FIRST_SECONDS, order["query"])
            if not engine.files():
                self._check(engine.root)
        except CopilotTuiError:
            self._known.pop(repo, None)  # it is looked for anew: it may come back, or be another one
            engine.close()
            raise
        self._known[repo] = engine
        if is_index:
            return {"files": [], "text": "", "tokens": 0}
        return engine.query(order["query"], order["budget"] or QUERY_BUDGET)

    def close(self) -> None:
        """Let the indexes go."""
        for engine in self._known.values():
            engine.close()
