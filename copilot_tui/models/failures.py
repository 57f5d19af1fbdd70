"""Each way in which a call can fail: one sentence that says what happened and what to do.

Invariant: the sentence is plain visible text that holds no key; `FailureKind.RETRIED` and `FALLS_BACK` alone decide what is
tried again and what moves on to the next model of a fallback chain.
"""

import re
from enum import StrEnum

from copilot_tui.errors import ModelError
from copilot_tui.visible import visible

_LONGEST_QUOTE = 240
_KEY_LIKE = re.compile(r"\b(?:sk|pk|rk|key|gsk|xai|AIza)[-_A-Za-z0-9*.]{8,}|\bBearer\s+\S+")


class FailureKind(StrEnum):
    """What went wrong with a call."""

    REFUSED = "refused"
    HOST_UNKNOWN = "host unknown"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    NO_KEY = "no key"
    KEY_REJECTED = "key rejected"
    FORBIDDEN = "forbidden"
    MODEL_UNKNOWN = "model unknown"
    ADDRESS_UNKNOWN = "address unknown"
    TOO_LONG = "too long"
    BAD_REQUEST = "bad request"
    QUOTA = "quota"
    RATE_LIMITED = "rate limited"
    SERVER_ERROR = "server error"
    STALLED = "stalled"
    CUT = "cut"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    REPORTED = "reported in the stream"
    REDIRECTED = "redirected"
    PLAIN_HTTP = "plain http"
    LOCAL_MODEL = "local model"
    TOO_LARGE = "too large"
    NOT_RECORDED = "not recorded"


RETRIED = frozenset({FailureKind.UNREACHABLE, FailureKind.RATE_LIMITED, FailureKind.SERVER_ERROR})
FALLS_BACK = frozenset(
    {
        FailureKind.REFUSED,
        FailureKind.HOST_UNKNOWN,
        FailureKind.UNREACHABLE,
        FailureKind.RATE_LIMITED,
        FailureKind.QUOTA,
        FailureKind.SERVER_ERROR,
        FailureKind.MODEL_UNKNOWN,
    }
)


class CallFailed(ModelError):
    """A call that brought no usable answer: `happened` and `to_do` are the two halves of its sentence.

    `wait_seconds` is what the endpoint asked to wait before another try, None if it said nothing.
    """

    def __init__(self, kind: FailureKind, happened: str, to_do: str, wait_seconds: float | None = None) -> None:
        super().__init__(f"{happened}: {to_do}")
        self.kind = kind
        self.happened = happened
        self.to_do = to_do
        self.wait_seconds = wait_seconds


def quoted(text: str) -> str:
    """What a server said, fit for a sentence: on one line, visible, shortened, and with anything that looks like a key taken out."""
    line = " ".join(text[: 4 * _LONGEST_QUOTE].split())
    safe = visible(_KEY_LIKE.sub("(key)", line))
    return safe if len(safe) <= _LONGEST_QUOTE else f"{safe[: _LONGEST_QUOTE - 1]}…"


def says(text: str) -> str:
    """` (it says: …)` for a sentence, or nothing if the server said nothing."""
    return f" (it says: {quoted(text)})" if text.strip() else ""


_CONTEXT_LENGTH = re.compile(
    r"context[ _-]?(?:length|window|size)|maximum (?:context|prompt|input)|(?:prompt|input|request|messages?) (?:is|are) too (?:long|large)|"
    r"too many (?:input )?tokens|exceeds? the (?:available|maximum|model)|reduce the length",
    re.IGNORECASE,
)
_MODEL_UNKNOWN = re.compile(
    r"model[ _-]?not[ _-]?found|(?:unknown|invalid|no such|unsupported) model|model\b.{0,120}\b(?:does not exist|not found|not exist|"
    r"not available|not supported|is not a valid|isn't|unknown)|not a valid model|pull(?:ing)? it first",
    re.IGNORECASE | re.DOTALL,
)
_QUOTA = re.compile(
    r"insufficient[_ ](?:quota|funds|credits|balance)|exceeded your current quota|billing|payment required",
    re.IGNORECASE,
)


def is_context_length(text: str) -> bool:
    """Whether an endpoint's words say that the request has too many tokens."""
    return bool(_CONTEXT_LENGTH.search(text))


def failure_of_status(status: int, text: str, host: str, model: str) -> CallFailed:
    """The failure that a status from 400 on stands for; `text` is what the body says."""
    said, model = says(text), quoted(model)
    if status == 402 or (status in {400, 403, 429} and _QUOTA.search(text)):
        return CallFailed(
            FailureKind.QUOTA,
            f"{host} refuses the call for lack of credit{said}",
            "check the account's billing, or choose another model",
        )
    if status == 401:
        return CallFailed(
            FailureKind.KEY_REJECTED,
            f"{host} did not accept the key{said}",
            "set the right key for this host and ask again",
        )
    if status == 413 or (status in {400, 422, 500} and is_context_length(text)):
        return CallFailed(
            FailureKind.TOO_LONG,
            f"the request is too long for {model} at {host}{said}",
            "lower the profile's context_budget, choose a smaller target, or choose a model with a longer context",
        )
    if status in {400, 404, 422} and _MODEL_UNKNOWN.search(text):
        return _unknown_model(host, model, said)
    if status == 403:
        return CallFailed(
            FailureKind.FORBIDDEN,
            f"{host} does not allow this key to use {model}{said}",
            "ask for access, or choose another model",
        )
    if status == 404:
        if "model" in text.lower():
            return _unknown_model(host, model, said)
        return CallFailed(
            FailureKind.ADDRESS_UNKNOWN,
            f"{host} knows no such address{said}",
            "check the profile's base_url, which mostly ends with /v1",
        )
    if status == 429:
        return CallFailed(
            FailureKind.RATE_LIMITED, f"{host} has had too many requests (429){said}", "wait a little and ask again"
        )
    if status >= 500 or status in {408, 409, 425}:
        return CallFailed(
            FailureKind.SERVER_ERROR,
            f"{host} failed with status {status}{said}",
            "ask again later, or choose another model",
        )
    return CallFailed(
        FailureKind.BAD_REQUEST,
        f"{host} refused the request with status {status}{said}",
        "check the profile's settings for this endpoint",
    )


def _unknown_model(host: str, model: str, said: str) -> CallFailed:
    return CallFailed(
        FailureKind.MODEL_UNKNOWN,
        f"{host} has no model {model}{said}",
        "choose another with the profile's model setting",
    )


def failure_of_wait(host: str, seconds: float, most: float) -> CallFailed:
    """An endpoint asked for a longer wait than the settings allow."""
    return CallFailed(
        FailureKind.RATE_LIMITED,
        f"{host} asks to wait {seconds:.0f} seconds, longer than the {most:.0f} that the settings allow",
        "ask again after that time, or choose another model",
    )
