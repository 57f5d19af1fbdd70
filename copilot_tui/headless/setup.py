"""`copilot-tui setup`: who can answer here, and the choice of one, tested before anything is written.

Invariant: nothing is asked where standard input is no terminal; a key is read hidden or from standard input, never from the command line.
"""

import argparse
import asyncio
import getpass
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from copilot_tui.config import LOCAL_PROFILE, Folders, load_settings
from copilot_tui.errors import CopilotTuiError, UsageError
from copilot_tui.headless.models import progress_bar
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.models.setting_up import SettingUp
from copilot_tui.models.ways import Way, WayKind
from copilot_tui.visible import visible


def setup(options: argparse.Namespace, environment: Mapping[str, str], home: Path) -> int:
    """List the ways, or take one; gives the exit status."""
    folders = Folders.of(environment, home)
    settings = load_settings(environment, home)
    setting_up = SettingUp(settings, environment, folders)
    ways = asyncio.run(setting_up.ways())
    asks = sys.stdin.isatty() and sys.stdout.isatty() and not options.json
    if not options.way and not asks:
        return _list(setting_up, ways, as_json=options.json)
    way = _named(ways, options.way, options.model, tuple(settings.profiles)) if options.way else _ask_way(ways)
    done = _take(setting_up, way, options, asks=asks)
    if options.json:
        say_json({"version": 1, **done, "file": str(folders.settings_file)})
    return 0


def _list(setting_up: SettingUp, ways: tuple[Way, ...], *, as_json: bool) -> int:
    if as_json:
        listed = [{**asdict(way), "kind": way.kind.value} for way in ways]
        say_json({"version": 1, "first_run": setting_up.is_first_run, "ways": listed})
        return 0
    _table(ways)
    remark("copilot-tui setup WAY takes one: it is tested, then written to your settings.")
    return 0


def _table(ways: tuple[Way, ...]) -> None:
    for number, way in enumerate(ways, start=1):
        say(
            f"{number:>2}  {visible(way.profile):<11} {(visible(way.model) or 'its first model')[:32]:<33} {way.costs:<42} {way.needs}"
        )
    if not any(way.kind is WayKind.SERVER for way in ways):
        say("    no server of Ollama, LM Studio, llama.cpp or vLLM was found on this machine")


def _named(ways: tuple[Way, ...], name: str, model: str, profiles: tuple[str, ...]) -> Way:
    found = [way for way in ways if way.profile == name and model in {"", way.model, way.local_model}]
    if not found and name in profiles:
        found = [way for way in ways if way.profile == name]  # a model that is not listed may still be there
        if not found:
            raise UsageError(f"{visible(name)} does not run here now: start it, or choose another way.")
    if not found:
        known = ", ".join(dict.fromkeys(way.profile for way in ways))
        raise UsageError(f"There is no way {visible(name)}: there are {known}.")
    return found[0]


def _ask_way(ways: tuple[Way, ...]) -> Way:
    _table(ways)
    while True:
        answer = input(f"which one answers? 1 to {len(ways)}, enter for 1: ").strip() or "1"
        if answer.isdecimal() and 1 <= int(answer) <= len(ways):
            return ways[int(answer) - 1]


def _take(setting_up: SettingUp, way: Way, options: argparse.Namespace, *, asks: bool) -> dict[str, Any]:
    model = options.model if way.kind is not WayKind.BUILT_IN else ""
    model = model or (way.model if way.kind is WayKind.SERVER else "")
    if way.kind is WayKind.BUILT_IN and not way.is_ready:
        setting_up.install(way.local_model, progress_bar())
    key, tested, kept = "", None, "not needed"
    if way.kind is WayKind.PROVIDER:
        kept = "set already"
        while True:
            key = _read_key(way, options, asks=asks)
            try:
                tested = asyncio.run(setting_up.try_way(way.profile, key, model))
                break
            except CopilotTuiError as error:
                if not asks or options.key_stdin or not key:
                    raise
                remark(f"{error}.")
        if key:
            trouble = setting_up.keyring_trouble()
            if trouble:
                raise UsageError(
                    f"The key works and cannot be kept: {trouble}. Set {way.key_env} in your shell's profile instead; nothing was written."
                )
            setting_up.keep_key(way.profile, key)
            kept = "keyring"
    local = way.local_model if way.profile == LOCAL_PROFILE else ""
    sentence = setting_up.choose(way.profile, model, local_model=local, in_keyring=kept == "keyring")
    if not options.json:
        if tested is not None:
            say(f"{tested.model} answered {tested.sentence()}.")
        say(f"{visible(way.model if way.kind is WayKind.BUILT_IN else way.title)} answers from now on. {sentence}")
    return {
        "profile": way.profile,
        "model": model or way.model,
        "key": kept,
        "tested": asdict(tested) if tested is not None else None,
    }


def _read_key(way: Way, options: argparse.Namespace, *, asks: bool) -> str:
    if options.key_stdin:
        key = sys.stdin.readline().strip()
        if not key:
            raise UsageError("Standard input holds no key: give it as its first line.")
        return key
    if way.is_ready:
        return ""
    if not asks:
        raise UsageError(
            f"{way.title} needs a key: set {way.key_env}, or give the key on standard input with --key-stdin."
        )
    return getpass.getpass(f"the key of {way.title} (nothing is shown): ").strip()
