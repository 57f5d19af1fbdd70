"""The file in which a session keeps its requests and calls: lines of JSON in the person's state folder, readable by them alone.

Invariant: a key never gets into it, whoever quotes it, and a fault in writing it never disturbs the session. Only the newest files
are kept, and those that the person gave a name.
"""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, TextIO

VERSION = 1
MOST_FILES = 40
NAMES = "names.json"
_SHORTEST_SECRET = 6


class SessionFile:
    """Writes records to `path`, which is made with the first record that is more than the head.

    `secrets` are texts that are struck out wherever they occur.
    """

    def __init__(self, path: Path, head: Mapping[str, Any], secrets: Iterable[str] = ()) -> None:
        self.path = path
        self.trouble = ""
        self._head = {"record": "session", "version": VERSION, **head}
        self._secrets: list[str] = []
        self.strike(secrets)
        self._stream: TextIO | None = None
        self._lock = Lock()
        self._was_struck = False

    def strike_one(self, secret: str) -> None:
        """Strike this text out from now on, too."""
        self.strike((secret,))

    def strike(self, secrets: Iterable[str]) -> None:
        """Strike these texts out from now on, too."""
        longer = (json.dumps(secret)[1:-1] for secret in secrets if len(secret) >= _SHORTEST_SECRET)
        self._secrets = sorted({*self._secrets, *longer}, key=len, reverse=True)

    def write(self, record: Mapping[str, Any]) -> None:
        """Add a record; after a fault in writing nothing more is written, and `trouble` says why."""
        line = self._struck(record)
        with self._lock:
            if self.trouble:
                return
            try:
                if self._stream is None:
                    self._stream = self._open()
                self._stream.write(line + "\n")
                self._stream.flush()
            except OSError as error:
                self.trouble = f"This session is not recorded: {self.path} cannot be written ({error.strerror})."

    def _struck(self, record: Mapping[str, Any]) -> str:
        """The record as a line, with every secret struck out."""
        if self._was_struck and record.get("record") == "end":
            # A digest of bytes with a key in them: a replay, which has them without, cannot come to it.
            record = {**record, "digest": ""}
        line = whole = json.dumps(record, ensure_ascii=True)
        for secret in self._secrets:
            line = line.replace(secret, "(key)")
        self._was_struck = self._was_struck or line != whole
        return line

    def _open(self) -> TextIO:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        named = session_names(self.path.parent)
        unnamed = [one for one in session_files(self.path.parent) if one.stem not in named]
        for old in unnamed[MOST_FILES - 1 :]:
            old.unlink(missing_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        stream = os.fdopen(descriptor, "w", encoding="ascii")
        stream.write(json.dumps(self._head, ensure_ascii=True) + "\n")
        return stream

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            if self._stream is not None:
                self._stream.close()
                self._stream = None
                self.trouble = self.trouble or "This session is over."


def session_names(folder: Path) -> dict[str, str]:
    """The names that the person gave, by the stem of the session's file."""
    try:
        found = json.loads((folder / NAMES).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def session_files(folder: Path) -> list[Path]:
    """The session files in a folder, newest first: their names begin with the time."""
    return sorted(folder.glob("*.jsonl"), reverse=True)
