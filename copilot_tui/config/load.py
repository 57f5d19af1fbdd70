"""Loads the settings: built-in profiles, then the person's file, then their environment, then what the repository tightens.

Invariant: nothing from a repository gets in except through `tighten`, and every mistake ends in one `SettingsError` that names
the file, the entry and what it takes.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from copilot_tui.config.folders import Folders
from copilot_tui.config.settings import LOCAL_PROFILE, Profile, Settings
from copilot_tui.config.table import read_table
from copilot_tui.config.tighten import tighten
from copilot_tui.config.verify import check_address, verify
from copilot_tui.errors import SettingsError
from copilot_tui.visible import visible

_Tree = dict[str, Any]

# Environment variable -> the entry that it sets.
_VARIABLES = {
    "COPILOT_TUI_PROFILE": ("profile",),
    "COPILOT_TUI_MODEL": ("model",),
    "COPILOT_TUI_LEVEL": ("level",),
    "COPILOT_TUI_THEME": ("theme",),
    "OPENAI_BASE_URL": ("profiles", "openai", "base_url"),
    "OPENAI_MODEL": ("profiles", "openai", "model"),
}


def load_settings(environment: Mapping[str, str], home: Path, repository: Path | None = None) -> Settings:
    """The settings in force for the person with this environment and home, working in `repository`; raises `SettingsError`."""
    file = Folders.of(environment, home).settings_file
    tree: _Tree = {"profiles": _ready_profiles()}
    ready = {name: dict(table) for name, table in tree["profiles"].items()}
    origins: dict[str, str] = {}
    written = read_table(file)
    if written is not None:
        _lay_over(tree, written, str(file), origins)
    _lay_over_environment(tree, environment, origins)
    # What comes from our own file and plain texts alone is right by its making: pydantic need not be loaded for it.
    settings = _build(tree) if written is None and "level" not in tree else verify(tree, origins, file)
    moved = ("profiles", "openai", "base_url")
    if ".".join(moved) in origins:  # the one text of the environment that must be more than a name
        check_address(settings.profiles["openai"].base_url, moved, origins, file)
    level = min(settings.level, settings.max_level, key=lambda each: each.rank)
    settings = replace(settings, level=level, origins=origins)
    _check_key_hosts(settings, ready, environment)
    return settings if repository is None else tighten(settings, repository / ".copilot-tui.toml")


def ready_profile(name: str) -> Profile:
    """A built-in profile as it is before anybody's settings change it."""
    return Profile(**_ready_profiles()[name])


def _ready_profiles() -> dict[str, _Tree]:
    text = resources.files("copilot_tui.config").joinpath("profiles.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _lay_over(tree: _Tree, above: Mapping[str, Any], origin: str, origins: dict[str, str]) -> None:
    for names, value in _leaves(above):
        path = ("keys", ".".join(names[1:])) if names[0] == "keys" and len(names) > 1 else names  # one name with points
        _put(tree, path, value)
        origins[".".join(path)] = origin


def _lay_over_environment(tree: _Tree, environment: Mapping[str, str], origins: dict[str, str]) -> None:
    for variable, path in _VARIABLES.items():
        value = environment.get(variable, "").strip()
        if value:
            _put(tree, path, value)
            origins[".".join(path)] = f"environment variable {variable}"
    if environment.get("OPENAI_BASE_URL", "").strip():
        # The ready profile's model and its need of a key belong to its ready host: another host's own first model is asked for instead.
        if "profiles.openai.model" not in origins:
            _put(tree, ("profiles", "openai", "model"), "")
        if "profiles.openai.needs_key" not in origins:
            _put(tree, ("profiles", "openai", "needs_key"), bool(environment.get("OPENAI_API_KEY")))
    if "profile" not in tree:
        chosen = next(
            (name for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL") if environment.get(name, "").strip()), None
        )
        if chosen is not None:
            tree["profile"] = "openai"
            origins["profile"] = f"environment variable {chosen}"


def _leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every entry that is no table, and every empty table, with the names that lead to it."""
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, (*above, name))
        else:
            yield (*above, name), value


def _put(tree: _Tree, path: tuple[str, ...], value: object) -> None:
    for name in path[:-1]:
        below = tree.get(name)
        if not isinstance(below, dict):
            below = tree[name] = {}
        tree = below
    if isinstance(value, dict) and isinstance(tree.get(path[-1]), dict):
        return  # an empty table changes nothing
    tree[path[-1]] = value


def _build(tree: _Tree) -> Settings:
    plain = {name: value for name, value in tree.items() if name != "profiles"}
    profiles = {name: Profile(**table) for name, table in tree["profiles"].items()}
    settings = Settings(**plain, profiles=profiles)
    if settings.default_profile not in profiles:
        raise SettingsError(
            f"environment variable COPILOT_TUI_PROFILE names no profile: it takes one of {', '.join(sorted(profiles))}"
        )
    return settings


def _check_key_hosts(settings: Settings, ready: Mapping[str, _Tree], environment: Mapping[str, str]) -> None:
    """A ready profile's key belongs to its ready host: moved to another host, the profile has to name a key again."""
    for name, profile in settings.profiles.items():
        at_first = ready.get(name)
        if at_first is None or name == LOCAL_PROFILE or not profile.key_env:
            continue
        moved = profile.base_url.rstrip("/") != at_first["base_url"].rstrip("/")
        named_again = f"profiles.{name}.key_env" in settings.origins
        from_environment = settings.origin(f"profiles.{name}.base_url").startswith("environment")
        if moved and not named_again and not from_environment and environment.get(profile.key_env):
            raise SettingsError(
                f"{visible(settings.origin(f'profiles.{name}.base_url'))}: profiles.{name}.base_url moves this profile to another "
                f"address, and the key in {profile.key_env} was not set for that one: name its key with profiles.{name}.key_env, "
                f"or give the endpoint a profile of its own"
            )
