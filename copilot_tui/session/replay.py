"""A recorded session run again: the same requests, answered from the session's file.

Invariant: no network, no repository and no model is touched; a question that the record has no answer to ends the request with a
sentence instead of being answered otherwise.
"""

import json
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request
from copilot_tui.config.settings import Budgets, Caps, Settings
from copilot_tui.context.pack import ContextPack
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.errors import CopilotTuiError, UsageError
from copilot_tui.models.recorded import RecordedModels
from copilot_tui.prompts import Prompt
from copilot_tui.session.driver import Driver
from copilot_tui.session.events import Event
from copilot_tui.session.ledger import Ledger
from copilot_tui.session.record_json import (
    Record,
    contents_of,
    order_key,
    pack_from_json,
    request_from_json,
    snapshot_from_json,
)
from copilot_tui.session.session_file import VERSION
from copilot_tui.session.workplace import Workplace
from copilot_tui.steps.events import PlanStep
from copilot_tui.steps.recipe import Recipe, Step, recipe_for
from copilot_tui.steps.workshop import Candidate, ContextOrder
from copilot_tui.visible import visible

Value = TypeVar("Value")


class NotRecordedError(CopilotTuiError):
    """The record has no answer to what was asked."""

    exit_status = 69


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request of a session with everything that it was answered; `how`, `digest` and `sentence` say how it ended."""

    request: Request
    remarks: str
    recipe: Recipe
    place: Workplace
    plans: tuple[tuple[PlanStep, ...], ...]
    how: str
    digest: str
    sentence: str

    async def run(self) -> AsyncGenerator[Event, None]:
        """The events of the request, once more."""
        plans = deque(self.plans)

        async def confirm(steps: tuple[PlanStep, ...]) -> tuple[PlanStep, ...]:
            return plans.popleft() if plans else steps

        driver = Driver(self.place, Ledger(Caps()))
        driver.confirm_plan = confirm
        events = driver.run(self.request, self.remarks, self.recipe)
        try:
            async for event in events:
                yield event
        finally:
            await events.aclose()


def read_session(path: Path) -> tuple[RecordedRequest, ...]:
    """The requests of a session's file in their order; raises `UsageError` where it is none."""
    shown = visible(str(path))
    records: list[Record] = []
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            for line in stream:
                try:
                    record = json.loads(line)
                except (ValueError, RecursionError):
                    continue  # a line that was cut when the program ended
                if isinstance(record, dict):
                    records.append(record)
    except OSError as error:
        raise UsageError(f"The session {shown} cannot be read: {error.strerror}.") from error
    if not records or records[0].get("record") != "session":
        raise UsageError(f"{shown} is no session's file: `copilot-tui replay --list` names those that there are.")
    if records[0].get("version") != VERSION:
        raise UsageError(f"{shown} was written by another version of copilot-tui: replay it with that one.")
    try:
        return tuple(_requests(records))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{shown} holds a record that cannot be understood: it was changed or damaged.") from error


def _requests(records: list[Record]) -> Iterable[RecordedRequest]:
    contents = contents_of(records)
    prompts = {record["name"]: _prompt(record["prompt"]) for record in records if record.get("record") == "prompt"}
    starts = [number for number, record in enumerate(records) if record.get("record") == "request"]
    for start, end in zip(starts, [*starts, len(records)][1:], strict=True):
        wish, section = records[start], records[start + 1 : end]
        ends = [record for record in section if record.get("record") == "end"]
        if not ends or ends[0]["how"] == "cancelled":
            continue
        request = request_from_json(wish["request"])
        settings = wish["settings"]
        place = Workplace(
            models=RecordedModels(section),
            prompts=_RecordedPrompts(prompts),
            sources=_RecordedSources(section, contents),
            settings=replace(
                Settings(),
                max_level=AutonomyLevel(settings["max_level"]),
                repair_rounds=int(settings["repair_rounds"]),
                parallel_edits=int(settings["parallel_edits"]),
                best_of=int(settings["best_of"]),
                budgets=Budgets(**settings["budgets"]),
            ),
        )
        plans = tuple(
            tuple(PlanStep(**step) for step in record["steps"]) for record in section if record.get("record") == "plan"
        )
        recipe = replace(recipe_for(request.level), steps=tuple(Step(name) for name in wish["steps"]))
        how, digest, sentence = (str(ends[0][name]) for name in ("how", "digest", "sentence"))
        yield RecordedRequest(request, str(wish["remarks"]), recipe, place, plans, how, digest, sentence)


def _prompt(entry: dict[str, Any]) -> Prompt:
    sections = tuple((role, text) for role, text in entry["sections"])
    return Prompt(
        **{
            **entry,
            "variables": frozenset(entry["variables"]),
            "sections": sections,
            "origin": Path(entry["origin"]),
        }
    )


class _RecordedPrompts:
    """The prompts as they were."""

    def __init__(self, prompts: dict[str, Prompt]) -> None:
        self._prompts = prompts

    def load(self, name: str) -> Prompt:
        """The prompt as it was; raises `NotRecordedError`."""
        if name not in self._prompts:
            raise NotRecordedError(f"The record holds no prompt {name}: it was written by another version.")
        return self._prompts[name]


class _RecordedSources:
    """Files, context and names as they were, and their own `SymbolIndex`."""

    def __init__(self, section: list[Record], contents: dict[str, bytes]) -> None:
        self._snapshots: defaultdict[tuple[str, ...], deque[Snapshot]] = defaultdict(deque)
        self._packs: defaultdict[str, deque[ContextPack]] = defaultdict(deque)
        self._candidates: deque[tuple[Candidate, ...]] = deque()
        self._modules: dict[str, bool] = {}
        self._names: dict[str, frozenset[str] | None] = {}
        for record in section:
            match record.get("record"):
                case "snapshot":
                    snapshot = snapshot_from_json(record["snapshot"], contents)
                    self._snapshots[tuple(record["key"])].append(snapshot)
                case "pack":
                    self._packs[record["key"]].append(pack_from_json(record["pack"]))
                case "candidates":
                    self._candidates.append(tuple(Candidate(path, tuple(names)) for path, names in record["found"]))
                case "module":
                    self._modules[record["name"]] = bool(record["exists"])
                case "names":
                    self._names[record["name"]] = None if record["names"] is None else frozenset(record["names"])

    async def load(self, paths: Iterable[str]) -> Snapshot:
        """The files as they were; raises `NotRecordedError`."""
        return _next(self._snapshots[tuple(sorted(paths))], "these files")

    async def pack(self, order: ContextOrder) -> ContextPack:
        """The context as it was; raises `NotRecordedError`."""
        return _next(self._packs[order_key(order)], "this context")

    async def candidates(self, request: Request, limit: int) -> tuple[Candidate, ...]:  # noqa: ARG002  (as every `Sources`)
        """The ranking as it was; raises `NotRecordedError`."""
        return _next(self._candidates, "a ranking of files")

    def symbols(self) -> "_RecordedSources":
        """The names as they were."""
        return self

    def has_module(self, dotted: str) -> bool:
        """As it was; a module that was never asked for is taken to exist, so that nothing is found that was not found then."""
        return self._modules.get(dotted, True)

    def module_names(self, dotted: str) -> frozenset[str] | None:
        """As they were, None if they were never asked for."""
        return self._names.get(dotted)


def _next(waiting: "deque[Value]", what: str) -> Value:
    """The next answer; the last one is given again, because the same question has the same answer within a request."""
    if not waiting:
        raise NotRecordedError(f"The record holds no answer to the question for {what}: it was changed or damaged.")
    return waiting.popleft() if len(waiting) > 1 else waiting[0]
