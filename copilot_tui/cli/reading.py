"""The commands about the program itself: docs, completion."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from copilot_tui.cli.options import add_command, add_json

if TYPE_CHECKING:
    from copilot_tui.cli.options import Commands


def add_reading(commands: "Commands") -> None:
    """Add the commands of this group."""
    docs = add_command(commands, "docs", "print the documentation", _docs)
    docs.add_argument("page", nargs="?", default="", metavar="PAGE", help="one page (default: the list of pages)")
    docs.add_argument("--man", action="store_true", help="print the manual page instead, for man -l -")
    docs.add_argument(
        "--schema", action="store_true", help="print the schema of all JSON that this program prints instead"
    )
    add_json(docs)
    completion = add_command(commands, "completion", "print what completes this program in a shell", _completion)
    completion.add_argument("shell", choices=("bash", "zsh", "tcsh"), help="the shell: bash, zsh or tcsh")


def _docs(options: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from copilot_tui.cli.program import build_parser  # noqa: PLC0415
    from copilot_tui.headless.docs import docs  # noqa: PLC0415

    return docs(options, build_parser())


def _completion(options: argparse.Namespace, _environment: Mapping[str, str]) -> int:
    from copilot_tui.cli.program import build_parser  # noqa: PLC0415
    from copilot_tui.headless.docs import complete  # noqa: PLC0415

    return complete(options, build_parser())
