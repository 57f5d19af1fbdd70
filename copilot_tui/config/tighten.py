"""What a repository's own `.copilot-tui.toml` may do: make the settings tighter, never looser.

Invariant: with or without the file, no level, budget or cap is higher than the person set it; every entry that is ignored is
named in `Settings.notices`.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.protected import is_pattern
from copilot_tui.config.settings import Budgets, Caps, Settings
from copilot_tui.config.table import parse_table
from copilot_tui.errors import SettingsError
from copilot_tui.visible import visible

FILE_NAME = ".copilot-tui.toml"
MOST_BYTES = 64 * 1024
_COUNTS = ("best_of", "parallel_edits", "repair_rounds")


def tighten(settings: Settings, file: Path) -> Settings:
    """`settings` with what the repository's file tightens; entries that would loosen are ignored and named.

    Raises `SettingsError` if a limit in the file cannot be understood: a limit that is not understood must not be dropped.
    """
    data, notice = _read(file)
    if notice:
        return replace(settings, notices=(*settings.notices, notice))
    if data is None:
        return settings

    tightening = _Tightening(settings, FILE_NAME)
    for name, value in parse_table(data, FILE_NAME).items():
        tightening.take(name, value)
    return replace(tightening.settings, notices=(*settings.notices, *tightening.notices))


def _read(file: Path) -> tuple[bytes | None, str]:
    """The file's bytes, None if there is none, and a notice if it is not read because of what it is."""
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None, ""
    except OSError as error:
        return None, f"{FILE_NAME} is ignored: it cannot be read as a plain file ({error.strerror})"
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            return None, f"{FILE_NAME} is ignored: it is no plain file"
        data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        return None, f"{FILE_NAME} is ignored: it is larger than 64 KiB"
    return data, ""


class _Tightening:
    """The settings while the entries of one file are laid over them one by one."""

    def __init__(self, settings: Settings, shown: str) -> None:
        self.settings = settings
        self.notices: list[str] = []
        self._shown = shown

    def take(self, name: str, value: object) -> None:
        if name in {"level", "max_level"}:
            self._take_level(name, value)
        elif name in _COUNTS:
            self._take_limits(self.settings, "", {name: value})
        elif name in {"budgets", "caps"} and isinstance(value, Mapping):
            self._take_limits(getattr(self.settings, name), name, value)
        elif name == "protected" and isinstance(value, list) and all(isinstance(item, str) for item in value):
            for item in value:
                if not is_pattern(item):
                    self._ignore(f"{name} {item!r}", "it is no path pattern")
            added = tuple(item for item in value if is_pattern(item) and item not in self.settings.protected)
            self._set("protected", (*self.settings.protected, *added))
        elif name in {"record_sessions", "propose_rules"} and value is False:
            self._set(name, value)
        elif name != "commands":  # those are offered when a change is tried, and run only after a yes to exactly them
            self._ignore(name, "a repository cannot set it")

    def _set(self, name: str, value: object) -> None:
        changes: dict[str, Any] = {name: value}
        self.settings = replace(self.settings, origins={**self.settings.origins, name: self._shown}, **changes)

    def _ignore(self, name: str, why: str) -> None:
        self.notices.append(f"{self._shown}: {visible(name)[:80]} is ignored: {why}")

    def _take_level(self, name: str, value: object) -> None:
        names = [level.value for level in AutonomyLevel]
        if value not in names:
            raise SettingsError(
                f"{self._shown}: {name} takes one of {', '.join(names)}, not {visible(repr(value))[:60]}"
            )
        level = AutonomyLevel(value)
        present: AutonomyLevel = getattr(self.settings, name)
        if level.rank > present.rank:
            self._ignore(name, f"it would loosen {present.value} to {level.value}")
            return
        self._set(name, level)
        if self.settings.level.rank > self.settings.max_level.rank:
            self._set("level", self.settings.max_level)

    def _take_limits(self, owner: Settings | Budgets | Caps, table: str, values: Mapping[str, Any]) -> None:
        known = {item.name: item for item in fields(owner)}
        changed: dict[str, Any] = {}
        for name, value in values.items():
            dotted = f"{table}.{name}" if table else name
            if name not in known:
                self._ignore(dotted, "there is no such setting")
                continue
            metadata = known[name].metadata
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            whole = isinstance(metadata["least"], int)
            if (
                not is_number
                or (whole and not isinstance(value, int))
                or not metadata["least"] <= value <= metadata["most"]
            ):
                raise SettingsError(
                    f"{self._shown}: {dotted} takes {metadata['takes']}, not {visible(repr(value))[:60]}"
                )
            present = self._present(table, name)
            if present is not None and value > present:
                self._ignore(dotted, f"it would loosen {present:g} to {value:g}")
            else:
                changed[name] = value
        for name, value in changed.items():
            if isinstance(owner, Settings):
                self._set(name, value)
            else:
                self._set_below(table, name, value)

    def _set_below(self, table: str, name: str, value: float) -> None:
        changes: dict[str, Any] = {table: replace(getattr(self.settings, table), **{name: value})}
        origins = {**self.settings.origins, f"{table}.{name}": self._shown}
        self.settings = replace(self.settings, origins=origins, **changes)

    def _present(self, table: str, name: str) -> float | None:
        if table == "budgets":
            return self.settings.budgets.of(AutonomyLevel(name))
        found: float | None = getattr(getattr(self.settings, table) if table else self.settings, name)
        return found
