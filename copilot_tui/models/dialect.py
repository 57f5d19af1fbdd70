"""What an endpoint does not understand, found out once for each endpoint and model.

Invariant: each parameter is given up at most once, so that negotiating always ends.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from copilot_tui.models.call import ModelCall
from copilot_tui.models.endpoint import Endpoint
from copilot_tui.models.failures import is_context_length


@dataclass(frozen=True, slots=True)
class Dialect:
    """Which optional parameters are sent; `limit` is the name under which the answer's limit goes, empty for none."""

    limit: str = "max_tokens"
    stream: bool = True
    stream_options: bool = True
    response_format: bool = True
    temperature: bool = True
    limit_was_changed: bool = False


_SURROGATES = re.compile("[\ud800-\udfff]")  # stand for bytes that are no text, and cannot be sent as such

# Words by which an endpoint names a parameter that it refuses.
_NAMES = {
    "stream_options": re.compile(r"\bstream_options\b|\binclude_usage\b"),
    "stream": re.compile(r"\bstream(?:ing)?\b(?!_)"),
    "response_format": re.compile(
        r"\bresponse_format\b|\bjson_schema\b|\bjson_object\b|\bstructured[ _]outputs?\b|\bgrammar\b"
    ),
    "limit": re.compile(r"\bmax_completion_tokens\b|\bmax_tokens\b"),
    "temperature": re.compile(r"\btemperature\b"),
}


def parameters(call: ModelCall, endpoint: Endpoint, dialect: Dialect) -> dict[str, Any]:
    """The body of the request, stable parts first and in a fixed order."""
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": [
            {"role": message.role, "content": _SURROGATES.sub("\ufffd", message.content)} for message in call.messages
        ],
        "stream": dialect.stream,
    }
    if dialect.stream and dialect.stream_options:
        body["stream_options"] = {"include_usage": True}
    limit = limit_of(call, endpoint)
    if limit is not None and dialect.limit:
        body[dialect.limit] = limit
    temperature = call.temperature if endpoint.temperature is None else endpoint.temperature
    if temperature is not None and dialect.temperature:
        body["temperature"] = temperature
    if call.schema is not None and dialect.response_format:
        schema = {"name": "answer", "schema": dict(call.schema), "strict": True}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def limit_of(call: ModelCall, endpoint: Endpoint) -> int | None:
    """How many tokens the answer may have: the smaller of what the call and the settings say, None for the endpoint's own."""
    limits = [limit for limit in (call.max_tokens, endpoint.max_tokens) if limit is not None]
    return min(limits) if limits else None


def negotiated(dialect: Dialect, sent: Mapping[str, Any], status: int, text: str) -> Dialect | None:
    """The dialect to try after this refusal, None if the refusal names no parameter that can be given up."""
    if status not in {400, 404, 405, 415, 422, 501} or is_context_length(text):
        return None
    other = "max_tokens" if dialect.limit == "max_completion_tokens" else "max_completion_tokens"
    ways: tuple[tuple[str, bool, Dialect], ...] = (
        ("response_format", "response_format" in sent, replace(dialect, response_format=False)),
        ("stream_options", "stream_options" in sent, replace(dialect, stream_options=False)),
        (
            "limit",
            dialect.limit in sent and not dialect.limit_was_changed,
            replace(dialect, limit=other, limit_was_changed=True),
        ),
        ("temperature", "temperature" in sent, replace(dialect, temperature=False)),
        ("stream", dialect.stream, replace(dialect, stream=False)),
    )
    return next((way for name, was_sent, way in ways if was_sent and _NAMES[name].search(text)), None)
