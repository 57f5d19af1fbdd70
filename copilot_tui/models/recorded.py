"""Calls written down as they happen, and answered again from what was written down.

Invariant: a record holds what was said on both sides and nothing of the connection: no address, no header, no key. A recorded
call is answered with exactly the parts that it had, without a network.
"""

import hashlib
import json
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import Any

from copilot_tui.config.settings import Price
from copilot_tui.models.call import (
    FellBack,
    Finished,
    KeptBack,
    Message,
    ModelCall,
    Models,
    PromptId,
    ReasoningPart,
    Role,
    Started,
    StreamPart,
    TextPart,
    Usage,
    Waiting,
)
from copilot_tui.models.failures import CallError, FailureKind
from copilot_tui.models.tokens import TokenCounter
from copilot_tui.visible import visible

Record = Mapping[str, Any]
_PARTS: dict[str, type] = {
    "started": Started,
    "waiting": Waiting,
    "fell_back": FellBack,
    "kept_back": KeptBack,
    "text": TextPart,
    "reasoning": ReasoningPart,
    "finished": Finished,
}
_NAMES = {type_of_part: name for name, type_of_part in _PARTS.items()}


def call_to_json(call: ModelCall) -> dict[str, Any]:
    """The call as plain JSON values."""
    return asdict(call)


def call_from_json(entry: Record) -> ModelCall:
    """The call that `call_to_json` wrote; raises KeyError, TypeError or ValueError if it is none."""
    messages = tuple(Message(**message) for message in entry["messages"])
    rest = {"max_tokens": entry["max_tokens"], "temperature": entry["temperature"], "schema": entry["schema"]}
    return ModelCall(Role(entry["role"]), messages, PromptId(**entry["prompt"]), **rest)


def part_to_json(part: StreamPart) -> dict[str, Any]:
    """The part as plain JSON values."""
    return {"part": _NAMES[type(part)], **asdict(part)}


def part_from_json(entry: Record) -> StreamPart:
    """The part that `part_to_json` wrote; raises KeyError or TypeError if it is none."""
    values = {name: value for name, value in entry.items() if name != "part"}
    if entry["part"] == "finished":
        values["usage"] = Usage(**values["usage"])
    if entry["part"] == "kept_back":
        values = {name: tuple(texts) for name, texts in values.items()}
    part: StreamPart = _PARTS[entry["part"]](**values)
    return part


class RecordingModels:
    """Passes every call on to `models`, and hands a record of it to `write` when it is over, however it ends."""

    def __init__(self, models: Models, write: Callable[[Record], None]) -> None:
        self._models = models
        self._write = write
        roles = {role.value: [models.describe(role), models.context_budget(role)] for role in Role}
        write({"record": "models", "roles": roles})

    def context_budget(self, role: Role) -> int:
        """As the recorded models say."""
        return self._models.context_budget(role)

    def token_counter(self, role: Role) -> Callable[[str], int]:
        """As the recorded models count."""
        return self._models.token_counter(role)

    def describe(self, role: Role) -> str:
        """As the recorded models say."""
        return self._models.describe(role)

    def price(self, role: Role) -> Price | None:
        """As the recorded models say."""
        return self._models.price(role)

    async def stream(self, call: ModelCall) -> AsyncGenerator[StreamPart, None]:
        """The parts of the answer as they come; raises `ModelError`."""
        parts: list[StreamPart] = []
        failure: dict[str, str] | None = None
        try:
            async with aclosing(self._models.stream(call)) as stream:
                async for part in stream:
                    parts.append(part)
                    yield part
        except CallError as error:
            failure = {"kind": error.kind.value, "happened": error.happened, "to_do": error.to_do}
            raise
        finally:
            self._write({"record": "call", "call": call_to_json(call), "parts": _joined(parts), "failure": failure})


def _joined(parts: Iterable[StreamPart]) -> list[dict[str, Any]]:
    """The parts as JSON values; pieces of text that follow each other are kept as one."""
    entries: list[dict[str, Any]] = []
    for kind, run in groupby(parts, type):
        if kind in {TextPart, ReasoningPart}:
            text = "".join(part.text for part in run if isinstance(part, TextPart | ReasoningPart))
            entries.append({"part": _NAMES[kind], "text": text})
        else:
            entries += map(part_to_json, run)
    return entries


class RecordedModels:
    """A recorded session as `Models`: a call gets the answer that the same call had, in the order of the record.

    `alike` says what makes two calls the same: every byte of them, unless something else is given; then the last answer is given again.
    """

    def __init__(self, records: Iterable[Record], alike: Callable[[ModelCall], str] | None = None) -> None:
        self._alike = alike or _digest
        self._repeats = alike is not None
        self._roles: dict[str, tuple[str, int]] = {}
        self._calls: defaultdict[str, deque[Record]] = defaultdict(deque)
        for record in records:
            if record.get("record") == "models":
                self._roles = {role: (str(title), int(budget)) for role, (title, budget) in record["roles"].items()}
            elif record.get("record") == "call":
                self._calls[self._alike(call_from_json(record["call"]))].append(record)

    @classmethod
    def from_file(cls, path: Path, alike: Callable[[ModelCall], str] | None = None) -> "RecordedModels":
        """The records of a JSON-lines file; lines that are no records of calls are passed over. Raises `CallError`."""
        shown = visible(str(path))
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError as error:
            raise _unusable(f"{shown} cannot be read ({error.strerror})") from error
        records = []
        for line in lines:
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                continue  # a line that was cut when the program ended
            if isinstance(record, dict):
                records.append(record)
        try:
            return cls(records, alike)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise _unusable(f"{shown} holds a record that cannot be understood") from error

    def context_budget(self, role: Role) -> int:
        """As it was recorded."""
        return self._roles[role.value][1] if role.value in self._roles else 1000

    def token_counter(self, role: Role) -> Callable[[str], int]:  # noqa: ARG002  (as every `Models`)
        """The careful guess: packs come from the record and are not made anew."""
        return TokenCounter()

    def describe(self, role: Role) -> str:
        """As it was recorded."""
        return self._roles[role.value][0] if role.value in self._roles else "recorded model"

    def price(self, role: Role) -> Price | None:  # noqa: ARG002  (as every `Models`)
        """Unknown: what a recorded call cost stands in its record."""
        return None

    async def stream(self, call: ModelCall) -> AsyncGenerator[StreamPart, None]:
        """The recorded parts; raises `CallError`, also when this call was never recorded."""
        waiting = self._calls.get(self._alike(call))
        if not waiting:
            raise _unusable(f"the record holds no answer to this call of the role {call.role.value}")
        record = waiting[0] if self._repeats and len(waiting) == 1 else waiting.popleft()
        for entry in record["parts"]:
            yield part_from_json(entry)
        failure = record["failure"]
        if failure is not None:
            raise CallError(FailureKind(failure["kind"]), failure["happened"], failure["to_do"])


def _digest(call: ModelCall) -> str:
    return hashlib.sha256(json.dumps(call_to_json(call), sort_keys=True).encode()).hexdigest()


def _unusable(happened: str) -> CallError:
    return CallError(
        FailureKind.NOT_RECORDED,
        happened,
        "replay the file that the session wrote, in the state of the repository that it had",
    )
