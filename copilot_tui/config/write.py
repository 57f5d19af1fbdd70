"""Single entries of the person's settings file, written for them: what `setup` chose.

Invariant: comments, order and every other entry of the file stay as they are, and the file is replaced whole or not at all.
"""

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from copilot_tui.config.table import read_table
from copilot_tui.errors import SettingsError
from copilot_tui.visible import visible

Value = str | bool | int | float


def write_entries(file: Path, entries: Mapping[str, Value | None]) -> None:
    """Set entries by their whole keys (`profiles.openai.key_keyring`); None takes one out. Raises `SettingsError`."""
    import tomlkit  # noqa: PLC0415  (only when something is written)
    from tomlkit.exceptions import TOMLKitError  # noqa: PLC0415

    read_table(file)  # a file with a mistake in it is not touched
    shown = visible(str(file))
    try:
        # A link to the file of a dotfiles folder stays a link.
        target = file.resolve()
        document = tomlkit.parse(target.read_text(encoding="utf-8-sig")) if target.exists() else tomlkit.document()
        for key, value in entries.items():
            _put(document, key.split("."), value)
        text = tomlkit.dumps(document)
    except (TOMLKitError, KeyError, TypeError, AttributeError, OSError) as error:
        raise SettingsError(
            f"{shown} cannot be changed by the program: set {', '.join(entries)} in it yourself"
        ) from error
    _replace(target, text, shown)


def _put(table: "dict[str, object]", path: list[str], value: Value | None) -> None:
    import tomlkit  # noqa: PLC0415

    for name in path[:-1]:
        below = table.get(name)
        if below is None:
            if value is None:
                return
            # A table that holds tables alone needs no head of its own.
            below = table[name] = tomlkit.table(is_super_table=name != path[-2])
        if not isinstance(below, dict):
            raise TypeError(name)
        table = below
    if value is None:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = value


def _replace(file: Path, text: str, shown: str) -> None:
    temporary = ""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix="config-", suffix=".part", dir=file.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        if file.exists():
            Path(temporary).chmod(file.stat().st_mode & 0o777)
        Path(temporary).replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(temporary).unlink(missing_ok=True)
        raise SettingsError(f"{shown} cannot be written ({error.strerror}): check its permissions") from error
