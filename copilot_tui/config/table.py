"""TOML files as tables, the person's and the repository's alike.

Invariant: a file that is no table ends in one `SettingsError` that names it and says what is wrong.
"""

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from copilot_tui.errors import SettingsError
from copilot_tui.visible import visible

MOST_BYTES = 1_000_000
_Tree = dict[str, Any]
_PART = re.compile(r"""\s*(?:"([^"\n]*)"|'([^'\n]*)'|([\w-]+))\s*""")
# What holds no keys: a text of several lines, which may be cut off, and a comment; neither begins within another string.
_WITHOUT = re.compile(
    r""""{3}(?:\\.|[^\\])*?(?:"{3}|\Z)|'{3}.*?(?:'{3}|\Z)|(?P<string>"(?:\\.|[^"\\\n])*"|'[^'\n]*')|#[^\n]*""",
    re.DOTALL,
)
_INLINE = re.compile(r"""[{,]\s*((?:"[^"\n]*"|'[^'\n]*'|[\w.\s-])+=)""")


def read_table(file: Path) -> _Tree | None:
    """The table in a TOML file of the person's own, None if there is no such file; raises `SettingsError`."""
    shown = visible(str(file))
    try:
        # A pipe has no end that could be waited for.
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise SettingsError(f"{shown} cannot be read (it is no plain file): put a file in its place, or remove it")
        with os.fdopen(handle, "rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsError(
            f"{shown} cannot be read ({error.strerror}): check what it is and its permissions"
        ) from error
    return parse_table(data, shown)


def parse_table(data: bytes, shown: str) -> _Tree:
    """The table that `data` holds; `shown` names the file in the sentence of a `SettingsError`."""
    if len(data) > MOST_BYTES:
        raise SettingsError(f"{shown} is larger than 1 MB: this is no settings file")
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{shown} is no UTF-8 text (byte {error.start}): save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_unquoted(data, shown) or f"{shown} is no valid TOML: {visible(str(error))}") from error
    except RecursionError as error:
        raise SettingsError(f"{shown} is nested too deeply: this is no settings file") from error


def _unquoted(data: bytes, shown: str) -> str:
    """A sentence where the keys of an action and of a sheet's action below it, such as history and history.take_back, stand unquoted."""
    plain: set[str] = set()
    longer: dict[str, str] = {}
    table: tuple[str, ...] = ()
    for line in _WITHOUT.sub(_kept, data.decode("utf-8-sig")).splitlines():
        text = line.strip()
        if text.startswith("["):
            table = names = _names(text[1:], "]")
        else:
            names = (*table, *found) if (found := _names(text, "=")) else ()
        inline = _INLINE.findall(text) if names == ("keys",) else ()  # keys = { … } in one line
        for found in (names, *(("keys", *_names(key, "=")) for key in inline)):
            if len(found) == 2 and found[0] == "keys" and not (found is names and text.startswith("[")):
                plain.add(found[1])
            if len(found) > 2 and found[0] == "keys":
                longer.setdefault(found[1], ".".join(found[1:]))
    for name, entry in longer.items():
        if name in plain:
            one, whole = visible(name), visible(entry)
            return f'{shown}: beside keys.{one} TOML takes {whole} in quotes alone: write "{whole}" = … under [keys]'
    return ""


def _kept(found: re.Match[str]) -> str:
    return found["string"] or ""


def _names(text: str, end: str) -> tuple[str, ...]:
    """The parts of a key of TOML that stands before `end`; none where there is no key."""
    names: list[str] = []
    at = 0
    while (part := _PART.match(text, at)) is not None:
        names.append(next(one for one in part.groups() if one is not None))
        at = part.end() + 1
        following = text[part.end() : at]
        if following != ".":
            return tuple(names) if following == end else ()
    return ()
