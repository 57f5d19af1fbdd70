"""JSON out of a model's answer, however it is wrapped.

Invariant: never raises; what cannot be read is None.
"""

import json
from typing import Any

_LONGEST = 1_000_000  # characters of an answer that are looked at


def json_object(answer: str) -> dict[str, Any] | None:
    """The first JSON object that stands whole in the answer (prose, fences and trailing text around it are passed over)."""
    text = answer[:_LONGEST]
    decoder = json.JSONDecoder()
    start = text.find("{")
    tries = 0
    while start >= 0 and tries < 200:
        try:
            value, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict) and value:
            return value
        start = text.find("{", start + 1)
        tries += 1
    return None


def text_of(value: object, limit: int = 300) -> str:
    """A JSON value that should be a short text, as one line of at most `limit` characters."""
    return " ".join(value.split())[:limit] if isinstance(value, str) else ""
