"""Making calls in tests: settings for a scripted endpoint, and what came of a call."""

from dataclasses import dataclass, field, replace
from typing import Any

from copilot_tui.config.settings import Profile, Settings
from copilot_tui.models.call import (
    Finished,
    Message,
    ModelCall,
    Models,
    PromptId,
    ReasoningPart,
    Role,
    StreamPart,
    TextPart,
)
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.failures import CallError
from copilot_tui.models.local_model import LocalAddress

PROMPT = PromptId("edit/region", 1, "0" * 16)
KEY = "test-CANARYKEY-0123456789"


class NoLocalModel:
    """The built-in model where a test must not need it."""

    title = "no local model"
    is_tiny = True

    async def address(self) -> LocalAddress:
        raise AssertionError("this test was not to start the local model")

    async def stop(self) -> None:
        """Nothing runs."""


def profile_for(base_url: str, **changes: Any) -> Profile:
    """A profile for a scripted endpoint with short times and a key."""
    short = Profile(
        title="Fake", base_url=base_url, model="scripted", key_env="FAKE_KEY", idle_seconds=5.0, connect_seconds=5.0
    )
    return replace(short, **changes)


def settings_for(base_url: str, **changes: Any) -> Settings:
    """Settings whose default profile is a scripted endpoint."""
    return Settings(profile="fake", profiles={"fake": profile_for(base_url, **changes), "local": Profile()})


def endpoints_for(base_url: str, **changes: Any) -> Endpoints:
    """Models that answer from a scripted endpoint; use as `async with`."""
    return Endpoints(settings_for(base_url, **changes), {"FAKE_KEY": KEY}, NoLocalModel())


def call_of(text: str = "Add one to x.", role: Role = Role.EDIT, **changes: Any) -> ModelCall:
    """A call with this text as its only message."""
    return replace(ModelCall(role, (Message("user", text),), PROMPT), **changes)


@dataclass
class Outcome:
    """All that came of a call."""

    parts: list[StreamPart] = field(default_factory=list)
    error: CallError | None = None

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts if isinstance(part, TextPart))

    @property
    def reasoning(self) -> str:
        return "".join(part.text for part in self.parts if isinstance(part, ReasoningPart))

    @property
    def finished(self) -> Finished:
        (found,) = [part for part in self.parts if isinstance(part, Finished)]
        assert self.parts[-1] is found, "nothing comes after the end"
        return found

    @property
    def sentence(self) -> str:
        """What the person reads of a call that brought no whole answer."""
        return str(self.error) if self.error is not None else self.finished.reason

    def of(self, type_of_part: type) -> list[Any]:
        return [part for part in self.parts if isinstance(part, type_of_part)]


async def outcome_of(models: Models, call: ModelCall | None = None) -> Outcome:
    """Make the call and gather what comes of it."""
    outcome = Outcome()
    try:
        async for part in models.stream(call or call_of()):
            outcome.parts.append(part)
    except CallError as error:
        outcome.error = error
    return outcome
