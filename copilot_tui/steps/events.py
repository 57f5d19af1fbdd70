"""What happens while a request is on its way, as values.

Invariant: an event says what has happened, never what to do; whoever reads it may ignore it.
"""

from dataclasses import dataclass

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.context.pack import ContextPack
from copilot_tui.diff.change import ChangeSet
from copilot_tui.edits.edit import Refusal
from copilot_tui.models.call import PromptId, Role, Usage
from copilot_tui.review.proposal import PlanStep as PlanStep  # noqa: PLC0414  (part of an event: offered here)


@dataclass(frozen=True, slots=True)
class CallStarted:
    """A call to a model is on its way; `call` numbers the calls of a session from 1."""

    call: int
    role: Role
    profile: str
    model: str
    prompt: PromptId


@dataclass(frozen=True, slots=True)
class CallWaiting:
    """The call waits `seconds` before it is tried again."""

    call: int
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class CallFellBack:
    """The call goes on with another model, because the first choice failed."""

    call: int
    profile: str
    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class CallKeptBack:
    """Secrets stood in what would have been sent, and were kept back: what each is, with its mark for `send_secrets`.

    `marks` are those marks alone; `places` are the files where they stand (`path:line`), or "your request".
    """

    call: int
    secrets: tuple[str, ...]
    marks: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextCleaned:
    """A text holds invisible characters (`characters` names them: `3 U+200B, 1 U+202E`), which are taken out before it is sent.

    `place` is the path of a file, or "your request".
    """

    place: str
    characters: str


@dataclass(frozen=True, slots=True)
class TextStreamed:
    """A piece of an answer."""

    call: int
    text: str


@dataclass(frozen=True, slots=True)
class ReasoningStreamed:
    """A piece of a model's reasoning."""

    call: int
    text: str


@dataclass(frozen=True, slots=True)
class CallFinished:
    """The end of an answer, with what it used."""

    call: int
    role: Role
    model: str
    complete: bool
    reason: str
    usage: Usage
    seconds: float
    cost: float | None


@dataclass(frozen=True, slots=True)
class CallFailed:
    """The call ended without an answer; `sentence` says why and what to do. `optional` calls cost only their notes."""

    call: int
    role: Role
    sentence: str
    optional: bool


@dataclass(frozen=True, slots=True)
class ContextPacked:
    """What the next call will see."""

    pack: ContextPack


@dataclass(frozen=True, slots=True)
class FilesLocated:
    """The files that the locate role picked, most important first."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanProposed:
    """The plan; where a person is asked, the edits start when it has been answered.

    `beyond`: the paths of steps whose edits the level would withhold.
    """

    steps: tuple[PlanStep, ...]
    waits: bool
    beyond: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EditRefused:
    """A part of an answer that could not be used."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class LevelOffered:
    """The model says that the request needs more room."""

    level: AutonomyLevel
    why: str


@dataclass(frozen=True, slots=True)
class EditsResolved:
    """What the finished blocks of an answer that still streams would do; the end of the answer has the last word."""

    call: int
    change_set: ChangeSet


@dataclass(frozen=True, slots=True)
class RepairStarted:
    """The refusals and findings go back to the model, for the `round`-th time."""

    round: int
    problems: int


StepEvent = (
    CallStarted
    | CallWaiting
    | CallFellBack
    | CallKeptBack
    | TextCleaned
    | TextStreamed
    | ReasoningStreamed
    | CallFinished
    | CallFailed
    | ContextPacked
    | FilesLocated
    | PlanProposed
    | EditRefused
    | EditsResolved
    | LevelOffered
    | RepairStarted
)
