"""Values of a request as JSON and back: what a session's file holds beside the calls.

Invariant: `read(write(value)) == value`; file contents are kept once and named by their hash.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.context.pack import ContextItem, ContextPack, Omitted
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.steps.workshop import ContextOrder

Record = Mapping[str, Any]


def request_to_json(request: Request) -> dict[str, Any]:
    """A request as JSON values; who asks stands in it only where that is not the person."""
    values = asdict(request)
    return {
        **(values if request.asked_by else {name: value for name, value in values.items() if name != "asked_by"}),
        "level": request.level.value,
        "unlocked": sorted(request.unlocked),
        "target": {**asdict(request.target), "paths": sorted(request.target.paths)},
    }


def request_from_json(entry: Record) -> Request:
    """The request that `request_to_json` wrote; raises KeyError, TypeError or ValueError if it is none."""
    target = entry["target"]
    lines = LineRange(**target["lines"]) if target["lines"] else None
    return Request(
        text=str(entry["text"]),
        target=Target(str(target["path"]), lines, frozenset(target["paths"])),
        level=AutonomyLevel(entry["level"]),
        budget=entry["budget"],
        unlocked=frozenset(entry["unlocked"]),
        asked_by=str(entry.get("asked_by", "")),
    )


def order_key(order: ContextOrder) -> str:
    """What tells one wish for context from another, in clear: what is struck out of a file must be struck out of it, too."""
    parts = [request_to_json(order.request), order.scope.describe(), order.budget, list(order.focus)]
    return json.dumps(parts)


def pack_to_json(pack: ContextPack) -> dict[str, Any]:
    """A context pack as JSON values."""
    return asdict(pack)


def pack_from_json(entry: Record) -> ContextPack:
    """The pack that `pack_to_json` wrote; raises KeyError or TypeError if it is none."""
    items = tuple(
        ContextItem(**{**item, "lines": tuple(LineRange(**lines) for lines in item["lines"])})
        for item in entry["items"]
    )
    omitted = tuple(Omitted(**one) for one in entry["omitted"])
    cleaned = tuple((path, words) for path, words in entry.get("cleaned", ()))
    rest = {"items": items, "omitted": omitted, "notes": tuple(entry["notes"]), "cleaned": cleaned}
    rest["unmet"] = tuple(entry.get("unmet", ()))
    return ContextPack(**{**entry, **rest})


class Contents:
    """Names big texts by their hash, and hands each one to `write` the first time that it is named."""

    def __init__(self, write: Callable[[Record], None]) -> None:
        self._write = write
        self._known: set[str] = set()

    def name(self, data: bytes) -> str:
        """The name of `data`."""
        digest = sha256(data).hexdigest()[:32]
        if digest not in self._known:
            self._known.add(digest)
            self._write({"record": "content", "name": digest, **_bytes_to_json(data)})
        return digest


def contents_of(records: list[Record]) -> dict[str, bytes]:
    """Every text that a session's file holds, by its name."""
    return {record["name"]: _bytes_from_json(record) for record in records if record.get("record") == "content"}


def _bytes_to_json(data: bytes) -> dict[str, str]:
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _bytes_from_json(entry: Record) -> bytes:
    return str(entry["text"]).encode() if "text" in entry else base64.b64decode(entry["base64"])


def snapshot_to_json(snapshot: Snapshot, contents: Contents) -> dict[str, Any]:
    """A snapshot as JSON values, with its contents named."""
    known = "\0".join(sorted(snapshot.known_paths)).encode("utf-8", "surrogateescape")
    return {
        "files": {path: [contents.name(file.content), file.mode] for path, file in snapshot.files.items()},
        "known": contents.name(known),
        "links": sorted(snapshot.links),
        "ignored": sorted(snapshot.ignored),
        "protected": list(snapshot.protected),
    }


def snapshot_from_json(entry: Record, contents: Mapping[str, bytes]) -> Snapshot:
    """The snapshot that `snapshot_to_json` wrote; raises KeyError or TypeError if it is none."""
    known = contents[entry["known"]].decode("utf-8", "surrogateescape")
    return Snapshot(
        files={path: SnapshotFile(contents[name], mode) for path, (name, mode) in entry["files"].items()},
        known_paths=frozenset(known.split("\0")) - {""},
        links=frozenset(entry["links"]),
        ignored=frozenset(entry["ignored"]),
        protected=tuple(entry.get("protected", ())),
    )
