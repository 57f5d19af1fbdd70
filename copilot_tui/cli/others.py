"""The commands by which others work with this program: watch, waiting, mcp."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_tui.cli.options import LEVELS, add_command, add_json, add_output, add_repository

if TYPE_CHECKING:
    from copilot_tui.cli.options import Commands


def add_others(commands: "Commands") -> None:
    """Add the commands of this group."""
    watch = add_command(
        commands, "watch", "propose where a saved comment ends in AI!, answer where it ends in AI?", _watch
    )
    watch.add_argument("--level", default=None, metavar="LEVEL", help=f"{', '.join(LEVELS)} (default: block)")
    watch.add_argument("--once", action="store_true", help="look at every file once and end")
    watch.add_argument("--json", action="store_true", help="print each outcome as a line of JSON")
    add_repository(watch)
    _add_waiting(add_command(commands, "waiting", "decide on proposals that agents and watch have made", _waiting))
    add_repository(add_command(commands, "mcp", "serve this repository to other agents on standard input", _mcp))


def _add_waiting(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action="list", all=False, json=False, repo=".")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="list what waits")
    listing.add_argument("--all", action="store_true", help="list what was decided, too")
    show = actions.add_parser("show", help="show one proposal on the files as they are now")
    accept = actions.add_parser("accept", help="apply hunks of one proposal")
    reject = actions.add_parser("reject", help="reject one proposal as a whole")
    for action in (show, accept, reject):
        action.add_argument("identity", metavar="ID", help="the proposal, as the list names it")
    accept.add_argument("hunks", nargs="?", default="all", metavar="HUNKS", help="1,3-5, or all that nothing flags")
    add_output(show)
    for action in (listing, accept, reject):
        add_json(action)
    for action in (listing, show, accept, reject):
        add_repository(action)


def _watch(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.watch import watch  # noqa: PLC0415

    return watch(options, environment, Path.home())


def _waiting(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.waiting import waiting  # noqa: PLC0415

    return waiting(options, environment, Path.home())


def _mcp(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.mcp_server import mcp  # noqa: PLC0415

    return mcp(options, environment, Path.home())
