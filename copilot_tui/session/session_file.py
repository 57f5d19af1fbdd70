"""The file in which a session keeps its requests and calls: lines of JSON in the person's state folder, readable by them alone.

Invariant: a key never gets into it, whoever quotes it, and a fault in writing it never disturbs the session. Only the newest files
are kept, and those that the person gave a name.
"""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any, TextIO

from copilot_tui.session.known_keys import KnownKeys

VERSION = 1
MOST_FILES = 40
NAMES = "names.json"


class SessionFile:
    """Writes records to `path`, which is made with the first record that is more than the head.

    `keys` are struck out wherever they occur, those that become known later as well.
    """

    def __init__(self, path: Path, head: Mapping[str, Any], keys: KnownKeys | None = None) -> None:
        self.path = path
        self.trouble = ""
        self._head = {"record": "session", "version": VERSION, **head}
        self._keys = keys or KnownKeys()
        self._stream: TextIO | None = None
        self._lock = Lock()
        self._was_struck = False
        self._keys.tell(self._strike_again)

    def write(self, record: Mapping[str, Any]) -> None:
        """Add a record; after a fault in writing nothing more is written, and `trouble` says why."""
        with self._lock:
            line = self._struck(record)
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
        whole = json.dumps(record, ensure_ascii=True)
        line = self._keys.strike_json(whole)
        self._was_struck = self._was_struck or line != whole
        return line

    def _strike_again(self) -> None:
        """Another key is known: it may stand in what was written before."""
        with self._lock, suppress(OSError):
            if self._stream is None:
                return
            kept = self.path.read_text(encoding="ascii")
            if self._keys.strike_json(kept) == kept:
                return
            beside = self.path.with_suffix(".new")
            beside.unlink(missing_ok=True)
            stream = _create(beside)
            stream.writelines(self._struck(json.loads(line)) + "\n" for line in kept.splitlines())
            stream.flush()
            beside.replace(self.path)
            self._stream.close()
            self._stream = stream

    def _open(self) -> TextIO:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        named = session_names(self.path.parent)
        unnamed = [one for one in session_files(self.path.parent) if one.stem not in named]
        for old in unnamed[MOST_FILES - 1 :]:
            old.unlink(missing_ok=True)
        stream = _create(self.path)
        stream.write(json.dumps(self._head, ensure_ascii=True) + "\n")
        return stream

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            if self._stream is not None:
                self._stream.close()
                self._stream = None
                self.trouble = self.trouble or "This session is over."


def _create(path: Path) -> TextIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii")


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
