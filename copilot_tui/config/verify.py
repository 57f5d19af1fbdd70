"""Checks a tree of entries against the settings' types, and says in one sentence what is wrong with the first bad one.

Invariant: the sentence names the origin, the entry and what the entry takes, and never repeats what may be a key.
"""

import dataclasses
import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from copilot_tui.autonomy.protected import is_pattern
from copilot_tui.config.settings import LOCAL_PROFILE, Budgets, Caps, Price, Profile, RoleSettings, Settings
from copilot_tui.errors import SettingsError
from copilot_tui.visible import visible

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

ROLE_NAMES = ("plan", "locate", "edit", "critique", "repair", "summarize", "embed")
_TABLES: dict[str, type] = {"budgets": Budgets, "caps": Caps}
_NAMED_TABLES: dict[str, type] = {"roles": RoleSettings, "profiles": Profile, "prices": Price}
_FILLED_IN = ("origins", "notices")
_SECRET_NAMES = {"key", "api_key", "apikey", "token", "secret", "password", "authorization", "x-api-key"}


def verify(tree: Mapping[str, Any], origins: Mapping[str, str], file: Path) -> Settings:
    """The settings that `tree` holds; raises `SettingsError`. `origins` says of each dotted entry where it came from."""
    _refuse_secrets(tree, origins, file)
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - 0.1 s, and only needed where there is a file to check

    for name in _FILLED_IN:
        if name in tree:
            raise _mistake((name,), "is no setting", origins, file)
    text = json.dumps(tree, default=str)
    try:
        settings = TypeAdapter(Settings).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = tuple(str(part) for part in first["loc"])
        raise _explained(path, first["type"], first.get("input"), origins, file) from None
    _check_limits(settings, (), origins, file)
    _check_names(settings, origins, file)
    return settings


def _mistake(path: tuple[str, ...], wrong: str, origins: Mapping[str, str], file: Path) -> SettingsError:
    dotted = ".".join(path)
    origin = next((where for key, where in origins.items() if key == dotted or key.startswith(f"{dotted}.")), str(file))
    return SettingsError(f"{visible(origin)}: {visible(dotted)} {wrong}")


def _explained(
    path: tuple[str, ...], kind: str, found: object, origins: Mapping[str, str], file: Path
) -> SettingsError:
    owner, field, known = _locate(path)
    if field is None:
        name = path[len(known)] if len(known) < len(path) else path[-1]
        names = [item.name for item in dataclasses.fields(owner) if item.name not in _FILLED_IN]
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"
        return _mistake((*known, name), f"is no setting: {hint}", origins, file)
    takes = field.metadata.get("takes", "another kind of value")
    secret = any(part.lower() in _SECRET_NAMES or part == "headers" for part in path)
    shown = "" if secret or kind == "missing" else f", not {visible(repr(found))[:60]}"
    return _mistake((*known, field.name), f"takes {takes}{shown}", origins, file)


def _locate(path: tuple[str, ...]) -> tuple[type, "dataclasses.Field[Any] | None", tuple[str, ...]]:
    """The class that the last known part of `path` belongs to, its field, and the parts that lead to that class."""
    owner: type = Settings
    known: tuple[str, ...] = ()
    while True:
        name = path[len(known)]
        field = next((item for item in dataclasses.fields(owner) if item.name == name), None)
        rest = path[len(known) + 1 :]
        if owner is Settings and name in _TABLES and rest:
            owner, known = _TABLES[name], (*known, name)
        elif owner is Settings and name in _NAMED_TABLES and len(rest) >= 2:
            owner, known = _NAMED_TABLES[name], (*known, name, rest[0])
        else:
            return owner, field, known


def _check_limits(value: "DataclassInstance", path: tuple[str, ...], origins: Mapping[str, str], file: Path) -> None:
    for item in dataclasses.fields(value):
        found = getattr(value, item.name)
        here = (*path, item.name)
        if "least" in item.metadata and found is not None:
            if not item.metadata["least"] <= found <= item.metadata["most"]:
                raise _mistake(here, f"takes {item.metadata['takes']}, not {found:g}", origins, file)
        elif isinstance(found, Budgets | Caps):
            _check_limits(found, here, origins, file)
        elif item.name in _NAMED_TABLES:
            for name, table in found.items():
                _check_limits(table, (*here, name), origins, file)


def _check_names(settings: Settings, origins: Mapping[str, str], file: Path) -> None:
    profiles = ", ".join(sorted(settings.profiles))
    if settings.default_profile not in settings.profiles:
        raise _mistake(("profile",), f"names no profile: it takes one of {profiles}", origins, file)
    for pattern in settings.protected:
        if not is_pattern(pattern):
            raise _mistake(("protected",), f"holds no path pattern: {visible(repr(pattern))[:60]}", origins, file)
    for name, role in settings.roles.items():
        if name not in ROLE_NAMES:
            raise _mistake(("roles", name), f"is no role: there are {', '.join(ROLE_NAMES)}", origins, file)
        if role.profile is not None and role.profile not in settings.profiles:
            raise _mistake(("roles", name, "profile"), f"names no profile: it takes one of {profiles}", origins, file)
        for entry in role.fallback or ():
            _check_fallback(entry, settings, ("roles", name, "fallback"), origins, file)
    for entry in settings.fallback:
        _check_fallback(entry, settings, ("fallback",), origins, file)
    for name, profile in settings.profiles.items():
        if name != LOCAL_PROFILE:
            check_address(profile.base_url, ("profiles", name, "base_url"), origins, file)


def _check_fallback(
    entry: str, settings: Settings, path: tuple[str, ...], origins: Mapping[str, str], file: Path
) -> None:
    if entry.partition("/")[0] not in settings.profiles:
        known = ", ".join(sorted(settings.profiles))
        raise _mistake(path, f"takes a list of 'profile' or 'profile/model'; the profiles are {known}", origins, file)


def check_address(address: str, path: tuple[str, ...], origins: Mapping[str, str], file: Path) -> None:
    """Raises `SettingsError` where the entry at `path` is no address of an endpoint."""
    try:
        parts = urlsplit(address)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, fits = urlsplit(""), False
    if parts.username or parts.password:
        raise _mistake(path, "takes an address without a name or password in it", origins, file)
    if not fits or parts.query or parts.fragment:
        raise _mistake(path, "takes an address such as 'https://api.openai.com/v1'", origins, file)


def _refuse_secrets(tree: Mapping[str, Any], origins: Mapping[str, str], file: Path) -> None:
    profiles = tree.get("profiles")
    for name, profile in profiles.items() if isinstance(profiles, dict) else ():
        if not isinstance(profile, dict):
            continue
        headers = profile.get("headers")
        names = [(key,) for key in profile] + [
            ("headers", key) for key in (headers if isinstance(headers, dict) else ())
        ]
        for path in names:
            if path[-1].lower() in _SECRET_NAMES:
                raise _mistake(
                    ("profiles", name, *path),
                    "is not kept here, since a file is no place for a key: set an environment variable and name it with "
                    f"profiles.{name}.key_env, or set profiles.{name}.key_keyring = true",
                    origins,
                    file,
                )
        variable = profile.get("key_env")
        if isinstance(variable, str) and variable and not variable.replace("_", "").isalnum():
            raise _mistake(("profiles", name, "key_env"), "takes the name of an environment variable", origins, file)
