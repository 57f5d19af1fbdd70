"""The command `context`, by itself: of all commands it is the one whose start is waited for.

Invariant: it is the same command whether the parser knows the others or not.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_tui.cli.options import add_command, add_json, add_repository

if TYPE_CHECKING:
    from copilot_tui.cli.options import Commands


class _Help(argparse.HelpFormatter):
    """The usual help, as wide as the terminal; the usual way to ask for that loads what packs archives."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    try:
        return int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    except (ValueError, OSError, AttributeError):
        return 80


def context_parser() -> argparse.ArgumentParser:
    """A parser that knows this command alone: to build all takes as long as a small answer."""
    parser = argparse.ArgumentParser(prog="copilot-tui", formatter_class=_Help)
    add_context(parser.add_subparsers(prog="copilot-tui"))
    return parser


def add_context(commands: "Commands") -> None:
    """Add the command."""
    context = add_command(commands, "context", "show what a model would see", _context, _Help)
    context.add_argument("query", nargs="?", default="", help="what the request would say")
    context.add_argument("--query-file", metavar="FILE", help="read the query from a file")
    context.add_argument(
        "--at", default="", metavar="PATH[:LINE[-LINE]]", help="where the request would go: show the pack that it sends"
    )
    context.add_argument("--level", default=None, metavar="LEVEL", help="line, block, file, directory or repo")
    context.add_argument("--pin", action="append", default=[], metavar="PATH", help="keep a file in (repeatable)")
    context.add_argument("--drop", action="append", default=[], metavar="PATH", help="keep a file out (repeatable)")
    context.add_argument(
        "--budget",
        type=_tokens,
        default=None,
        metavar="TOKENS",
        help="tokens (default: 4096, for a request what its model is given)",
    )
    add_json(context)
    context.add_argument("--explain", action="store_true", help="list the items with their reasons")
    context.add_argument("--serve", action="store_true", help="answer JSON lines on standard input until it ends")
    add_repository(context)


def _tokens(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError("it is a number of tokens from 1 upwards, such as 4096") from None


def _context(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.context import context  # noqa: PLC0415

    return context(options, environment, Path.home())
