"""`copilot-tui models`: which there are, how to get one, and how good and fast it is.

Invariant: an installation says how far it is, and one that was cut is picked up or begun anew, never half there.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from copilot_tui.config import Folders, Settings, load_settings
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.models.catalogue import find_in_catalogue, fit_of, gigabytes
from copilot_tui.models.command import add_command, install_command, local_server, remove_command
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.fitting import fitted
from copilot_tui.models.inventory import Inventory, take_inventory
from copilot_tui.models.library import InstalledModel, models_folder
from copilot_tui.models.speed import Speed, measure_speed
from copilot_tui.models.trial import Trial, ask_once
from copilot_tui.visible import visible

_BAR = 30


def models(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """Do what the action says; gives the exit status."""
    folders = Folders.of(environment, home)
    match options.action:
        case "install":
            return _install(options, environment, folders)
        case "add":
            model = add_command(options.path, environment, folders, options.name)
            done = f"{model.name} is in the list; `copilot-tui setup local --model {model.name}` makes it the one that answers."
            return _tell(options, model, done)
        case "remove":
            model = remove_command(options.name, environment, folders)
            return _tell(options, model, f"{model.name} is no longer in the list.")
        case "test":
            return _test(options, environment, home)
        case _:
            found = asyncio.run(take_inventory(load_settings(environment, home), environment, folders))
            if options.json:
                say_json({"version": 1, **_plain(found)})
            else:
                _list(found)
            return 0


def _tell(options: argparse.Namespace, model: InstalledModel, sentence: str) -> int:
    if options.json:
        say_json({"version": 1, "model": _plain(model)})
    else:
        say(sentence)
    return 0


def _plain(value: Any) -> dict[str, Any]:  # noqa: ANN401  (any of our values)
    """A value as JSON values; a path as text."""
    entry: dict[str, Any] = asdict(
        value, dict_factory=lambda pairs: {k: str(v) if isinstance(v, Path) else v for k, v in pairs}
    )
    return entry


def _list(found: Inventory) -> None:
    for row in found.profiles:
        say(f"{'*' if row.is_default else ' '} {row.name:<12} {row.model or '-':<24} {row.where}")
    for model in found.installed:
        state = gigabytes(model.size) if model.is_present else "its file is gone"
        say(f"  installed: {visible(model.name)} - {visible(model.title)}, {state}, {visible(str(model.path))}")
    machine = f"this machine has {gigabytes(found.memory)} of memory and {gigabytes(found.free_disk)} free on the disk"
    say(f"  to install ({machine}):")
    for one in found.fetchable:
        state = "installed" if one.is_installed else one.trouble or "fits here"
        say(f"    {one.name:<20} {gigabytes(one.size):>7}, {gigabytes(one.memory):>7} of memory: {one.words}; {state}")


def _install(options: argparse.Namespace, environment: Mapping[str, str], folders: Folders) -> int:
    wanted = find_in_catalogue(options.name)
    if wanted is not None and wanted.repository:
        fit = fit_of(wanted, models_folder(environment, folders))
        remark(
            f"{wanted.title}: {gigabytes(wanted.size)} to fetch, {gigabytes(fit.free)} free; "
            f"{gigabytes(wanted.memory)} of memory while it runs, {gigabytes(fit.memory)} here."
        )
    model = install_command(
        options.name, environment, folders, progress_bar(), if_missing=options.if_missing, anyway=options.anyway
    )
    if options.json:
        say_json({"version": 1, "model": _plain(model)})
    elif not options.if_missing:
        say(f"{model.title} is ready: {model.path}")
    return 0


def _test(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    chosen = {"COPILOT_TUI_PROFILE": options.profile, "COPILOT_TUI_MODEL": options.model}
    environment = {**environment, **{name: value for name, value in chosen.items() if value}}
    folders = Folders.of(environment, home)
    settings = fitted(load_settings(environment, home), models_folder(environment, folders))
    trial, speed = asyncio.run(_measure(settings, environment, folders))
    if not options.json:
        say(f"{trial.model} of profile {trial.profile} answered {trial.sentence()}")
        say(speed.sentence())
    rows = [] if options.quick else asyncio.run(_trials(environment, home, shows=not options.json))
    passed = sum(bool(row["passed"]) for row in rows)
    if options.json:
        measured = {"trial": _plain(trial), "speed": _plain(speed)}
        say_json({"version": 1, **measured, "fixtures": rows, "passed": passed})
    elif rows:
        say(f"{passed} of {len(rows)} small requests came out right")
    return 0 if trial.is_whole else 1


async def _measure(settings: Settings, environment: Mapping[str, str], folders: Folders) -> tuple[Trial, Speed]:
    async with Endpoints(settings, environment, local_server(settings, environment, folders)) as endpoints:
        return await ask_once(endpoints), await measure_speed(endpoints)


async def _trials(environment: Mapping[str, str], home: Path, *, shows: bool) -> list[dict[str, Any]]:
    from copilot_tui.trials.run import run_trials  # noqa: PLC0415  (it loads the whole session)

    rows = []
    async for row in run_trials(environment, home):
        rows.append(asdict(row))
        if shows:
            say(f"  {row.sentence()}")
    return rows


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
