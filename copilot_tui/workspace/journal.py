"""The journal of landings: our own before- and after-images, in the person's state folder.

Invariant: an entry is complete on the disk (written and synced) before the first byte of the work tree changes, and says how far the
batch came; nothing of it lies in the repository, its index, its stash or its objects. Folders are 0700 and files 0600.
"""

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from copilot_tui.errors import LandingError
from copilot_tui.visible import visible
from copilot_tui.workspace.entry import Entry, State, digest, entry_json, parse_entry

_LOCK_SECONDS = 20.0
_HEAD = "landing.json"


class Journal:
    """The entries of one repository."""

    def __init__(self, state_folder: Path, root: Path) -> None:
        name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:20]
        self.state_folder = state_folder
        self.folder = state_folder / "landings" / name

    @contextlib.contextmanager
    def locked(self, seconds: float = _LOCK_SECONDS) -> Iterator[None]:
        """Nobody else lands, undoes or recovers in this repository meanwhile; raises `LandingError` if that takes too long."""
        try:
            make_private(self.state_folder, "landings", self.folder.name)
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LandingError(
                f"The journal {visible(str(self.folder))} cannot be written ({error.strerror}), and nothing lands without it: "
                "make it writable."
            ) from error
        try:
            _wait_for_lock(descriptor, seconds)
            yield
        finally:
            os.close(descriptor)

    def entries(self) -> list[Entry]:
        """Every entry that can be read, oldest first, with its images' bytes left out; broken ones are passed over."""
        return [entry for place in self._places() if (entry := _read(place))]

    def damaged(self) -> list[int]:
        """The numbers of the entries that were written and cannot be read any more."""
        return [int(place.name) for place in self._places() if (place / _HEAD).exists() and _read(place) is None]

    def with_bytes(self, entry: Entry) -> Entry:
        """The entry with its images' bytes; raises `LandingError` if they are gone."""
        whole = _read(self._place(entry.number), with_bytes=True)
        if whole is None:
            raise LandingError(
                f"The journal of landing {entry.number} is damaged, so it cannot be taken back: nothing was changed."
            )
        return whole

    def write(self, entry: Entry) -> Entry:
        """Keep a new entry and give it back with its number; raises OSError, and then nothing of it is left."""
        taken = [int(place.name) for place in self._places()]
        entry = replace(entry, number=max(taken, default=0) + 1)
        place = self._place(entry.number)
        place.mkdir(mode=0o700)
        try:
            files = [
                (place / f"{side}-{index}", content)
                for index, image in enumerate(entry.images)
                for side, content in (("before", image.before), ("after", image.after))
                if content is not None
            ]
            for file, content in files:
                _write(file, content)
            for file, _ in files:
                _sync(file)  # after all are written: the first sync takes most of the others along
            _write_head(place, entry_json(entry))
            _sync(self.folder)
        except OSError:
            _remove(place)
            raise
        return entry

    def set_state(self, entry: Entry, state: State) -> Entry:
        """Say how far the batch came; raises OSError."""
        place = self._place(entry.number)
        try:
            value = {**json.loads((place / _HEAD).read_bytes()), "state": state}
        except ValueError as error:
            raise OSError(errno.EIO, "the entry is damaged", str(place / _HEAD)) from error
        _write_head(place, value)
        return replace(entry, state=state)

    def remove(self, entry: Entry) -> None:
        """Forget an entry; cut off in between it counts as one that was never complete. Raises OSError."""
        place = self._place(entry.number)
        (place / _HEAD).unlink(missing_ok=True)
        _remove(place)

    def size(self, entry: Entry) -> int:
        """Bytes that an entry takes."""
        return folder_size(self._place(entry.number))

    def remove_unfinished(self) -> None:
        """Remove entries that were cut off before they were complete: nothing had been written for them yet."""
        for place in self._places():
            if not (place / _HEAD).exists():
                _remove(place)

    def _places(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return [place for place in sorted(self.folder.iterdir()) if place.name.isdecimal()]

    def _place(self, number: int) -> Path:
        return self.folder / f"{number:08}"


def folder_size(folder: Path) -> int:
    """Bytes of all files in a folder and below it; 0 where there is none. What goes away meanwhile or cannot be read is not counted."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                size += os.lstat(os.path.join(place, name)).st_size  # noqa: PTH118  (there may be many)
    return size


def make_private(state_folder: Path, *names: str) -> Path:
    """Make a folder of ours that nobody else may look into, and give its path; raises OSError."""
    state_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder = state_folder
    for name in ("", *names):
        folder = folder / name
        folder.mkdir(exist_ok=True, mode=0o700)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    return folder


def _wait_for_lock(descriptor: int, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > ends:
                raise LandingError(
                    "Another copilot-tui is writing in this repository, so nothing was written: try again when it is done."
                ) from None
            time.sleep(0.05)
        else:
            return


def _read(place: Path, *, with_bytes: bool = False) -> Entry | None:
    try:
        entry, digests = parse_entry(int(place.name), json.loads((place / _HEAD).read_bytes()))
        if not with_bytes:
            return entry
        images = []
        for index, (image, (before, after)) in enumerate(zip(entry.images, digests, strict=True)):
            old = None if before is None else (place / f"before-{index}").read_bytes()
            new = None if after is None else (place / f"after-{index}").read_bytes()
            if (digest(old), digest(new)) != (before, after):
                return None
            images.append(replace(image, before=old, after=new))
        return replace(entry, images=tuple(images))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def _write_head(place: Path, value: dict[str, Any]) -> None:
    _write(place / "landing.new", json.dumps(value, ensure_ascii=True).encode())
    _sync(place / "landing.new")
    (place / "landing.new").replace(place / _HEAD)
    _sync(place)


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(place: Path) -> None:
    for file in place.iterdir():
        file.unlink(missing_ok=True)
    place.rmdir()
