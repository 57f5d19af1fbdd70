"""Requests that wait for their turn, kept over starts: one file for each run of the program, readable by the person alone.

Invariant: a fault in reading or writing never disturbs the session; what another run that still lives keeps is left to it, and keys are
struck out. A file that is too large, or holds a key, is kept as its SHA-256: the request then goes out only where the file is the same.
"""

import base64
import json
import os
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.session.known_keys import KnownKeys
from copilot_tui.session.living import is_running

_MOST_BEFORE = 1_000_000  # bytes of a file that is kept as a whole
_MOST_BYTES = 20_000_000  # of all that waits, as it is written


@dataclass(frozen=True, slots=True)
class Entry:
    """One request as typed, and what it asks for; `before`: its file's bytes when it was aimed, where it is about some lines of it.

    `digest`: their SHA-256 in hexadecimal digits where they themselves were not kept.
    `is_typed` false: a saved file asked for it, so no line of the person's goes back into their box.
    """

    text: str
    request: Request
    is_question: bool = False
    before: bytes | None = None
    is_typed: bool = True
    digest: str = ""


class QueuedRequests:
    """What waits in one repository; `keeps` false: nothing is read or written."""

    def __init__(self, state_folder: Path, root: Path, *, keeps: bool = True, keys: KnownKeys | None = None) -> None:
        from copilot_tui.session.log import place_of  # noqa: PLC0415  (the first screen does without)

        self._folder = state_folder / "queued"
        self._place = place_of(root)
        self._file = self._folder / f"{self._place}.{os.getpid()}.{os.urandom(4).hex()}.json"
        self._keeps = keeps
        self._writing = Lock()  # of two threads that write, the second one writes what is newest
        self._claimed: list[Path] = []  # of runs that have ended: taken up, and not yet kept in our own file
        self._keys = keys or KnownKeys()
        if keeps:
            self._keys.tell(self._strike)

    def keep(self, newest: Callable[[], Sequence[Entry]]) -> int:
        """Keep what `newest` says that waits now in the place of what waited before; waits for the disk.

        Gives how many of the last ones are left out, because all that waits is more than is kept.
        """
        if not self._keeps:
            return 0
        with self._writing:
            return self._write(newest())

    def _write(self, entries: Sequence[Entry]) -> int:
        texts = _kept(entries, self._keys)
        with suppress(OSError):
            if not entries:
                self._file.unlink(missing_ok=True)
            else:
                self._put(self._file, f"[{', '.join(texts)}]")
            self._let_go()
        return len(entries) - len(texts)

    def _strike(self) -> None:
        """Another key is known: it may stand in what waits, and in what was taken up and is not kept in our own file yet."""
        with self._writing:
            for file in (self._file, *self._claimed):
                self._strike_in(file)

    def _strike_in(self, file: Path) -> None:
        with suppress(OSError):
            text = file.read_bytes().decode("utf-8", "surrogateescape")
            struck = _struck(text, self._keys)
            if struck != text:
                self._put(file, struck)

    def _put(self, file: Path, text: str) -> None:
        beside = file.with_suffix(".new")
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode("utf-8", "surrogateescape"))
        beside.replace(file)

    def take_up(self) -> tuple[Entry, ...]:
        """What earlier runs that have ended left waiting, oldest first; it is this run's from now on. Waits for the disk."""
        if not self._keeps:
            return ()
        with self._writing:
            return tuple(self._claim())

    def _claim(self) -> list[Entry]:
        found: list[Entry] = []
        for file in self._files():
            number = file.name.split(".")[1]
            is_other = file != self._file and file not in self._claimed and number.isdecimal()
            is_readable = is_other and _size(file) <= _MOST_BYTES  # a larger one stays as it is: nobody here wrote it
            # Numbers of processes come again: a file that has ours and is not ours is of one that has ended.
            if is_readable and (int(number) == os.getpid() or not is_running(int(number))):
                with suppress(OSError):  # another start was faster
                    claim = file.rename(file.with_name(f"{self._place}.{os.getpid()}.{os.urandom(4).hex()}.json"))
                    if entries := _read(claim):
                        self._claimed.append(claim)
                        found += entries
                        self._strike_in(claim)  # the run that left it may not have known a key that is known here
                    else:
                        claim.unlink(missing_ok=True)
        return found

    def _files(self) -> list[Path]:
        """What runs in this repository left or keep, oldest first."""
        with suppress(OSError):
            return sorted(self._folder.glob(f"{self._place}.*.json"), key=lambda one: one.stat().st_mtime)
        return []

    def _let_go(self) -> None:
        """What was taken up is kept in this run's own file now, or has been sent."""
        while self._claimed:
            self._claimed.pop().unlink(missing_ok=True)


def _size(file: Path) -> int:
    with suppress(OSError):
        return file.stat().st_size
    return 0  # another start was faster


def _kept(entries: Sequence[Entry], keys: KnownKeys) -> list[str]:
    """The entries as JSON texts without keys, as many bytes of them as may be kept: the largest files go first, then what came last."""
    texts = _fitting([_record(one, keys) for one in entries], keys)
    size = sum(len(text) + 2 for text in texts)
    while size > _MOST_BYTES:
        size -= len(texts.pop()) + 2
    return texts


def _fitting(records: Sequence[Any], keys: KnownKeys) -> list[str]:
    """Each record as JSON text without keys; the largest files are their SHA-256 where they are too many bytes together."""
    texts = [keys.strike_json(json.dumps(one)) for one in records]
    size = sum(len(text) + 2 for text in texts)
    for index in sorted(range(len(records)), key=lambda index: len(texts[index]), reverse=True):
        if size <= _MOST_BYTES:
            break
        if not _has_file(records[index]):
            continue
        size -= len(texts[index])
        texts[index] = keys.strike_json(json.dumps(_without_file(records[index])))
        size += len(texts[index])
    return texts


def _struck(text: str, keys: KnownKeys) -> str:
    """A file's text without keys; the very same where there is none. What cannot be read stays in it."""
    try:
        records = json.loads(text)
    except (ValueError, RecursionError):
        return keys.strike_json(text)
    if not isinstance(records, list):
        return keys.strike_json(text)
    struck = [_without_file(one) if _has_file(one) and keys.stand_in(_file_of(one)) else one for one in records]
    texts = _fitting(struck, keys)
    whole = [json.dumps(one) for one in records]
    return text if texts == whole else f"[{', '.join(texts)}]"


def _has_file(record: Any) -> bool:  # noqa: ANN401  (what was read may be anything)
    """Whether a file is kept in the record, as a whole and legibly."""
    with suppress(KeyError, TypeError, ValueError, zlib.error):
        _file_of(record)
        return True
    return False


def _file_of(record: dict[str, Any]) -> bytes:
    return zlib.decompress(base64.b64decode(record["before"], validate=True))


def _without_file(record: dict[str, Any]) -> dict[str, Any]:
    """The record with the SHA-256 of its file in the place of the file."""
    return {**record, "before": None, "digest": sha256(_file_of(record)).hexdigest()}


def _record(entry: Entry, keys: KnownKeys) -> dict[str, Any]:
    before, digest = entry.before, entry.digest
    if before is not None and (len(before) > _MOST_BEFORE or keys.stand_in(before)):
        digest, before = sha256(before).hexdigest(), None
    request, target = entry.request, entry.request.target
    return {
        "text": entry.text,
        "asks": request.text,
        "level": request.level.value,
        "path": target.path,
        "lines": None if target.lines is None else [target.lines.first, target.lines.last],
        "paths": sorted(target.paths),
        "budget": request.budget,
        "unlocked": sorted(request.unlocked),
        "asked_by": request.asked_by,
        "is_question": entry.is_question,
        "is_typed": entry.is_typed,
        "before": None if before is None else base64.b64encode(zlib.compress(before)).decode("ascii"),
        "digest": digest,
    }


def _read(file: Path) -> list[Entry]:
    """The entries of a file; those that cannot be read are passed over."""
    entries: list[Entry] = []
    try:
        records = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return entries
    for record in records if isinstance(records, list) else []:
        with suppress(KeyError, TypeError, ValueError, AttributeError, zlib.error):
            entries.append(_entry(record))
    return entries


def _entry(record: dict[str, Any]) -> Entry:
    lines = None if record["lines"] is None else LineRange(int(record["lines"][0]), int(record["lines"][1]))
    target = Target(str(record["path"]), lines, frozenset(map(str, record["paths"])))
    budget = None if record["budget"] is None else int(record["budget"])
    request = Request(
        str(record["asks"]),
        target,
        AutonomyLevel(record["level"]),
        budget,
        frozenset(map(str, record["unlocked"])),
        str(record.get("asked_by", "")),
    )
    before = None if record["before"] is None else _file_of(record)
    digest = str(record.get("digest", ""))  # what is new has a value for what was kept before
    return Entry(str(record["text"]), request, bool(record["is_question"]), before, bool(record["is_typed"]), digest)
