"""The commands that propose, try, land, take back and commit changes: propose, apply, review, try, undo, redo, commit."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_tui.cli.options import LEVELS, add_command, add_json, add_output, add_repository

if TYPE_CHECKING:
    from copilot_tui.cli.options import Commands


def add_changing(commands: "Commands") -> None:
    """Add the commands of this group."""
    _add_propose(add_command(commands, "propose", "ask a model for a change and show it", _propose))
    _add_apply(add_command(commands, "apply", "apply a model's answer from a file", _apply))
    _add_review(
        add_command(commands, "review", "review the uncommitted changes, commits or a patch, hunk by hunk", _review)
    )
    _add_try(add_command(commands, "try", "run the project's own commands on a change before it lands", _try))
    undo = add_command(commands, "undo", "put back what the last landing changed", _undo)
    listing = undo.add_mutually_exclusive_group()
    listing.add_argument(
        "number", type=int, nargs="?", default=None, metavar="NUMBER", help="this landing of the list, not the newest"
    )
    listing.add_argument("--list", action="store_true", help="list the landings instead")
    listing.add_argument(
        "--show", type=int, default=None, metavar="NUMBER", help="print what a landing of the list changed, as a patch"
    )
    redo = add_command(commands, "redo", "land again what was last undone", _redo)
    commit = add_command(commands, "commit", "commit what landed, and nothing else", _commit)
    commit.add_argument(
        "numbers", nargs="?", default="", metavar="NUMBERS", help="landings of `undo --list` (1,3-5), not the newest"
    )
    commit.add_argument("--message", default="", metavar="TEXT", help="the message (default: what was asked for)")
    for parser in (undo, redo, commit):
        add_json(parser)
        add_repository(parser)


def _add_propose(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", help="what you want, in your own words; - reads it from standard input")
    parser.add_argument("--at", default="", metavar="PATH[:LINE[-LINE]]", help="what it is about")
    parser.add_argument("--level", default=None, metavar="LEVEL", help=f"how much may change: {', '.join(LEVELS)}")
    parser.add_argument(
        "--budget", type=int, default=None, metavar="LINES", help="changed lines that it may have at most"
    )
    parser.add_argument(
        "--unlock", action="append", default=[], metavar="PATH", help="a protected file that may change"
    )
    parser.add_argument(
        "--accept", default="", metavar="HUNKS", help="apply these hunks by their numbers (1,3-5) or all"
    )
    parser.add_argument(
        "--steps", default="", metavar="STEPS", help="these steps (edit,checks,critique) in place of the level's own"
    )
    parser.add_argument(
        "--after",
        default=None,
        metavar="SESSION",
        help="go on with what was asked and decided in a recorded session ('': the newest of this repository)",
    )
    parser.add_argument(
        "--estimate", action="store_true", help="say what it would use (calls, tokens, dollars) and make no call"
    )
    add_output(parser)
    add_repository(parser)


def _add_apply(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--input", default="-", metavar="FILE", help="the answer (default: standard input)")
    parser.add_argument("--format", default="auto", help="sr, udiff, patch, whole, json or auto")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
    parser.add_argument(
        "--unlock", action="append", default=[], metavar="PATH", help="a protected file that may change"
    )
    add_json(parser)
    add_repository(parser)


def _add_review(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        nargs="?",
        default="",
        help="A..B, a commit, a patch file, or - for a patch on standard input (default: the uncommitted changes)",
    )
    parser.add_argument(
        "--accept",
        default="",
        metavar="HUNKS",
        help="accept these hunks by their numbers (1,3-5) or all; they are applied",
    )
    parser.add_argument(
        "--reject", default="", metavar="HUNKS", help="reject these; what the work tree has of them is put back"
    )
    parser.add_argument(
        "--resume",
        nargs="?",
        const="",
        default=None,
        metavar="REVIEW",
        help="go on with the review that was left unfinished, or with this one of --unfinished; its decisions count",
    )
    parser.add_argument("--finish", action="store_true", help="with --resume: do what was decided so far, ask no more")
    parser.add_argument("--unfinished", action="store_true", help="list the reviews that were left unfinished")
    output = parser.add_mutually_exclusive_group()
    output.add_argument(
        "--stage",
        action="store_true",
        help="put what is accepted into the index: uncommitted changes without writing a file, others as they are applied",
    )
    output.add_argument(
        "--patch", action="store_true", help="print what is accepted as a standard patch, and write nothing"
    )
    output.add_argument("--print", action="store_true", help="print the review instead of opening the interface")
    output.add_argument(
        "--plain",
        action="store_true",
        help="decide in lines of words, as a screen reader reads them, not in the interface",
    )
    add_json(parser)
    add_repository(parser)


def _add_try(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "source",
        nargs="?",
        default="",
        help="A..B, a commit, a patch file, or - for a patch on standard input (default: the uncommitted changes)",
    )
    parser.add_argument("--accept", default="", metavar="HUNKS", help="try these hunks by their numbers (default: all)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="run this command alone (lint, types, test)"
    )
    parser.add_argument(
        "--command",
        default=None,
        metavar="LINE",
        help="run this in place of the project's own; typing it is a yes to it",
    )
    parser.add_argument(
        "--yes", action="store_true", help="agree to exactly the commands that are shown without it, and run them"
    )
    parser.add_argument("--bisect", action="store_true", help="find the hunks that make a failing command fail")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print one JSON object")
    output.add_argument(
        "--patch", action="store_true", help="print what the commands changed (a formatter's work) as a standard patch"
    )
    add_repository(parser)


def _propose(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.propose import propose  # noqa: PLC0415

    return propose(options, environment, Path.home())


def _apply(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.apply import apply  # noqa: PLC0415

    return apply(options, environment, Path.home())


def _review(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.cli.interface import review_in_interface, wants_interface  # noqa: PLC0415
    from copilot_tui.headless.review import review  # noqa: PLC0415

    if wants_interface(options):
        return review_in_interface(options, environment, Path.home())

    return review(options, environment, Path.home())


def _try(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.try_out import try_out  # noqa: PLC0415

    return try_out(options, environment, Path.home())


def _undo(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.landings import undo  # noqa: PLC0415

    return undo(options, environment, Path.home())


def _commit(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.commit import commit  # noqa: PLC0415

    return commit(options, environment, Path.home())


def _redo(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.landings import redo  # noqa: PLC0415

    return redo(options, environment, Path.home())
