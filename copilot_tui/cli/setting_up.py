"""The commands about this machine: demo, setup, models, config, doctor."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from copilot_tui.cli.options import add_command, add_json, add_repository

if TYPE_CHECKING:
    from copilot_tui.cli.options import Commands


def add_setting_up(commands: "Commands") -> None:
    """Add the commands of this group."""
    demo = add_command(commands, "demo", "take a guided tour of five minutes on a sample project", _demo)
    demo.add_argument("--recorded", action="store_true", help="take recorded answers, even where a model could answer")
    demo.add_argument("--restart", action="store_true", help="begin anew instead of where you left off")
    add_json(demo)
    setup = add_command(
        commands, "setup", "choose who answers: the built-in model, a server here, or a provider", _setup
    )
    setup.add_argument(
        "way",
        nargs="?",
        default="",
        metavar="WAY",
        help="local, a server that runs here, or a provider (default: list them)",
    )
    setup.add_argument(
        "--model", default="", metavar="MODEL", help="its model (default: the first, or the profile's own)"
    )
    setup.add_argument(
        "--key-stdin",
        action="store_true",
        help="read the key from standard input; it is tested, then kept in the keyring",
    )
    add_json(setup)
    _add_models(add_command(commands, "models", "list, install, add, remove or test models", _models))
    config = add_command(commands, "config", "show every setting, its value, and where that comes from", _config)
    config.add_argument("key", nargs="?", default="", metavar="KEY", help="one setting or table (profiles.openai)")
    config.add_argument("--all", action="store_true", help="also what is built in of profiles and prices")
    add_json(config)
    add_repository(config)
    trust = add_command(commands, "trust", "say what a repository could run here, and whether it may", _trust)
    answer = trust.add_mutually_exclusive_group()
    answer.add_argument("--yes", action="store_true", help="let its hooks and filters run when you commit")
    answer.add_argument("--no", action="store_true", help="take that back, and every consent to its commands")
    add_json(trust)
    add_repository(trust)
    doctor = add_command(commands, "doctor", "say what works here and what to do about the rest", _doctor)
    add_json(doctor)
    add_repository(doctor)


def _add_models(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(action="list", name=None, json=False)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    listing = actions.add_parser(
        "list", help="profiles, installed models, servers that run here, and what can be installed"
    )
    install = actions.add_parser("install", help="fetch a model for this machine")
    install.add_argument(
        "name", nargs="?", default="smollm2", help="which one, as the list names it (default: smollm2)"
    )
    install.add_argument("--if-missing", action="store_true", help="do nothing if it is there")
    install.add_argument("--anyway", action="store_true", help="also where this machine is too small for it")
    add = actions.add_parser("add", help="use a GGUF file of your own")
    add.add_argument("path", type=Path, help="the file")
    add.add_argument("--name", default=None, help="what the settings call it (default: the file's name)")
    remove = actions.add_parser("remove", help="take a model out of the list")
    remove.add_argument("name", help="the model, as the list names it; a file of your own stays where it is")
    test = actions.add_parser("test", help="measure how fast the model is, and put small requests to it")
    test.add_argument("--profile", default="", metavar="PROFILE", help="the profile that answers (default: your own)")
    test.add_argument("--model", default="", metavar="MODEL", help="its model")
    test.add_argument("--quick", action="store_true", help="measure alone, put no requests")
    for action in (listing, install, add, remove, test):
        add_json(action)


def _demo(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    if not options.json and sys.stdin.isatty() and sys.stdout.isatty():
        from copilot_tui.cli.interface import run_tour  # noqa: PLC0415

        return run_tour(environment, Path.home(), recorded=options.recorded, restart=options.restart)
    from copilot_tui.headless.demo import demo  # noqa: PLC0415

    return demo(options, environment, Path.home())


def _setup(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.setup import setup  # noqa: PLC0415

    return setup(options, environment, Path.home())


def _models(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.models import models  # noqa: PLC0415

    return models(options, environment, Path.home())


def _wishes_left_out(wishes: Mapping[str, str]) -> tuple[str, ...]:
    """What the interface says of the keys that the settings wish for."""
    if not wishes:
        return ()
    from copilot_tui.tui.key_table import read_keys  # noqa: PLC0415  (loads the interface)
    from copilot_tui.visible import visible  # noqa: PLC0415

    return tuple(map(visible, read_keys(wishes)[1]))


def _config(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.settings import config  # noqa: PLC0415

    return config(options, environment, Path.home(), _wishes_left_out)


def _trust(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.trust import trust  # noqa: PLC0415

    return trust(options, environment, Path.home())


def _doctor(options: argparse.Namespace, environment: Mapping[str, str]) -> int:
    from copilot_tui.headless.doctor import doctor  # noqa: PLC0415

    return doctor(options, environment, Path.home(), _wishes_left_out)
