"""What the scripted server may answer, from a good stream to every fault that a real endpoint has shown.

A reply is a list of steps that are carried out one after another on the bare socket, so that a fault can be anything: bytes
that no HTTP library would send, silence, a connection that breaks.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Send:
    """Send these bytes as they are."""

    data: bytes


@dataclass(frozen=True)
class Sleep:
    """Say nothing for so long, or until the client goes away."""

    seconds: float


@dataclass(frozen=True)
class Repeat:
    """Send these bytes every so often, until the client goes away."""

    data: bytes
    every: float


@dataclass(frozen=True)
class Reset:
    """Break the connection with RST instead of FIN."""


Step = Send | Sleep | Repeat | Reset
FOREVER = 3600.0


@dataclass(frozen=True)
class Reply:
    """The steps of one reply; the connection is closed after the last one unless `keep_open`."""

    steps: tuple[Step, ...]
    keep_open: bool = False
    name: str = field(default="", compare=False)


def head(status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """The head of a response."""
    lines = [f"HTTP/1.1 {status} {'OK' if status == 200 else 'Scripted'}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def chunked(data: bytes) -> bytes:
    """One chunk of a body in chunked transfer coding."""
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


STREAM_HEAD = head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})
UNTIL_CLOSE_HEAD = head(200, {"Content-Type": "text/event-stream", "Connection": "close"})


def event(payload: object) -> bytes:
    """One server-sent event with this payload as JSON."""
    return b"data: " + json.dumps(payload, ensure_ascii=False).encode() + b"\n\n"


def delta(content: str | None = None, finish: str | None = None, **fields: Any) -> dict[str, Any]:
    """One chunk of a chat completion."""
    inner = {**({} if content is None else {"content": content}), **fields}
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "delta": inner, "finish_reason": finish}],
    }


def usage_chunk(prompt: int, completion: int, cached: int = 0) -> dict[str, Any]:
    """The last chunk of a stream: no choices, only what was used."""
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    return {**delta(), "choices": [], "usage": {**usage, "prompt_tokens_details": {"cached_tokens": cached}}}


def pieces_of(text: str, size: int = 8) -> list[str]:
    """`text` cut into pieces as a model would send them."""
    return [text[start : start + size] for start in range(0, len(text), size)]


def stream(events: Iterable[bytes], every: float = 0.0, done: bool = True) -> Reply:
    """A well-formed stream of these events, `every` so many seconds."""
    steps: list[Step] = [Send(STREAM_HEAD)]
    for data in [*events, *([b"data: [DONE]\n\n"] if done else [])]:
        if every:
            steps.append(Sleep(every))
        steps.append(Send(chunked(data)))
    steps.append(Send(b"0\r\n\r\n"))
    return Reply(tuple(steps), keep_open=True)


def answer(
    text: str,
    finish: str = "stop",
    usage: tuple[int, int, int] | None = (100, 20, 0),
    every: float = 0.0,
    reasoning: str = "",
) -> Reply:
    """A good answer: reasoning first if there is any, then the text in pieces, then how it ended and what it used."""
    events = [event(delta(role="assistant"))]
    events += [event(delta(reasoning_content=piece)) for piece in pieces_of(reasoning)]
    events += [event(delta(piece)) for piece in pieces_of(text)]
    events.append(event(delta(finish=finish)))
    if usage is not None:
        events.append(event(usage_chunk(*usage)))
    return stream(events, every)


def whole(text: str, finish: str = "stop", headers: Mapping[str, str] | None = None) -> Reply:
    """The same answer as one JSON object, as it comes without streaming."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish}
    usage = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    return json_body(200, {"id": "x", "object": "chat.completion", "choices": [choice], "usage": usage}, headers)


def json_body(status: int, payload: object, headers: Mapping[str, str] | None = None) -> Reply:
    """A JSON body with this status."""
    return body(status, json.dumps(payload).encode(), {"Content-Type": "application/json", **(headers or {})})


def body(status: int, data: bytes, headers: Mapping[str, str] | None = None) -> Reply:
    """Any body with this status."""
    return Reply(
        (Send(head(status, {"Content-Length": str(len(data)), **(headers or {})})), Send(data)), keep_open=True
    )


def error(status: int, message: str, headers: Mapping[str, str] | None = None, **fields: Any) -> Reply:
    """An error as OpenAI words it."""
    return json_body(status, {"error": {"message": message, "type": "scripted_error", **fields}}, headers)


def redirect(to: str, status: int = 307) -> Reply:
    """A redirect to another address."""
    return body(status, b"", {"Location": to})


def _started(text: str) -> tuple[Step, ...]:
    return (Send(STREAM_HEAD), *(Send(chunked(event(delta(piece)))) for piece in pieces_of(text)))


def stalled_before_headers() -> Reply:
    """Silence after the request."""
    return Reply((Sleep(FOREVER),))


def stalled_after_headers() -> Reply:
    """A head, then silence."""
    return Reply((Send(STREAM_HEAD), Sleep(FOREVER)))


def stalled_in_body(text: str = "half of an answer") -> Reply:
    """A part of an answer, then silence."""
    return Reply((*_started(text), Sleep(FOREVER)))


def only_comments(text: str = "") -> Reply:
    """A part of an answer, then nothing but comments that keep the connection alive."""
    return Reply((*_started(text), Repeat(chunked(b": ping\n\n"), 0.02)))


def cut_by_clean_close(text: str = "half of an answer") -> Reply:
    """A stream that just ends, in good order as far as HTTP goes."""
    return Reply((*_started(text), Send(b"0\r\n\r\n")))


def cut_by_end_of_file(text: str = "half of an answer") -> Reply:
    """A stream of which the end is the end of the connection."""
    events = b"".join(event(delta(piece)) for piece in pieces_of(text))
    return Reply((Send(UNTIL_CLOSE_HEAD), Send(events)))


def cut_by_short_length(text: str = "half of an answer") -> Reply:
    """A body that is shorter than its Content-Length."""
    events = b"".join(event(delta(piece)) for piece in pieces_of(text))
    promised = {"Content-Type": "text/event-stream", "Content-Length": str(len(events) + 500)}
    return Reply((Send(head(200, promised)), Send(events)))


def cut_by_reset(text: str = "half of an answer") -> Reply:
    """A connection that breaks."""
    return Reply((*_started(text), Sleep(0.05), Reset()))


def dropped() -> Reply:
    """A connection that ends without a byte, as a kept one does that the server had closed meanwhile."""
    return Reply(())


def dropped_after_headers() -> Reply:
    """A connection that breaks between the headers and the body."""
    return Reply((Send(STREAM_HEAD), Sleep(0.05), Reset()))


def cut_in_an_event(text: str = "half of an answer") -> Reply:
    """A connection that ends in the middle of a line."""
    events = b"".join(event(delta(piece)) for piece in pieces_of(text))
    return Reply((Send(UNTIL_CLOSE_HEAD), Send(events + event(delta("lost"))[:-20])))


def raw_events(*events: bytes) -> Reply:
    """A well-formed stream of events that need not be."""
    return stream(events)


def web_page() -> Reply:
    """A page of a proxy or a login where an answer was due."""
    page = b"<!DOCTYPE html><html><head><title>Please log in</title></head><body>\x1b[2J</body></html>"
    return body(200, page, {"Content-Type": "text/html"})


def empty() -> Reply:
    """Nothing, with status 200."""
    return body(200, b"", {"Content-Type": "text/event-stream"})
