"""The command about what is remembered: memory."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_tui.cli.options import add_command, add_json, add_output, add_repository

if TYPE_CHECKING:
    from copilot_tui.cli.options import Commands


def add_memory(commands: "Commands") -> None:
    """Add the command."""
    parser = add_command(commands, "memory", "draw a rule for AGENTS.md from what you rejected and rewrote", _memory)
    parser.set_defaults(action="list", json=False, repo=".")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser("list", help="list the decisions that are kept to draw a rule from")
    propose = actions.add_parser("propose", help="propose a rule as a change of the rules file, and write nothing")
    propose.add_argument(
        "text", nargs="?", default="", metavar="TEXT", help="what the rule should be about, if you know"
    )
    propose.add_argument(
        "--accept", default="", metavar="HUNKS", help="apply these hunks by their numbers; a rule is never taken by all"
    )
    add_output(propose)
    forget = actions.add_parser("forget", help="let kept decisions go")
    forget.add_argument("identity", nargs="*", metavar="ID", help="these alone, as the list names them (default: all)")
    for action in (listing, forget):
        add_json(action)
    for action in (listing, propose, forget):
        add_repository(action)


def _memory(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.memory import memory  # noqa: PLC0415

    return memory(options, environment, Path.home())
