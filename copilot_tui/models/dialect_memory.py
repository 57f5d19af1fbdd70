"""What was found out about endpoints, kept from one start of the program to the next.

Invariant: the file holds no address, no model's name and no key, only marks made from them; a file that cannot be read or written is as
none, and what is older than a month is found out anew, because endpoints learn.
"""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from copilot_tui.models.dialect import Dialect
from copilot_tui.models.endpoint import Endpoint

_KEPT_SECONDS = 30 * 24 * 3600.0
_MOST_BYTES = 100_000
_MOST_ENTRIES = 200


class DialectMemory:
    """The dialects by endpoint and model; without a `file` they are forgotten with the program. `clock` gives seconds since 1970."""

    def __init__(self, file: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._file = file
        self._clock = clock
        self._entries: dict[str, tuple[float, Dialect]] | None = None

    def get(self, endpoint: Endpoint) -> Dialect:
        """What is known of the endpoint, or what its profile says."""
        found = self._known().get(_mark(endpoint))
        if found is None or not 0 <= self._clock() - found[0] < _KEPT_SECONDS:
            return Dialect(limit=endpoint.profile.limit_parameter)
        return found[1]

    def set(self, endpoint: Endpoint, dialect: Dialect) -> None:
        """Remember what was found out."""
        entries = {
            **(self._read() if self._file is not None else self._known()),
            _mark(endpoint): (self._clock(), dialect),
        }
        newest = sorted(entries.items(), key=lambda item: item[1][0])[-_MOST_ENTRIES:]
        self._entries = dict(newest)
        if self._file is not None:
            _write(self._file, {mark: {"found": found, **asdict(known)} for mark, (found, known) in newest})

    def _known(self) -> dict[str, tuple[float, Dialect]]:
        if self._entries is None:
            self._entries = self._read()
        return self._entries

    def _read(self) -> dict[str, tuple[float, Dialect]]:
        if self._file is None:
            return {}
        try:
            with self._file.open("rb") as stream:
                entries = json.loads(stream.read(_MOST_BYTES))
            return {str(mark): _entry(value) for mark, value in entries.items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return {}


def _entry(value: dict[str, Any]) -> tuple[float, Dialect]:
    """One entry of the file; raises KeyError, TypeError or ValueError where it is none."""
    own = {field.name: value[field.name] for field in fields(Dialect)}
    if own["limit"] not in {"max_tokens", "max_completion_tokens", ""}:
        raise ValueError
    if not all(isinstance(one, bool) for name, one in own.items() if name != "limit"):
        raise TypeError
    return float(value["found"]), Dialect(**own)


def _mark(endpoint: Endpoint) -> str:
    text = f"{endpoint.base_url}\n{endpoint.model}\n{endpoint.profile.limit_parameter}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _write(file: Path, entries: dict[str, Any]) -> None:
    """Replace the file at once, so that a second program never reads half of it; a failure costs one refused call later."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(prefix=".dialects-", dir=file.parent)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            json.dump(entries, stream)
        Path(temporary).replace(file)
    except OSError:
        return
