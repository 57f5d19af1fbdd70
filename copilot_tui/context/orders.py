"""Orders to a process that answers queries, read from lines of JSON.

Invariant: whatever a line holds, it becomes an order whose fields have the types that they should have, or one sentence that says what is
wrong with it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from copilot_tui.errors import UsageError

MOST_QUERY = 100_000  # characters: what stands behind them says nothing more
QUERY_BUDGET = 4_096  # tokens, where no number is given
BAD_BUDGET = "The budget is a number of tokens from 1 upwards."
_MOST_LINE = 16_000_000  # bytes
_OPERATIONS = ("index", "query")
_TEXTS = ("query", "at", "level")
_PATHS = ("pin", "drop")
_EXAMPLE = '{"op": "query", "repo": ".", "query": "the tax of a cart"}'


def read_lines(given: BinaryIO, most: int = _MOST_LINE) -> Iterator[bytes]:
    """The lines that hold something; of one of more than `most` bytes only the beginning is kept."""
    while line := given.readline(most + 1):
        rest = line
        while len(rest) > most and not rest.endswith(b"\n"):
            rest = given.readline(most + 1)
        if line.strip():
            yield line


def read_order(line: bytes, most: int = _MOST_LINE) -> dict[str, Any]:
    """The order of a line; raises `UsageError`.

    `op` and `repo` are texts, as are `query`, and `at` and `level` where they are given; `budget` is a number from 1 upwards or None; `pin`
    and `drop` are lists of texts.
    """
    if len(line) > most:
        raise UsageError(f"The line is longer than {most // 1_000_000} MB: ask with a shorter query.")
    try:
        order = json.loads(line.decode("utf-8", "surrogateescape").lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"The line is no JSON that can be read: write one object a line, such as {_EXAMPLE}."
        ) from error
    if not isinstance(order, dict):
        raise UsageError(f"The line is no JSON object: write one a line, such as {_EXAMPLE}.")
    if order.get("op") not in _OPERATIONS:
        raise UsageError("An order's op is index or query.")
    if not isinstance(order.get("repo"), str):
        raise UsageError("An order's repo is the path of a repository.")
    for name in _TEXTS:
        if not isinstance(order.get(name), str | None):
            raise UsageError(f"An order's {name} is a text.")
    if order["op"] == "query" and order.get("query") is None:
        raise UsageError("An order to query says in query what is looked for.")
    paths = {name: _paths(order, name) for name in _PATHS}
    return {**order, **paths, "query": (order.get("query") or "")[:MOST_QUERY], "budget": _budget(order.get("budget"))}


def _paths(order: Mapping[str, Any], name: str) -> list[str]:
    found = order.get(name)
    paths = [] if found is None else [found] if isinstance(found, str) else found
    if not isinstance(paths, list) or not all(isinstance(path, str) for path in paths):
        raise UsageError(f"An order's {name} is a list of paths.")
    return paths


def _budget(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise UsageError(BAD_BUDGET)
    return value
