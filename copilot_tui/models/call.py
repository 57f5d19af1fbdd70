"""One call to a model, and the parts of its answer.

Invariant: a stream ends with exactly one `Finished`, or raises `ModelError`, or is cancelled; `Finished.complete` is
false for an answer that was cut.
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, Protocol

from copilot_tui.config.settings import Price


class Role(StrEnum):
    """What a call is for; each role has its own model in the settings."""

    PLAN = "plan"
    LOCATE = "locate"
    EDIT = "edit"
    CRITIQUE = "critique"
    REPAIR = "repair"
    SUMMARIZE = "summarize"
    EMBED = "embed"


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class PromptId:
    """Which prompt a call was rendered from: recorded with every call."""

    name: str
    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class ModelCall:
    """What is sent: messages and limits; `schema` asks for JSON of that shape where the endpoint can."""

    role: Role
    messages: tuple[Message, ...]
    prompt: PromptId
    max_tokens: int | None = None
    temperature: float | None = None
    schema: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; `estimated` where the endpoint reported none and we counted ourselves."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """The call is on its way to this model of this profile."""

    profile: str
    model: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """The endpoint asked us to wait, or could not be reached: the next try is in `seconds`."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class FellBack:
    """The first choice failed for `reason`, and the call goes on with this profile and model."""

    profile: str
    model: str
    reason: str


@dataclass(frozen=True, slots=True)
class KeptBack:
    """Secrets stood in the call and were not sent: what each is, with the mark by which the settings may let it go out.

    `marks` are those marks alone.
    """

    secrets: tuple[str, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TextPart:
    """A piece of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningPart:
    """A piece of the model's reasoning: shown folded, never parsed for edits."""

    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of the answer: whether it came whole and why not, what it used, its seconds, and its price in dollars."""

    complete: bool
    reason: str
    usage: Usage
    seconds: float
    first_text_seconds: float | None = None
    cost: float | None = None


StreamPart = Started | Waiting | FellBack | KeptBack | TextPart | ReasoningPart | Finished


class Models(Protocol):
    """Who answers: the real endpoints, or a recorded session."""

    def stream(self, call: ModelCall) -> AsyncGenerator[StreamPart, None]:
        """Send the call and yield its answer part by part; raises `ModelError`."""
        ...

    def context_budget(self, role: Role) -> int:
        """How many tokens of context the role's model should be given."""
        ...

    def token_counter(self, role: Role) -> Callable[[str], int]:
        """How the role's model counts the tokens of a text, rather too many than too few."""
        ...

    def describe(self, role: Role) -> str:
        """The role's model as a person reads it: `gpt-5-mini`, or `SmolLM2 135M (tiny demo model)`."""
        ...

    def price(self, role: Role) -> Price | None:
        """The price of the role's model, None if it is not known."""
        ...
