"""How far the person came in the tour: a small file in their state folder.

Invariant: a file that cannot be read or written never stands in the way: the tour begins anew.
"""

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

_NAME = "tour.json"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """The name of the step that comes next (empty: the first), the folder with the sample, and whether the tour was taken whole."""

    step: str = ""
    folder: str = ""
    is_done: bool = False


def read_progress(state: Path) -> Progress:
    """What is kept below the state folder, nothing where nothing is."""
    try:
        entry = json.loads((state / _NAME).read_text(encoding="utf-8"))
        if entry["version"] != _VERSION:
            return Progress()
        return Progress(str(entry["step"]), str(entry["folder"]), bool(entry["is_done"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Progress()


def keep_progress(state: Path, progress: Progress) -> None:
    """Keep it, if that is possible."""
    with contextlib.suppress(OSError):
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        (state / _NAME).write_text(json.dumps({"version": _VERSION, **asdict(progress)}), encoding="utf-8")
