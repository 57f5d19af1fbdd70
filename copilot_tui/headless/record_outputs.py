"""What the commands that look, list and set up print with `--json`, as types: the schema is made from them.

Invariant: within version 1 a field may be added; none is renamed, taken away, or given another type.
"""

from typing import Any, Literal, NotRequired, TypedDict

from copilot_tui.headless.change_outputs import LevelName, ReceiptJson, SpentJson, Version
from copilot_tui.models.ways import Way


class OmittedJson(TypedDict):
    """A file that is not in, and why."""

    path: str
    reason: str


class RangedFileJson(TypedDict):
    """A file of a pack: `ranges` are first and last line of each piece."""

    path: str
    score: float
    ranges: list[list[int]]


class PackItemJson(TypedDict):
    """A piece of a pack, and why it is in."""

    path: str
    lines: list[list[int]]
    tokens: int
    reason: str
    kind: NotRequired[str]
    pinned: NotRequired[bool]


class TargetJson(TypedDict):
    """What a request is about."""

    path: str
    lines: list[int] | None


class ContextOutput(TypedDict):
    """What a model would see; the last five stand where a request is named (`--at`, `--level`, `--pin`, `--drop`)."""

    version: Version
    files: list[RangedFileJson]
    text: str
    tokens: int
    items: list[PackItemJson]
    omitted: list[OmittedJson]
    notes: list[str]
    budget: NotRequired[int]
    level: NotRequired[LevelName]
    target: NotRequired[TargetJson]
    model: NotRequired[str]
    shares: NotRequired[dict[str, int]]


class CitationJson(TypedDict):
    """A place that an answer names; `was_shown` says whether the model saw these lines."""

    path: str
    first: int
    last: int
    exists: bool
    was_shown: bool
    text: str


class ShownFileJson(TypedDict):
    """A file that the model saw, and why."""

    path: str
    reason: str


class AnswerJson(TypedDict):
    """An answer with its places, each looked up."""

    version: Version
    answer: str
    complete: bool
    reason: str
    citations: list[CitationJson]
    context: list[ShownFileJson]


class AskOutput(AnswerJson):
    """An answer, and what it cost."""

    spent: SpentJson


class ReplayListOutput(TypedDict):
    """The files of the recorded sessions, newest first."""

    version: Version
    sessions: list[str]


class SessionJson(TypedDict):
    """A recorded session; `begun` is ISO 8601."""

    id: str
    name: str
    begun: str
    repository: str
    requests: list[str]
    questions: list[str]
    file: str


class ListedSessionJson(SessionJson):
    """One of a list; `here`: whether it is of this repository, where alone it can be gone on with."""

    here: bool


class SessionsOutput(TypedDict):
    """The recorded sessions, newest first."""

    version: Version
    sessions: list[ListedSessionJson]


class SessionOutput(SessionJson):
    """One recorded session."""

    version: Version


class ExportedSessionOutput(SessionOutput):
    """One recorded session, written out."""

    markdown: str


class SessionReviewOutput(TypedDict):
    """The review that a session left unfinished: what `review --resume` takes."""

    version: Version
    review: str


class TallyJson(TypedDict):
    """The sums of one group; `acceptance` is a share from 0 to 1, null where nothing was decided."""

    name: str
    requests: int
    questions: int
    failed: int
    reviews: int
    accepted: int
    edited: int
    rejected: int
    undecided: int
    withheld: int
    landings: int
    undone: int
    review_seconds: float
    calls: int
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    dollars: float
    unpriced: int
    acceptance: float | None


class StatsOutput(TypedDict):
    """The numbers by `by`, and all together; `not_understood` counts lines of the log."""

    version: Version
    by: Literal["level", "model", "repository", "week"]
    groups: list[TallyJson]
    all: TallyJson
    not_understood: int


class DecisionJson(TypedDict):
    """A hunk that was rejected or rewritten."""

    id: str
    review: str
    made: str
    verdict: Literal["rejected", "edited"]
    path: str
    request: str
    proposed: str
    written: str
    comment: str


class MemoryOutput(TypedDict):
    """The decisions that a rule may be drawn from; `enough` says whether `memory propose` can be asked."""

    version: Version
    on: bool
    enough: bool
    decisions: list[DecisionJson]


class ForgottenOutput(TypedDict):
    """How many kept decisions were let go."""

    version: Version
    forgotten: int


class WaysOutput(TypedDict):
    """What can answer here."""

    version: Version
    first_run: bool
    ways: list[Way]


class TourStepJson(TypedDict):
    """A step of the guided tour; `request` is what it has the person type."""

    name: str
    chapter: str
    says: str
    request: str


class DemoOutput(TypedDict):
    """The steps of the guided tour, the name of the next one, and the folder of the sample where there is one."""

    version: Version
    steps: list[TourStepJson]
    next: str
    is_done: bool
    folder: str


class SettingJson(TypedDict):
    """A setting, its value, and where that comes from."""

    key: str
    value: Any
    origin: str


class ConfigOutput(TypedDict):
    """The settings in force, and what was ignored."""

    version: Version
    file: str
    settings: list[SettingJson]
    notices: list[str]


class TrustOutput(TypedDict):
    """What of a repository could run here, and whether it may."""

    version: Version
    root: str
    trusted: bool
    could_run: list[str]


class CheckJson(TypedDict):
    """One thing that was looked at."""

    name: str
    ok: bool
    found: str
    to_do: str


class DoctorOutput(TypedDict):
    """What works here, and what to do about the rest."""

    version: Version
    checks: list[CheckJson]


class WaitingHunkJson(TypedDict):
    """How one hunk of a proposal was decided."""

    number: int
    path: str
    state: Literal["accepted", "rejected", "partly", "undecided", "withheld"]


class RemarkJson(TypedDict):
    """What the person wrote to a hunk."""

    path: str
    text: str


class WaitingJson(TypedDict):
    """A proposal of another agent or of `watch`; `made` is ISO 8601."""

    id: str
    state: Literal["waiting", "accepted", "rejected"]
    title: str
    request: str
    level: LevelName
    made: str
    made_by: str
    accepted: int
    rejected: int
    landing: int | None
    hunks: list[WaitingHunkJson]
    remarks: list[RemarkJson]


class WaitingListOutput(TypedDict):
    """The proposals that wait."""

    version: Version
    waiting: list[WaitingJson]


class WaitingOutput(WaitingJson):
    """One proposal as it was decided; `landed` with `accept`."""

    version: Version
    landed: NotRequired[ReceiptJson]


class PageJson(TypedDict):
    """A page of the documentation."""

    page: str
    title: str
    file: str


class PagesOutput(TypedDict):
    """The pages that there are."""

    version: Version
    pages: list[PageJson]


class PageOutput(TypedDict):
    """One page in Markdown."""

    version: Version
    page: str
    title: str
    text: str
