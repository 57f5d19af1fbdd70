"""What the commands that propose, try, land and take back changes print with `--json`, as types: the schema is made from them.

Invariant: within version 1 a field may be added; none is renamed, taken away, or given another type.
"""

from typing import Literal, TypedDict

from copilot_tui.workspace.receipt import ReceiptFile

VERSION: Literal[1] = 1
Version = Literal[1]
LevelName = Literal["line", "block", "file", "directory", "repo"]


class ErrorOutput(TypedDict):
    """A request that failed: one sentence."""

    version: Version
    error: str


class FindingJson(TypedDict):
    """What a check found at a hunk; `line` is of the new text, null where it is about the file."""

    rule: str
    severity: str
    line: int | None
    message: str


class StepJson(TypedDict):
    """A step of the plan that a change was made by."""

    path: str
    what: str


class HunkJson(TypedDict):
    """One unit that is decided: `number` is what `--accept` takes, `step` of the plan from 1; `lines` begin with their sign."""

    number: int
    path: str
    old_path: str | None
    change: str
    step: int | None
    item: str
    state: Literal["admitted", "withheld"]
    reason: str | None
    admitted_by: LevelName | None
    flags: list[str]
    why: str
    risk: Literal["low", "medium", "high"] | None
    risk_reasons: list[str]
    findings: list[FindingJson]
    old_start: int | None
    new_start: int | None
    lines: list[str]


class RefusedJson(TypedDict):
    """A part of an answer that could not be used."""

    path: str
    block: int
    code: str
    reason: str


class OfferJson(TypedDict):
    """The level that the model asks for, and why."""

    level: LevelName
    why: str


class ReceiptJson(TypedDict):
    """A landing, or the undo of one: `seconds` since 1970."""

    number: int
    seconds: float
    request: str
    files: list[ReceiptFile]
    undone: bool
    notes: list[str]


class SpentJson(TypedDict):
    """What the calls of this run used; `dollars` is null where a price is not known."""

    calls: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    dollars: float | None
    estimated: bool


class ProposalJson(TypedDict):
    """A proposal with each unit under its number; `asked_by` is empty where the person asked."""

    version: Version
    title: str
    asked_by: str
    level: LevelName
    scope: str
    hunks: list[HunkJson]
    patch: str
    refused: list[RefusedJson]
    steps: list[StepJson]
    gap: str
    offer: OfferJson | None
    commit_message: str


class LandedProposalJson(ProposalJson):
    """A proposal with the landing of what `--accept` named."""

    landed: ReceiptJson | None


class ProposeOutput(LandedProposalJson):
    """`following`: where the change was larger than its budget, the proposals that come after this one."""

    spent: SpentJson
    following: list[LandedProposalJson]


class EstimatedCallJson(TypedDict):
    """Calls of one role that a request may make."""

    role: str
    model: str
    least: int
    most: int
    prompt_tokens: int
    completion_tokens: int
    dollars_each: float | None


class EstimateOutput(TypedDict):
    """What a request would use, without a call."""

    version: Version
    calls: list[EstimatedCallJson]
    tokens_at_most: int
    dollars_at_most: float | None


class AppliedJson(TypedDict):
    """A block that was applied; `match` names how its lines were found."""

    path: str
    op: str
    block: int
    match: str


class ApplyOutput(TypedDict):
    """Each block of the answer is in one of both."""

    version: Version
    applied: list[AppliedJson]
    refused: list[RefusedJson]


class ReviewedHunkJson(HunkJson):
    """A hunk with what is known of it; `needs` are numbers of other hunks, moves are `path:line`."""

    symbol: str
    layout_only: bool
    needs: list[int]
    moved_from: list[str]
    moved_to: list[str]


class ReviewOutput(TypedDict):
    """A change of any origin under review; `accepted` and `rejected` are numbers of hunks."""

    version: Version
    title: str
    asked_by: str
    level: LevelName
    scope: str
    hunks: list[ReviewedHunkJson]
    patch: str
    refused: list[RefusedJson]
    steps: list[StepJson]
    gap: str
    offer: OfferJson | None
    commit_message: str
    in_place: bool
    accepted: list[int]
    rejected: list[int]
    left_out: list[str]
    warnings: list[str]
    landed: ReceiptJson | None
    staged: list[str]


class UnfinishedJson(TypedDict):
    """A review that was left."""

    identity: str
    when: str
    title: str
    hunks: int
    decided: int


class UnfinishedOutput(TypedDict):
    """The reviews that were left, newest first."""

    version: Version
    unfinished: list[UnfinishedJson]


class AskedCommandJson(TypedDict):
    """A command that waits for a yes: `consent` is all that would run, `agreed_before` what the yes was given to last."""

    name: str
    command: str
    consent: str
    agreed_before: str | None


class TryWaitingOutput(TypedDict):
    """Nothing ran: these wait for `--yes`."""

    version: Version
    waiting: list[AskedCommandJson]


class TryFindingJson(TypedDict):
    """What a command said of a line, with the hunks that hold it."""

    path: str
    line: int | None
    severity: str
    message: str
    hunks: list[int]


class CulpritsJson(TypedDict):
    """The hunks that make a command fail."""

    hunks: list[int]
    runs: int
    sentence: str


class TriedCommandJson(TypedDict):
    """A command that ran; `stopped` is empty, or why it did not come to its end."""

    name: str
    command: str
    status: int
    stopped: str
    seconds: float
    output: str
    findings: list[TryFindingJson]
    culprits: CulpritsJson | None


class TryOutput(TypedDict):
    """What the commands said; `changed` are the files that they changed in the copy."""

    version: Version
    passed: bool
    commands: list[TriedCommandJson]
    changed: list[str]


class LandingOutput(ReceiptJson):
    """What was taken back or landed again."""

    version: Version


class CommitOutput(TypedDict):
    """The commit's short id, its message, and the landings in it."""

    version: Version
    commit: str
    message: str
    landings: list[int]


class LandingsOutput(TypedDict):
    """The landings, newest first."""

    version: Version
    landings: list[ReceiptJson]


class LandingPatchOutput(TypedDict):
    """What one landing changed."""

    version: Version
    number: int
    patch: str
