"""The schema of all that this program prints for programs: one document, made from the types of the outputs and of the events.

Invariant: every command with `--json` or `--events` has its entry; `copilot-tui docs --schema` prints what docs/schema.json holds.
"""

from collections.abc import Mapping
from typing import Any, TypedDict, get_args

from copilot_tui.headless.change_outputs import (
    ApplyOutput,
    CommitOutput,
    ErrorOutput,
    EstimateOutput,
    HunkJson,
    LandingOutput,
    LandingPatchOutput,
    LandingsOutput,
    ProposalJson,
    ProposeOutput,
    ReviewOutput,
    TryOutput,
    TryWaitingOutput,
    UnfinishedOutput,
)
from copilot_tui.headless.json_schema import SchemaMaker
from copilot_tui.headless.model_outputs import ModelOutput, ModelsOutput, ModelTestOutput
from copilot_tui.headless.record_outputs import (
    AnswerJson,
    AskOutput,
    ConfigOutput,
    ContextOutput,
    DemoOutput,
    DoctorOutput,
    ExportedSessionOutput,
    ForgottenOutput,
    MemoryOutput,
    PageOutput,
    PagesOutput,
    ReplayListOutput,
    SessionOutput,
    SessionReviewOutput,
    SessionsOutput,
    StatsOutput,
    TrustOutput,
    WaitingJson,
    WaitingListOutput,
    WaitingOutput,
    WaysOutput,
)
from copilot_tui.session.events import ProposalGrew, ProposalReady, RequestCancelled, RequestFailed
from copilot_tui.steps.events import EditsResolved, StepEvent

VERSION = 1

# What each command may print with --json; `{"version": 1, "error": …}` comes instead where a request fails.
OUTPUTS: Mapping[str, tuple[type, ...]] = {
    "propose": (ProposeOutput, EstimateOutput, ErrorOutput),
    "apply": (ApplyOutput,),
    "review": (ReviewOutput, UnfinishedOutput),
    "try": (TryOutput, TryWaitingOutput),
    "undo": (LandingOutput, LandingsOutput, LandingPatchOutput),
    "redo": (LandingOutput,),
    "commit": (CommitOutput,),
    "ask": (AskOutput,),
    "context": (ContextOutput,),
    "replay": (ProposalJson, ReplayListOutput),
    "sessions list": (SessionsOutput,),
    "sessions name": (SessionOutput,),
    "sessions export": (ExportedSessionOutput,),
    "sessions resume": (SessionReviewOutput,),
    "stats": (StatsOutput,),
    "memory list": (MemoryOutput,),
    "memory propose": (ProposeOutput, ErrorOutput),
    "memory forget": (ForgottenOutput,),
    "demo": (DemoOutput,),
    "setup": (WaysOutput,),
    "models list": (ModelsOutput,),
    "models install": (ModelOutput,),
    "models add": (ModelOutput,),
    "models remove": (ModelOutput,),
    "models test": (ModelTestOutput,),
    "config": (ConfigOutput,),
    "trust": (TrustOutput,),
    "doctor": (DoctorOutput,),
    "waiting list": (WaitingListOutput,),
    "waiting show": (ProposalJson,),
    "waiting accept": (WaitingOutput,),
    "waiting reject": (WaitingOutput,),
    "docs": (PagesOutput, PageOutput),
}


class _Hunks(TypedDict):
    hunks: list[HunkJson]


class _Following(TypedDict):
    following: int


class _Place(TypedDict):
    path: str
    line: int


class _Failed(_Place):
    error: str


class _Answered(_Place, AnswerJson):
    pass


class _Waits(_Place, WaitingJson):
    pass


_SHOWN_OTHERWISE: Mapping[type, type] = {ProposalGrew: _Hunks, ProposalReady: _Following}


def _events() -> dict[str, type]:
    kinds = (*get_args(StepEvent), ProposalGrew, ProposalReady, RequestFailed, RequestCancelled)
    return {kind.__name__: _SHOWN_OTHERWISE.get(kind, kind) for kind in kinds if kind is not EditsResolved}


def schema_document(*, strict: bool = False) -> dict[str, Any]:
    """The whole schema; `strict` forbids entries that are not named.

    `commands` has one entry for each command, `streams` one for each line of those that print lines, `$defs` what they share.
    """
    maker = SchemaMaker(strict=strict)
    events = [maker.object_of(kind, name) for name, kind in _events().items()]
    watched = {"waiting": _Waits, "answer": _Answered, "failed": _Failed}
    streams = {
        "propose --events": [*events, maker.object_of(ProposeOutput, "result")],
        "memory propose --events": [*events, maker.object_of(ProposeOutput, "result")],
        "replay --events": [*events, maker.object_of(ProposalJson, "result")],
        "waiting show --events": [maker.object_of(ProposalJson, "result")],
        "ask --events": [*events, maker.object_of(AskOutput, "result")],
        "watch --json": [maker.object_of(kind, name) for name, kind in watched.items()],
    }
    for stream, lines in streams.items():  # each event stands once
        for number, line in enumerate(lines):
            name = f"event-{line['properties']['event']['const']}"
            if maker.definitions.setdefault(name, line) != line:
                name = f"{name}-of-{stream.partition(' --')[0].replace(' ', '-')}"
                maker.definitions[name] = line
            lines[number] = {"$ref": f"#/$defs/{name}"}
    commands = {name: maker.any_of(kinds) for name, kinds in OUTPUTS.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "copilot-tui",
        "version": VERSION,
        "commands": commands,
        "streams": {name: lines[0] if len(lines) == 1 else {"anyOf": lines} for name, lines in streams.items()},
        "$defs": dict(sorted(maker.definitions.items())),
    }
