"""The command's side of context: one query, or queries as lines of JSON.

Invariant: every line that comes in gets one line of JSON back, whatever it holds.
"""

import gc
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from copilot_tui.context.engine import ContextEngine
from copilot_tui.errors import CopilotTuiError, UsageError

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


def serve(given: BinaryIO, answers: BinaryIO, cache_folder: Path | None, asked: Asked = lambda _: None) -> None:
    """Answer each line of `given` until it ends: `{"op": "index", "repo": R}` or `{"op": "query", "repo", "query", "budget"}`.

    `asked` may answer a query in place of the index: one for a request at a place.
    """
    gc.set_threshold(_NEW_OBJECTS)
    engines: dict[str, ContextEngine] = {}
    for line in given:
        if not line.strip():
            continue
        try:
            answer = _answer(json.loads(line), engines, cache_folder, asked)
        except (CopilotTuiError, ValueError, TypeError, KeyError) as error:
            answer = {"error": str(error) or type(error).__name__, "files": [], "text": "", "tokens": 0}
        answers.write(json.dumps(answer).encode("utf-8") + b"\n")
        answers.flush()
    for engine in engines.values():
        engine.close()


def _answer(
    order: dict[str, Any], engines: dict[str, ContextEngine], cache_folder: Path | None, asked: Asked
) -> dict[str, Any]:
    repo = str(order["repo"])
    if order.get("op") == "query" and (requested := asked(order)) is not None:
        return requested
    is_new = repo not in engines
    engine = (
        engines.setdefault(repo, ContextEngine(Path(repo), cache_folder, keeps_processes=True))
        if is_new
        else engines[repo]
    )
    if order.get("op") == "index":
        engine.update()
        return {"files": [], "text": "", "tokens": 0}
    if order.get("op") != "query":
        raise UsageError("An order's op is index or query.")
    if is_new:
        engine.update(_FIRST_SECONDS, str(order["query"]))
    return engine.query(str(order["query"]), int(order["budget"]))
