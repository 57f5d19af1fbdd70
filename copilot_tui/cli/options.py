"""What the parsers of several commands have in common.

Invariant: an option of one name means the same for every command.
"""

import argparse
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001  (it has no public name)

Run = Callable[[argparse.Namespace, Mapping[str, str]], int]
LEVELS = ("line", "block", "file", "directory", "repo")


def add_command(
    commands: "Commands",
    name: str,
    words: str,
    run: Run,
    formatter: type[argparse.HelpFormatter] = argparse.HelpFormatter,
) -> argparse.ArgumentParser:
    """A command with its sentence of help, and what it runs."""
    parser = commands.add_parser(
        name, help=words, description=f"{words[:1].upper()}{words[1:]}.", formatter_class=formatter
    )
    parser.set_defaults(run=run)
    return parser


def add_repository(parser: argparse.ArgumentParser) -> None:
    """`--repo`: the repository to work in."""
    parser.add_argument("--repo", default=".", metavar="FOLDER", help="the repository (default: this folder)")


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`: one object on standard output."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def add_output(parser: argparse.ArgumentParser) -> None:
    """The forms in which a proposal is printed."""
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="print one JSON object")
    output.add_argument("--patch", action="store_true", help="print the admitted change as a standard patch")
    output.add_argument("--events", action="store_true", help="print each event as a line of JSON")
