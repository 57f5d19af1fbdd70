"""One small real call: whether a model answers at all, by which a key is tested before it is kept.

Invariant: nothing of a repository is sent, and what is asked costs a fraction of a cent anywhere.
"""

from dataclasses import dataclass

from copilot_tui.models.call import Finished, Message, ModelCall, Models, PromptId, Role, Started, TextPart
from copilot_tui.visible import visible

_QUESTION = "Answer with the one word OK."


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of it: who answered, the beginning of the answer, its seconds and tokens; `reason` says why it was cut."""

    profile: str
    model: str
    answer: str
    seconds: float
    prompt_tokens: int
    completion_tokens: int
    is_whole: bool
    reason: str = ""

    def sentence(self) -> str:
        """The trial in words."""
        used = f"{self.prompt_tokens} tokens read, {self.completion_tokens} written"
        return f"{self.answer!r} after {self.seconds:.1f} s, {used}" + (f". {self.reason}" if self.reason else "")


async def ask_once(models: Models, role: Role = Role.EDIT) -> Trial:
    """Ask the role's model one short question; raises `ModelError`."""
    call = ModelCall(
        role, (Message("user", _QUESTION),), PromptId("models/test", 1, ""), max_tokens=512, temperature=0.0
    )
    text, started, finished = "", Started("", ""), None
    async for part in models.stream(call):
        match part:
            case Started():
                started = part
            case TextPart(piece):
                text += piece
            case Finished():
                finished = part
            case _:
                pass
    if finished is None:
        raise AssertionError("a stream ends with exactly one Finished")
    return Trial(
        profile=visible(started.profile),
        model=visible(started.model),
        answer=visible(" ".join(text.split()))[:60],
        seconds=finished.seconds,
        prompt_tokens=finished.usage.prompt_tokens,
        completion_tokens=finished.usage.completion_tokens,
        is_whole=finished.complete,
        reason=finished.reason,
    )
