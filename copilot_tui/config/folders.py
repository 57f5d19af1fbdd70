"""Where the person's own files lie: settings, models, caches and sessions.

Invariant: every folder is absolute, and none of them is ever inside a repository that we work in.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

APPLICATION = "copilot-tui"
_XDG = {
    "config": ("XDG_CONFIG_HOME", ".config", "Library/Application Support"),
    "data": ("XDG_DATA_HOME", ".local/share", "Library/Application Support"),
    "cache": ("XDG_CACHE_HOME", ".cache", "Library/Caches"),
    "state": ("XDG_STATE_HOME", ".local/state", "Library/Application Support"),
}


class Folders(NamedTuple):
    """The four folders of the XDG base directory specification; on macOS the ones under Library, unless XDG_* are set."""

    config: Path
    data: Path
    cache: Path
    state: Path

    @classmethod
    def of(cls, environment: Mapping[str, str], home: Path) -> Self:
        """The folders of the person whose environment and home these are; nothing is created.

        As the specification asks, a relative path in an XDG variable counts as unset.
        """
        places: dict[str, Path] = {}
        for name, (variable, elsewhere, macos) in _XDG.items():
            wanted = environment.get(variable, "")
            base = (
                Path(wanted)
                if Path(wanted).is_absolute()
                else home / (macos if sys.platform == "darwin" else elsewhere)
            )
            places[name] = base / APPLICATION
        return cls(**places)

    @property
    def settings_file(self) -> Path:
        """The person's own settings."""
        return self.config / "config.toml"
