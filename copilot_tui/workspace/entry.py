"""One entry of the journal as a value, and as the JSON that is kept of it.

Invariant: an entry never changes but for its state; an undo is an entry of its own that names the one it takes back.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

State = Literal["writing", "written", "landed", "rolled-back"]
VERSION = 2


@dataclass(frozen=True, slots=True)
class Image:
    """One file of a batch.

    `before`, `after`: its bytes (None: no file); the modes are permission bits; `owner` and `attributes` (extended ones) belong to both
    sides. `temporary` is the name beside the file that holds the new bytes before the write, and the old ones after it. `added` and
    `removed` count lines.
    """

    path: str
    before: bytes | None
    after: bytes | None
    before_mode: int
    after_mode: int
    temporary: str
    owner: tuple[int, int] | None = None
    attributes: tuple[tuple[str, bytes], ...] = ()
    added: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One batch: `instance` is the program that wrote it, `undo_of` the number of the entry that it takes back (0 for a landing).

    `state`: `writing` until every file is new, `written` until the old files are cleared away, then `landed`; or `rolled-back`.
    """

    number: int
    state: State
    seconds: float
    request: str
    instance: str
    images: tuple[Image, ...] = ()
    undo_of: int = 0

    @property
    def stands(self) -> bool:
        """Whether its files were written, all of them."""
        return self.state in {"written", "landed"}


def digest(content: bytes | None) -> str | None:
    """What the journal's head says of the bytes that lie beside it."""
    return None if content is None else hashlib.sha256(content).hexdigest()


def entry_json(entry: Entry) -> dict[str, Any]:
    """The head of an entry; its images' bytes are kept beside it."""
    return {
        "version": VERSION,
        "state": entry.state,
        "seconds": entry.seconds,
        "request": entry.request,
        "instance": entry.instance,
        "undo_of": entry.undo_of,
        "images": [
            {
                "path": image.path,
                "before": digest(image.before),
                "after": digest(image.after),
                "modes": [image.before_mode, image.after_mode],
                "temporary": image.temporary,
                "owner": image.owner,
                "attributes": [[name, base64.b64encode(value).decode()] for name, value in image.attributes],
                "lines": [image.added, image.removed],
            }
            for image in entry.images
        ],
    }


def parse_entry(number: int, value: Mapping[str, Any]) -> tuple[Entry, tuple[tuple[str | None, str | None], ...]]:
    """The entry, its images' bytes empty where there are some, and their digests; raises ValueError, KeyError or TypeError."""
    if value["version"] != VERSION or value["state"] not in get_args(State):
        raise ValueError("an entry of another version")
    images = tuple(_parse_image(one) for one in value["images"])
    entry = Entry(
        number=number,
        state=value["state"],
        seconds=float(value["seconds"]),
        request=str(value["request"]),
        instance=str(value["instance"]),
        images=images,
        undo_of=int(value["undo_of"]),
    )
    return entry, tuple((one["before"], one["after"]) for one in value["images"])


def _parse_image(value: Mapping[str, Any]) -> Image:
    owner = value["owner"]
    return Image(
        path=str(value["path"]),
        before=None if value["before"] is None else b"",
        after=None if value["after"] is None else b"",
        before_mode=int(value["modes"][0]),
        after_mode=int(value["modes"][1]),
        temporary=str(value["temporary"]),
        owner=None if owner is None else (int(owner[0]), int(owner[1])),
        attributes=tuple((str(name), base64.b64decode(data)) for name, data in value["attributes"]),
        added=int(value["lines"][0]),
        removed=int(value["lines"][1]),
    )
