"""Who answers in the tour: the person's model, or the answers that come with the program.

Invariant: what was recorded is called so wherever a model's name stands; a request that is not the tour's gets no recorded answer, but a
sentence.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from importlib import resources
from pathlib import Path

from copilot_tui.config.settings import Price
from copilot_tui.models.call import ModelCall, Models, Role, StreamPart, TextPart
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.failures import CallError, FailureKind
from copilot_tui.models.recorded import RecordedModels
from copilot_tui.tour.steps import LINE_CHAPTER, REQUESTS

RECORDED = "recorded answers"
_PIECE, _PIECE_SECONDS = 24, 0.02  # so that an answer is seen to come
_NAMED = ("Request: ", "The whole request: ", "Change: ")


def tour_key(call: ModelCall) -> str:
    """What makes two calls of the tour the same: role, request, and the step of the plan; not the context around them."""
    text = "\n".join(message.content for message in call.messages)
    named = [line for line in text.splitlines() if line.startswith(_NAMED)]
    # A follow-up tells of the requests before it: the one that is named as such counts, else the last one.
    own = next((one for line in reversed(named) for one in REQUESTS if one in line), "")
    request = own or max(REQUESTS, key=text.rfind)
    if request not in text:
        return ""
    step = next((line for line in reversed(text.splitlines()) if line.startswith("Your step: ")), "")
    return f"{call.role.value}|{request}|{step.partition(':')[2].partition(':')[0].strip()}"


def recorded_models() -> RecordedModels:
    """The answers that come with the program."""
    with resources.as_file(resources.files("copilot_tui.tour").joinpath("recorded.jsonl")) as path:
        return RecordedModels.from_file(Path(path), alike=tour_key)


class TourModels:
    """The tiny model where it is up to it, recorded answers where it is not or there is none."""

    def __init__(self, live: Models | None, recorded: RecordedModels) -> None:
        self._live = live
        self._recorded = recorded
        self.chapter = LINE_CHAPTER  # which the person is in

    def context_budget(self, role: Role) -> int:
        """That of whoever answers in this chapter."""
        return self._answering.context_budget(role)

    def token_counter(self, role: Role) -> Callable[[str], int]:
        """As whoever has the budget counts."""
        return self._answering.token_counter(role)

    def describe(self, role: Role) -> str:
        """Who answers in this chapter, in words."""
        return RECORDED if self._answering is self._recorded else self._answering.describe(role)

    def answers_in(self, chapter: str) -> str:
        """Who answers the requests of a chapter of the tour: the model those at line level, the recorded answers all others."""
        return self._live.describe(Role.EDIT) if self._live is not None and chapter == LINE_CHAPTER else RECORDED

    def price(self, role: Role) -> Price | None:  # noqa: ARG002  (as every `Models`)
        """Nothing is paid for in the tour."""
        return Price()

    async def aclose(self) -> None:
        """End the local model."""
        if isinstance(self._live, Endpoints):
            await self._live.aclose()

    async def stream(self, call: ModelCall) -> AsyncGenerator[StreamPart, None]:
        """The answer, part by part; raises `CallError`."""
        if self._live is not None and self._answering is self._live:
            async with aclosing(self._live.stream(call)) as parts:
                async for part in parts:
                    yield part
            return
        try:
            async with aclosing(self._recorded.stream(call)) as recorded:
                async for part in recorded:
                    for piece in _pieces(part):
                        yield piece
                        await asyncio.sleep(_PIECE_SECONDS if isinstance(piece, TextPart) else 0)
        except CallError as error:
            if error.kind is not FailureKind.NOT_RECORDED:
                raise
            raise CallError(
                FailureKind.NOT_RECORDED,
                "only the requests of the tour have recorded answers",
                "send the one that the guide names, or leave and choose a model with `copilot-tui setup`",
            ) from None

    @property
    def _answering(self) -> Models:
        return self._live if self._live is not None and self.chapter == LINE_CHAPTER else self._recorded


def _pieces(part: StreamPart) -> list[StreamPart]:
    if not isinstance(part, TextPart):
        return [part]
    return [TextPart(part.text[start : start + _PIECE]) for start in range(0, len(part.text), _PIECE)]
