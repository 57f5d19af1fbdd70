"""`copilot-tui config`: every setting with its value and where that comes from; the page about them is made from the same table.

Invariant: what is shown is what is in force; values of headers, which may hold what they should not, are not shown.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.config import Budgets, Caps, Folders, Price, Profile, RoleSettings, Settings, load_settings
from copilot_tui.errors import UsageError
from copilot_tui.headless.printing import remark, say, say_json
from copilot_tui.visible import visible

_OWN = {"origins", "notices"}
_TABLES: dict[str, type] = {"budgets": Budgets, "caps": Caps}
_NAMED: dict[str, tuple[str, type]] = {
    "roles": ("ROLE", RoleSettings),
    "profiles": ("NAME", Profile),
    "prices": ("MODEL", Price),
}


WishesReader = Callable[[Mapping[str, str]], tuple[str, ...]]
"""Gives a sentence for each wish of `[keys]` that the interface leaves out; the interface knows, and is not loaded here."""


@dataclass(frozen=True, slots=True)
class Value:
    """One setting: its whole key (`profiles.openai.model`), its value, and where that comes from."""

    key: str
    value: Any
    origin: str


@dataclass(frozen=True, slots=True)
class Description:
    """What a setting is: its key (with a name in capitals where the person chooses one), what it takes, and its default."""

    key: str
    takes: str
    default: Any


def config(options: argparse.Namespace, environment: Mapping[str, str], home: Path, read_wishes: WishesReader) -> int:
    """Print the settings, or those whose key begins with what is named; gives the exit status."""
    folder = Path(options.repo)
    settings = load_settings(environment, home, folder if folder.is_dir() else None)
    found = [one for one in values_of(settings) if not options.key or _is_meant(one.key, options.key)]
    if not found:
        raise UsageError(
            f"There is no setting {visible(options.key)}: `copilot-tui config --all` names all that there are."
        )
    if not (options.all or options.key):
        found = [one for one in found if not one.key.startswith(("profiles.", "prices.")) or one.origin != "built in"]
    file = Folders.of(environment, home).settings_file
    notices = [*settings.notices, *read_wishes(settings.keys)]
    if options.json:
        listed = [{"key": one.key, "value": one.value, "origin": one.origin} for one in found]
        say_json({"version": 1, "file": str(file), "settings": listed, "notices": notices})
        return 0
    width = max(len(one.key) for one in found)
    for one in found:
        say(f"{visible(one.key):<{width}}  {_shown(one.value):<16}  {visible(one.origin)}")
    for notice in notices:
        remark(notice)
    if not file.exists():
        remark(f"There is no {file} yet; `copilot-tui docs settings` says what may stand in it.")
    return 0


def _is_meant(key: str, named: str) -> bool:
    return key == named or key.startswith(f"{named}.")


def _shown(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return str(value).lower()
    return visible(", ".join(map(str, value)) if isinstance(value, list) else str(value)) or "-"


def values_of(settings: Settings) -> Iterator[Value]:
    """Every setting in force."""
    for key, value in _leaves(settings, ""):
        yield Value(key, value, settings.origin(key))


def _leaves(table: Any, above: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  (any table of the settings)
    for entry in fields(table):
        if not above and entry.name in _OWN:
            continue
        key, value = f"{above}{entry.name}", getattr(table, entry.name)
        if isinstance(table, Budgets):
            yield key, table.of(AutonomyLevel(entry.name))  # where none is set, the level's own is in force
        elif is_dataclass(value):
            yield from _leaves(value, f"{key}.")
        elif entry.name == "headers":
            yield key, sorted(value)
        elif isinstance(value, Mapping):
            for name, inner in value.items():
                if is_dataclass(inner):
                    yield from _leaves(inner, f"{key}.{name}.")
                else:
                    yield f"{key}.{name}", inner
        elif isinstance(value, Enum):
            yield key, value.value
        else:
            yield key, list(value) if isinstance(value, tuple) else value


def descriptions() -> tuple[Description, ...]:
    """Every setting that there is, in the order of the settings model."""
    return tuple(_described(Settings, ""))


def _described(table: type, above: str) -> Iterator[Description]:
    for entry in fields(table):
        if not above and entry.name in _OWN:
            continue
        if not above and entry.name in _TABLES:
            yield from _described(_TABLES[entry.name], f"{entry.name}.")
        elif not above and entry.name in _NAMED:
            name, inner = _NAMED[entry.name]
            yield from _described(inner, f"{entry.name}.{name}.")
        else:
            default = entry.default if entry.default is not MISSING else None
            takes = str(entry.metadata.get("takes", ""))
            yield Description(f"{above}{entry.name}", takes, default.value if isinstance(default, Enum) else default)
