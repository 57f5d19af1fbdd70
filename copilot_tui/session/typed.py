"""What the person typed in a repository, kept over starts: one line of JSON for each request, readable by them alone.

Invariant: a fault in reading or writing never disturbs the session; a line that is no text is passed over, and keys are struck out.
"""

import json
import os
from contextlib import suppress
from pathlib import Path
from threading import Lock

from copilot_tui.session.known_keys import KnownKeys
from copilot_tui.session.log import place_of

MOST_KEPT = 500
_MOST_CHARACTERS = 20_000  # of one request; a longer one is not kept over starts
_MOST_BYTES = 4_000_000


class TypedRequests:
    """The history of one repository; `keeps` false: nothing is read or written, it holds for this session alone."""

    def __init__(self, state_folder: Path, root: Path, *, keeps: bool = True, keys: KnownKeys | None = None) -> None:
        self._file = state_folder / "typed" / f"{place_of(root)}.jsonl"
        self._keeps = keeps
        self._keys = keys or KnownKeys()
        self._writing = Lock()
        if keeps:
            self._keys.tell(self._strike)

    def read(self) -> tuple[str, ...]:
        """What was typed before, oldest first, each text once."""
        if not self._keeps:
            return ()
        try:
            with self._file.open("rb") as stream:
                data = stream.read(_MOST_BYTES)
        except OSError:
            return ()
        found: dict[str, None] = {}
        for line in data.splitlines():
            try:
                text = json.loads(line)
            except ValueError:
                continue
            if isinstance(text, str) and text.strip():
                found.pop(text, None)
                found[text] = None
        return tuple(found)[-MOST_KEPT:]

    def add(self, text: str) -> None:
        """Keep a request; every so often the oldest ones go."""
        if not self._keeps or len(text) > _MOST_CHARACTERS:
            return
        with self._writing, suppress(OSError):
            line = json.dumps(self._keys.strike(text)) + "\n"
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "ab") as stream:
                stream.write(line.encode("ascii"))
                is_long = stream.tell() > _MOST_BYTES // 2
            if is_long:
                self._write("".join(json.dumps(text) + "\n" for text in self.read()[-MOST_KEPT // 2 :]))

    def _strike(self) -> None:
        """Another key is known: it may stand in what was typed before."""
        with self._writing, suppress(OSError):
            kept = self._file.read_bytes().decode("ascii", "replace")
            struck = self._keys.strike_json(kept)
            if struck != kept:
                self._write(struck)

    def _write(self, lines: str) -> None:
        beside = self._file.with_suffix(f".{os.getpid()}")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(lines.encode("ascii", "replace"))
        beside.replace(self._file)
