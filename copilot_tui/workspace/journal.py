"""The journal of landings: our own before- and after-images, in the person's state folder.

Invariant: an entry is complete on the disk (written and synced) before the first byte of the work tree changes, and says how far the
batch came; nothing of it lies in the repository, its index, its stash or its objects. Folders are 0700 and files 0600.
"""

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from copilot_tui.errors import LandingError

State = Literal["writing", "landed", "undone", "rolled-back"]
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Image:
    """One file of a batch: its bytes before and after (None: no file), permission bits, and the temporary file beside it."""

    path: str
    before: bytes | None
    after: bytes | None
    before_mode: int
    after_mode: int
    temporary: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One landing: `process` is who made it, `undo_of` the number of the entry that it takes back (0 for a landing)."""

    number: int
    state: State
    seconds: float
    request: str
    process: int
    images: tuple[Image, ...]
    undo_of: int = 0


class Journal:
    """The entries of one repository."""

    def __init__(self, state_folder: Path, root: Path) -> None:
        name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:20]
        self.folder = state_folder / "landings" / name
        self._root = root

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else lands, undoes or recovers in this repository meanwhile; raises `LandingError` if that takes too long."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LandingError(
                f"The journal {self.folder} cannot be written ({error.strerror}), and nothing lands without it: make it writable."
            ) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def entries(self) -> list[Entry]:
        """Every entry that can be read, oldest first, with its images' bytes left out; broken ones are passed over."""
        if not self.folder.is_dir():
            return []
        places = [place for place in sorted(self.folder.iterdir()) if place.name.isdecimal()]
        return [entry for place in places if (entry := self._read(place, with_bytes=False))]

    def with_bytes(self, entry: Entry) -> Entry:
        """The entry with its images' bytes; raises `LandingError` if they are gone."""
        whole = self._read(self._place(entry.number), with_bytes=True)
        if whole is None:
            raise LandingError(
                f"The journal of landing {entry.number} is damaged, so it cannot be taken back: nothing was changed."
            )
        return whole

    def write(self, entry: Entry) -> Entry:
        """Keep a new entry and give it back with its number; raises OSError, and then nothing of it is left."""
        taken = [int(place.name) for place in self.folder.iterdir() if place.name.isdecimal()]
        entry = replace(entry, number=max(taken, default=0) + 1)
        place = self._place(entry.number)
        place.mkdir(mode=0o700)
        try:
            for index, image in enumerate(entry.images):
                for side, content in (("before", image.before), ("after", image.after)):
                    if content is not None:
                        _write_synced(place / f"{side}-{index}", content)
            self._write_head(entry)
        except OSError:
            _remove(place)
            raise
        return entry

    def set_state(self, entry: Entry, state: State) -> Entry:
        """Say how far the batch came."""
        entry = replace(entry, state=state)
        self._write_head(entry)
        return entry

    def _place(self, number: int) -> Path:
        return self.folder / f"{number:08}"

    def _write_head(self, entry: Entry) -> None:
        images = [
            {**asdict(image), "before": _digest(image.before), "after": _digest(image.after)} for image in entry.images
        ]
        value = {"version": _VERSION, "root": str(self._root), **asdict(replace(entry, images=())), "images": images}
        place = self._place(entry.number)
        data = json.dumps(value, ensure_ascii=True).encode()
        _write_synced(place / "landing.new", data)
        (place / "landing.new").replace(place / "landing.json")
        _sync_folder(place)

    def _read(self, place: Path, *, with_bytes: bool) -> Entry | None:
        try:
            value = json.loads((place / "landing.json").read_bytes())
            if value["version"] != _VERSION:
                return None
            images = tuple(
                self._image(place, index, one, with_bytes=with_bytes) for index, one in enumerate(value["images"])
            )
            return Entry(
                number=int(place.name),
                state=value["state"],
                seconds=float(value["seconds"]),
                request=str(value["request"]),
                process=int(value["process"]),
                images=images,
                undo_of=int(value["undo_of"]),
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @staticmethod
    def _image(place: Path, index: int, value: dict[str, Any], *, with_bytes: bool) -> Image:
        sides: dict[str, bytes | None] = {}
        for side in ("before", "after"):
            known = value[side]
            content = (place / f"{side}-{index}").read_bytes() if known is not None and with_bytes else None
            if with_bytes and _digest(content) != known:
                raise ValueError("an image is not what was written")
            # Without bytes an empty text stands for "there is one": whether a file existed matters to a list.
            sides[side] = content if with_bytes or known is None else b""
        return Image(
            path=value["path"],
            before=sides["before"],
            after=sides["after"],
            before_mode=int(value["before_mode"]),
            after_mode=int(value["after_mode"]),
            temporary=str(value["temporary"]),
        )


def _digest(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def _write_synced(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(place: Path) -> None:
    for file in place.iterdir():
        file.unlink(missing_ok=True)
    place.rmdir()
