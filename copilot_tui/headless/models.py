"""`copilot-tui models`: which there are, and how to get one.

Invariant: an installation says how far it is, and one that was cut is picked up or begun anew, never half there.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.config import Folders, Settings, load_settings
from copilot_tui.headless.printing import remark, say
from copilot_tui.models.command import (
    add_command,
    check_command,
    install_command,
    list_command,
    local_server,
    remove_command,
)
from copilot_tui.models.endpoints import Endpoints

_BAR = 30


def models(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Do what the action says; gives the exit status."""
    folders = Folders.of(environment, home)
    match options.action:
        case "install":
            model = install_command(options.name, environment, folders, progress_bar(), if_missing=options.if_missing)
            if not options.if_missing:
                say(f"{model.title} is ready: {model.path}")
        case "add":
            model = add_command(options.path, environment, folders, options.name)
            say(
                f"{model.name} is in the list; make it the built-in one with local_model = {model.name!r} in {folders.settings_file}."
            )
        case "remove":
            say(f"{remove_command(options.name, environment, folders).name} is no longer in the list.")
        case "test":
            settings = load_settings(environment, home)
            return 0 if asyncio.run(_test(settings, environment, folders)) else 1
        case _:
            asyncio.run(list_command(load_settings(environment, home), environment, folders, say))
    return 0


async def _test(settings: Settings, environment: Mapping[str, str], folders: Folders) -> bool:
    async with Endpoints(settings, environment, local_server(settings, environment, folders)) as endpoints:
        return await check_command(endpoints, say)


class progress_bar:  # noqa: N801  (used as the function that it stands for)
    """Shows how far an installation is: a bar on a terminal, a line for each step elsewhere."""

    def __init__(self) -> None:
        self._on_terminal = sys.stderr.isatty()
        self._step = ""

    def __call__(self, what: str, done: int, of: int) -> None:
        """`done` of `of` bytes of the step `what`; `of` is 0 where nobody knows."""
        if not self._on_terminal:
            if what != self._step:
                remark(what)
            self._step = what
            return
        share = min(1.0, done / of) if of else 0.0
        bar = "█" * int(share * _BAR)
        end = "\n" if of and done >= of else ""
        sys.stderr.write(f"\r{what}  {bar:░<{_BAR}} {done / 1e6:6.1f} of {of / 1e6:.1f} MB{end}")
        sys.stderr.flush()
