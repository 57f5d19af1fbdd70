"""One attempt at one endpoint: a request goes out, the parts of the reply come back.

Invariant: the attempt ends with the whole reply read, or raises `CallError` or `StatusRefused`; however it ends, also when it is
cancelled, the HTTP stream is closed.

The SDK sends the request and owns the connection; the body is read here, because the SDK's reader takes a cut stream, a web
page or an error event for an end without fault.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING, Any

from copilot_tui.models.call import ReasoningPart, TextPart
from copilot_tui.models.endpoint import Endpoint
from copilot_tui.models.failures import CallError, FailureKind, quoted, says
from copilot_tui.models.reply import MOST_CHARACTERS, ErrorInReply, Reply, UnreadableReply, text_of_error
from copilot_tui.models.sse import EventDecoder, EventTooLarge, ServerEvent
from copilot_tui.models.transport import failure_of_connection, reading_errors

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_LINGER_SECONDS = 2.0  # how long to wait for usage and [DONE] after the reply has said how it ended
_DRAIN_SECONDS = 0.05  # how long to wait for the end of the body after [DONE], so that the connection can be used again
_WHOLE_REPLY_FACTOR = 5  # an endpoint that does not stream is silent while it writes


class StatusRefused(Exception):  # noqa: N818 - an endpoint's refusal, which may be negotiated or tried again
    """The endpoint answered with a status of 300 or more; `text` is what its body says."""

    def __init__(self, status: int, text: str, headers: Mapping[str, str]) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.text = text
        self.headers = headers


class Attempt:
    """One request to `endpoint` with these parameters, and what came of it in `reply`."""

    def __init__(self, client: "AsyncOpenAI", endpoint: Endpoint, body: Mapping[str, Any]) -> None:
        self.reply = Reply()
        self._client = client
        self._endpoint = endpoint
        self._body = body
        self._idle = endpoint.profile.idle_seconds * (1 if body["stream"] else _WHOLE_REPLY_FACTOR)
        self._answered = False  # whether any byte of the body has come
        self._deadline = 0.0  # for the next content: neither headers nor comments move it

    async def parts(self) -> AsyncGenerator[TextPart | ReasoningPart, None]:
        """The reply, part by part; raises `StatusRefused` and `CallError`."""
        self._content_came()
        async with AsyncExitStack() as stack:
            pieces = await self._open(stack)
            first = await self._first_piece(pieces)
            if not first:
                return
            if _is_event_stream(first):
                async with aclosing(self._streamed(first, pieces)) as parts:
                    async for part in parts:
                        yield part
            else:
                for part in self._take_whole(await self._whole_body(first, pieces)):
                    yield part

    async def _open(self, stack: AsyncExitStack) -> AsyncIterator[bytes]:
        from openai import APIStatusError, OpenAIError  # noqa: PLC0415 - loaded by now, see `warm`

        # `stream=True` keeps the SDK from reading the body; what the endpoint is asked for stands in the body itself.
        asked = {"stream": self._body["stream"]}
        body = {**self._body, "stream": True}
        try:
            async with asyncio.timeout_at(self._deadline):
                stream = await self._client.chat.completions.create(**body, extra_body=asked)
        except APIStatusError as error:
            text = self._without_key(text_of_error(error.body or error.response.text))
            raise StatusRefused(error.status_code, text, error.response.headers) from None
        except TimeoutError:
            raise self._stalled() from None
        except (OpenAIError, OSError, CallError) as error:
            raise failure_of_connection(error, self._endpoint, answered=False) from None
        stack.push_async_callback(stream.close)
        return aiter(stream.response.aiter_bytes())

    async def _first_piece(self, pieces: AsyncIterator[bytes]) -> bytes:
        """The first bytes that are more than white space and comments cut short; empty at the end of an empty body."""
        gathered = b""
        while True:
            piece = await self._next(pieces)
            if piece is None:
                return gathered
            gathered += piece
            stripped = gathered.lstrip(b"\xef\xbb\xbf \t\r\n")
            if len(stripped) >= 6 or (stripped and stripped[:1] in b":{[<"):
                return gathered

    def _content_came(self) -> None:
        self._deadline = asyncio.get_running_loop().time() + self._idle

    async def _next(self, pieces: AsyncIterator[bytes]) -> bytes | None:
        """The next piece of the body, None at its end."""
        try:
            async with asyncio.timeout_at(self._deadline):
                piece = await anext(pieces, None)
        except TimeoutError:
            raise self._stalled() from None
        except reading_errors() as error:
            # None of them may carry the request's headers on.
            raise failure_of_connection(error, self._endpoint, answered=self._answered) from None
        self._answered = True
        return piece

    async def _streamed(
        self, first: bytes, pieces: AsyncIterator[bytes]
    ) -> AsyncGenerator[TextPart | ReasoningPart, None]:
        clock = asyncio.get_running_loop().time
        decoder = EventDecoder()
        piece: bytes | None = first
        while piece is not None:
            try:
                events = list(decoder.feed(piece))
            except EventTooLarge:
                raise self._too_large() from None
            for event in events:
                if event.data.strip() == b"[DONE]":
                    await self._drain(pieces)
                    return
                for part in self._take_event(event):
                    yield part
                    self._content_came()  # after the yield: the reader's own time does not count
            if self.reply.finish_reason:
                self._deadline = min(self._deadline, clock() + _LINGER_SECONDS)
            try:
                piece = await self._next(pieces)
            except CallError:
                if self.reply.finish_reason:
                    return
                raise
        for part in self._take_rest(decoder.rest()):
            yield part

    def _take_rest(self, rest: ServerEvent | None) -> list[TextPart | ReasoningPart]:
        """What an event without its empty line still brings; cut in its middle it brings nothing, and the reply has no end."""
        if rest is None or rest.data.strip() == b"[DONE]":
            return []
        try:
            return self._take_event(rest)
        except CallError:
            if rest.type == "error":
                raise
            return []

    def _take_event(self, event: ServerEvent) -> list[TextPart | ReasoningPart]:
        try:
            text = event.data.decode("utf-8")
            chunk = json.loads(text) if text.strip() else None
        except (UnicodeDecodeError, ValueError, RecursionError):
            if event.type == "error":
                raise self._reported(event.data.decode("utf-8", "replace")) from None
            said = quoted(event.data[:200].decode("utf-8", "backslashreplace"))
            raise self._unreadable(f"a part of the stream is no JSON: {said}") from None
        if chunk is None and event.type != "error":
            return []
        if event.type == "error":
            raise self._reported(text_of_error(chunk))
        return self._take(chunk)

    def _take(self, chunk: object) -> list[TextPart | ReasoningPart]:
        try:
            parts = self.reply.take(chunk)
        except ErrorInReply as error:
            raise self._reported(str(error)) from None
        except UnreadableReply as error:
            raise self._unreadable(str(error)) from None
        if self.reply.characters + self.reply.reasoning_characters > MOST_CHARACTERS:
            raise self._too_large()
        return parts

    async def _whole_body(self, first: bytes, pieces: AsyncIterator[bytes]) -> bytes:
        gathered = [first]
        size = len(first)
        while (piece := await self._next(pieces)) is not None:
            gathered.append(piece)
            size += len(piece)
            if size > 4 * MOST_CHARACTERS:
                raise self._too_large()
        return b"".join(gathered)

    def _take_whole(self, body: bytes) -> list[TextPart | ReasoningPart]:
        """The parts of a reply that came as one JSON object instead of a stream."""
        if not body.strip(b"\xef\xbb\xbf \t\r\n"):
            return []
        try:
            chunk = json.loads(body.decode("utf-8-sig"))
        except (UnicodeDecodeError, ValueError, RecursionError):
            said = quoted(text_of_error(body[:20_000].decode("utf-8", "backslashreplace")))
            raise self._unreadable(f"it answered with {said} instead of a reply") from None
        return self._take(chunk)

    async def _drain(self, pieces: AsyncIterator[bytes]) -> None:
        self._deadline = asyncio.get_running_loop().time() + _DRAIN_SECONDS
        try:
            while await self._next(pieces) is not None:
                pass
        except CallError:
            pass  # the reply is whole: only the connection cannot be used again

    def _without_key(self, text: str) -> str:
        """What the endpoint says, without our key, which some repeat when they refuse it."""
        key = self._endpoint.key
        return text.replace(key, "(key)") if key else text

    def _stalled(self) -> CallError:
        return CallError(
            FailureKind.STALLED,
            f"{self._endpoint.host} sent nothing for {self._idle:g} seconds",
            "ask again, or raise the profile's idle_seconds if the model is slow",
        )

    def _too_large(self) -> CallError:
        return CallError(
            FailureKind.TOO_LARGE,
            f"{self._endpoint.host} sent an answer without end",
            "ask for less at once, or choose another model",
        )

    def _unreadable(self, why: str) -> CallError:
        return CallError(
            FailureKind.UNREADABLE,
            f"the answer of {self._endpoint.host} cannot be read, since {self._without_key(why)}",
            "check that the profile's base_url is an OpenAI-compatible endpoint, and ask again",
        )

    def _reported(self, text: str) -> CallError:
        return CallError(
            FailureKind.REPORTED,
            f"{self._endpoint.host} reported an error instead of an answer{says(self._without_key(text))}",
            "ask again",
        )


def _is_event_stream(first: bytes) -> bool:
    return first.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
        (b"data:", b"event:", b":", b"id:", b"retry:", b"data\n", b"data\r")
    )
