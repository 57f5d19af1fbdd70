"""How fast a model reads and writes.

Invariant: the model is warm before it is measured, and what it reads cannot come from a cache.
"""

import secrets
from dataclasses import dataclass

from copilot_tui.models.call import Finished, Message, ModelCall, Models, PromptId, Role

_LINES = 40
_WRITTEN = 64


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens read and written, and how many of them a second; None where that is too short to be told."""

    prompt_tokens: int
    prompt_per_second: float | None
    completion_tokens: int
    completion_per_second: float | None

    def sentence(self) -> str:
        """The speed in words."""
        return f"reads {_shown(self.prompt_per_second)}, writes {_shown(self.completion_per_second)} tokens a second"


async def measure_speed(models: Models, role: Role = Role.EDIT) -> Speed:
    """Have the role's model read some 600 tokens and write up to 64; raises `ModelError`. Ask it once before, so that it is warm."""
    mark = secrets.token_hex(4)
    listing = "\n".join(f"{mark}_{number} = values[{number}] + {number * 7}" for number in range(_LINES))
    text = f"{mark}\n{listing}\n\nCount from 1 to 40, each number on a line of its own."
    call = ModelCall(
        role, (Message("user", text),), PromptId("models/speed", 1, ""), max_tokens=_WRITTEN, temperature=0.0
    )
    finished: Finished | None = None
    async for part in models.stream(call):
        if isinstance(part, Finished):
            finished = part
    if finished is None:
        raise AssertionError("a stream ends with exactly one Finished")
    usage, first = finished.usage, finished.first_text_seconds
    writing = finished.seconds - first if first is not None else 0.0
    return Speed(
        usage.prompt_tokens,
        _rate(usage.prompt_tokens - usage.cached_tokens, first or 0.0),
        usage.completion_tokens,
        _rate(usage.completion_tokens - 1, writing),
    )


def _rate(tokens: int, seconds: float) -> float | None:
    return tokens / seconds if tokens > 0 and seconds > 0.001 else None


def _shown(rate: float | None) -> str:
    return "?" if rate is None else f"{rate:.0f}"
