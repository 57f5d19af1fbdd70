"""The few settings that the first screen is painted with, read without checking the others.

Invariant: it never fails and loads nothing heavy: what is wrong in the file is said when the settings are loaded in full.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from copilot_tui.config.folders import Folders

_MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Appearance:
    """An empty `theme` is the one that is built in; `motion` false: nothing moves by itself; `plain`: words in place of the interface.

    A terminal that calls itself dumb cannot place a cursor, so it gets words where nobody said otherwise.
    """

    theme: str = ""
    motion: bool = True
    plain: bool = False


def read_appearance(environment: Mapping[str, str], home: Path) -> Appearance:
    """What the person's file and environment say of it."""
    try:
        file = Folders.of(environment, home).settings_file
        if file.is_file():  # a pipe has no end that could be waited for
            import tomllib  # noqa: PLC0415  (many have no such file)

            with file.open("rb") as stream:
                written = tomllib.loads(stream.read(_MOST_BYTES).decode("utf-8-sig"))
        else:
            written = {}
    except (OSError, ValueError, RecursionError):
        written = {}
    theme = environment.get("COPILOT_TUI_THEME", "").strip() or written.get("theme")
    plain = environment.get("COPILOT_TUI_PLAIN", "").strip().lower()
    is_dumb = environment.get("TERM") == "dumb"
    return Appearance(
        theme if isinstance(theme, str) else "",
        written.get("motion") is not False,
        plain in {"1", "true", "yes", "on"} if plain else written.get("plain", is_dumb) is True,
    )
