"""The commands that only look: ask, context, replay, sessions, stats."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_tui.cli.asking import add_context
from copilot_tui.cli.options import add_command, add_json, add_output, add_repository

if TYPE_CHECKING:
    from copilot_tui.cli.options import Commands


def add_looking(commands: "Commands") -> None:
    """Add the commands of this group."""
    ask = add_command(commands, "ask", "answer a question about the repository, with places that are checked", _ask)
    ask.add_argument("question", help="what you want to know; - reads it from standard input")
    ask.add_argument("--at", default="", metavar="PATH[:LINE[-LINE]]", help="what it is about")
    output = ask.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print one JSON object")
    output.add_argument("--events", action="store_true", help="print each event as a line of JSON")
    add_repository(ask)
    add_context(commands)
    replay = add_command(commands, "replay", "run a recorded session again, without a network", _replay)
    replay.add_argument("file", nargs="?", type=Path, default=None, help="a session's file (default: the newest)")
    replay.add_argument("--list", action="store_true", help="list the recorded sessions instead")
    add_output(replay)
    _add_sessions(
        add_command(commands, "sessions", "list, name, export or go on with the recorded sessions", _sessions)
    )
    stats = add_command(commands, "stats", "show what was accepted, rejected and taken back, and what it cost", _stats)
    stats.add_argument(
        "--by",
        choices=("level", "model", "repository", "week"),
        default="level",
        help="level, model, repository or week",
    )
    add_json(stats)


def _add_sessions(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action="list", json=False, repo=".")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="list the sessions, newest first")
    name = actions.add_parser("name", help="give a session a name")
    export = actions.add_parser("export", help="print a session as Markdown")
    resume = actions.add_parser("resume", help="go on with the review that a session left unfinished")
    name.add_argument("session", metavar="SESSION", help="its name or the beginning of its number; '' for the newest")
    name.add_argument("name", metavar="NAME", help="the new name; '' takes it away")
    for action, newest in ((export, "the newest"), (resume, "the newest of this repository")):
        action.add_argument("session", nargs="?", default="", metavar="SESSION", help=f"which one (default: {newest})")
    for action in (listing, name, export, resume):
        add_json(action)
    add_repository(listing)
    add_repository(resume)


def _sessions(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.sessions import sessions  # noqa: PLC0415

    if options.action == "resume" and not options.json and sys.stdin.isatty() and sys.stdout.isatty():
        from copilot_tui.cli.interface import resume_in_interface  # noqa: PLC0415

        return resume_in_interface(options, environment, Path.home())
    return sessions(options, environment, Path.home())


def _ask(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.ask import ask  # noqa: PLC0415

    return ask(options, environment, Path.home())


def _replay(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.replay import replay  # noqa: PLC0415

    return replay(options, environment, Path.home())


def _stats(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.stats import stats  # noqa: PLC0415

    return stats(options, environment, Path.home())
