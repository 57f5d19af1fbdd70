"""Which parameters each endpoint takes, kept from one start of the program to the next.

Invariant: what is older than a month is found out anew, because endpoints learn; an entry that cannot be read is as none.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from copilot_tui.models.dialect import Dialect
from copilot_tui.models.endpoint import Endpoint
from copilot_tui.models.memory_file import MOST_ENTRIES, mark_of_place, read_entries, write_entries

_KEPT_SECONDS = 30 * 24 * 3600.0


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
        newest = sorted(entries.items(), key=lambda item: item[1][0])[-MOST_ENTRIES:]
        self._entries = dict(newest)
        if self._file is not None:
            write_entries(self._file, {mark: {"found": found, **asdict(known)} for mark, (found, known) in newest})

    def _known(self) -> dict[str, tuple[float, Dialect]]:
        if self._entries is None:
            self._entries = self._read()
        return self._entries

    def _read(self) -> dict[str, tuple[float, Dialect]]:
        try:
            return {str(mark): _entry(value) for mark, value in read_entries(self._file).items()}
        except (ValueError, TypeError, KeyError):
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
    return mark_of_place(endpoint.base_url, endpoint.model, endpoint.profile.limit_parameter)
