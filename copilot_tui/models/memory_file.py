"""A small file of what was found out about endpoints, kept from one start of the program to the next.

Invariant: the file holds no address, no model's name and no key, only marks made from them; a file that cannot be read or written is as
none, and it is replaced as a whole, so that a second program never reads half of it.
"""

import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

_MOST_BYTES = 200_000
MOST_ENTRIES = 200


def mark_of_place(*parts: str) -> str:
    """A short mark of an endpoint, a model and whatever else tells one entry from another."""
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def read_entries(file: Path | None) -> dict[str, Any]:
    """The entries by their marks, unchecked; none where the file cannot be read."""
    if file is None:
        return {}
    try:
        with file.open("rb") as stream:
            entries = json.loads(stream.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    return entries if isinstance(entries, dict) else {}


def write_entries(file: Path, entries: dict[str, Any]) -> None:
    """Replace the file; where that fails, what it would hold is found out anew later."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(prefix=f".{file.stem}-", dir=file.parent)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            json.dump(entries, stream)
        Path(temporary).replace(file)
    except OSError:
        return
