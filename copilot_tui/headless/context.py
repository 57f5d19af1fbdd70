"""`copilot-tui context`: what a model would see of the repository, for a query alone or for a request at a place.

Invariant: with `--json` the output is one object as the benchmark's contract has it: `files`, `text`, `tokens`. With a place, a level or a
wish the pack is the very one that the request would send.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache as cached
from pathlib import Path
from typing import TYPE_CHECKING, Any

from copilot_tui.config import Folders
from copilot_tui.context.forking import can_fork
from copilot_tui.context.git_ahead import begin_question, index_file_of
from copilot_tui.context.orders import BAD_BUDGET, MOST_QUERY, QUERY_BUDGET
from copilot_tui.context.work_tree import top_of
from copilot_tui.errors import UsageError
from copilot_tui.headless.printing import Lines, remark, say, say_json

if TYPE_CHECKING:
    from copilot_tui.headless.context_request import RequestedContexts

_MOST_OF_CHARACTER = 4  # bytes
_REQUEST_WORDS = ("at", "level", "pin", "drop")  # each of them makes a query a request


def context(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Print the pack, or serve queries; gives the exit status."""
    cache = Folders.of(environment, home).cache
    if options.serve:
        from copilot_tui.context.command import serve  # noqa: PLC0415  (it waits for nothing that a single question does)

        with ExitStack() as stack:
            sessions = cached(lambda: stack.enter_context(_requests(environment, home)))
            serve(
                sys.stdin.buffer, Lines(), cache,
                lambda order: sessions().pack(order) if is_request(order) else None,
                lambda root: _check(root, environment),
            )  # fmt: skip
        return 0
    if options.budget is not None and options.budget < 1:
        raise UsageError(BAD_BUDGET)
    query = _query(options)
    if is_request(vars(options)):
        order = {
            "repo": options.repo, "query": query, "at": options.at, "level": options.level, "pin": options.pin,
            "drop": options.drop, "budget": options.budget,
        }  # fmt: skip
        with _requests(environment, home) as requests:
            return _tell(requests.pack(order), options)
    return _answer(query, options, environment, cache)


def _answer(query: str, options: argparse.Namespace, environment: Mapping[str, str], cache: Path) -> int:
    """Answer one question, and put what was read into the index once the answer is out."""
    root = top_of(Path(options.repo))
    budget = options.budget or QUERY_BUDGET
    is_split = can_fork()
    is_new = not os.path.exists(index_file_of(root, cache))  # noqa: PTH110  (a Path raises where it may not look)
    begin_question(root, is_new=is_split and is_new)
    if not is_split:
        from copilot_tui.context.command import run_query  # noqa: PLC0415

        result = run_query(root, query, budget, cache)
        if not result["files"]:
            _check(root, environment)
        return _tell(result, options)
    from copilot_tui.context.question import answer_question  # noqa: PLC0415  (while git is at work)

    result, question = answer_question(root, query, budget, cache)
    if not result["files"]:
        _check(root, environment)
    _tell(result, options)
    question.go_on()
    return 0


def _check(root: Path, environment: Mapping[str, str]) -> None:
    """Raise `RepositoryError` where nothing was found because the folder is no repository that can be worked in."""
    from copilot_tui.workspace.repository import Repository  # noqa: PLC0415  (only where something is wrong, or nothing there)

    Repository.open(root, environment).list_files()


def is_request(order: Mapping[str, Any]) -> bool:
    """Whether an order is a request at a place, which needs a session, and no plain query."""
    return any(order.get(word) for word in _REQUEST_WORDS)


def _requests(environment: Mapping[str, str], home: Path) -> "RequestedContexts":
    from copilot_tui.headless.context_request import RequestedContexts  # noqa: PLC0415  (a session: only where one is needed)

    return RequestedContexts(environment, home)


def _tell(result: dict[str, Any], options: argparse.Namespace) -> int:
    if options.json:
        say_json({"version": 1, **result})
    elif options.explain:
        _explain(result)
    else:
        say(result["text"])
        for note in result["notes"]:
            remark(note)
    return 0


def _explain(result: dict[str, Any]) -> None:
    """The items with their reasons; of a request also the meter and what is left out."""
    if "shares" in result:
        shares = {**result["shares"], "free": max(result["budget"] - result["tokens"], 0)}
        parts = ", ".join(f"{kind} {tokens}" for kind, tokens in shares.items())
        from copilot_tui.models.local import NOT_INSTALLED  # noqa: PLC0415  (a session has loaded it)

        model = result["model"]
        counted = f" ({model})" if model == NOT_INSTALLED else f" as {model} counts"
        say(f"{result['tokens']} of {result['budget']} tokens{counted}: {parts}")
    for one in result["items"]:
        lines = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in one["lines"])
        kind = [f"{one['kind']:<9}"] if "kind" in one else []
        mark = "● " if one.get("pinned") else ""
        place = [f"{mark}{one['path']}", lines or "path alone"] if one["path"] else []
        say("  ".join((f"{one['tokens']:>6}", *kind, *place, one["reason"])))
    if "shares" in result:
        for omitted in result["omitted"]:
            say(f"     -  not in: {omitted['path']}  {omitted['reason']}")
    for note in result["notes"]:
        say(note)


def _query(options: argparse.Namespace) -> str:
    if not options.query_file:
        return str(options.query)[:MOST_QUERY]
    try:
        with Path(options.query_file).open("rb") as file:
            text = file.read(_MOST_OF_CHARACTER * MOST_QUERY).decode("utf-8", "replace")
    except OSError as error:
        raise UsageError(f"The query file {options.query_file} cannot be read: {error.strerror}.") from error
    return text[:MOST_QUERY]
