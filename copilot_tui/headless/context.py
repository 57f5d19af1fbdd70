"""`copilot-tui context`: what a model would see of the repository for a query.

Invariant: with `--json` the output is one object as the benchmark's contract has it: `files`, `text`, `tokens`.
"""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.config import Folders
from copilot_tui.errors import UsageError
from copilot_tui.headless.printing import say, say_json

_MOST_QUERY = 100_000  # characters


def context(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Print the pack, or serve queries; gives the exit status."""
    from copilot_tui.context.command import run_query, serve  # noqa: PLC0415

    cache = Folders.of(environment, home).cache
    if options.serve:
        serve(sys.stdin.buffer, sys.stdout.buffer, cache)
        return 0
    if options.budget < 1:
        raise UsageError("The budget is a number of tokens from 1 upwards.")
    result = run_query(Path(options.repo), _query(options), options.budget, cache)
    if options.json:
        say_json(result)
    elif options.explain:
        for one in result["items"]:
            lines = ", ".join(f"{first}-{last}" for first, last in one["lines"]) or "path alone"
            say(f"{one['tokens']:>6}  {one['path']}  {lines}  {one['reason']}")
        for note in result["notes"]:
            say(note)
    else:
        say(result["text"])
    return 0


def _query(options: argparse.Namespace) -> str:
    if not options.query_file:
        return str(options.query)[:_MOST_QUERY]
    try:
        return Path(options.query_file).read_text(encoding="utf-8", errors="replace")[:_MOST_QUERY]
    except OSError as error:
        raise UsageError(f"The query file {options.query_file} cannot be read: {error.strerror}.") from error
