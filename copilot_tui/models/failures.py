"""Each way in which a call can fail: one sentence that says what happened and what to do.

Invariant: the sentence is plain visible text that holds no key; `RETRIED` and `FALLS_BACK` alone decide what is
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
    PROXY = "proxy"
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
    DROPPED = "dropped"
    CUT = "cut"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    REPORTED = "reported in the stream"
    REDIRECTED = "redirected"
    PLAIN_HTTP = "plain http"
    LOCAL_MODEL = "local model"
    TOO_LARGE = "too large"
    NOT_RECORDED = "not recorded"


RETRIED = frozenset({FailureKind.UNREACHABLE, FailureKind.DROPPED, FailureKind.RATE_LIMITED, FailureKind.SERVER_ERROR})
FALLS_BACK = frozenset(
    {
        FailureKind.REFUSED,
        FailureKind.HOST_UNKNOWN,
        FailureKind.UNREACHABLE,
        FailureKind.DROPPED,
        FailureKind.RATE_LIMITED,
        FailureKind.QUOTA,
        FailureKind.SERVER_ERROR,
        FailureKind.MODEL_UNKNOWN,
    }
)


class CallError(ModelError):
    """A call that brought no usable answer: `happened` and `to_do` are the two halves of its sentence."""

    def __init__(self, kind: FailureKind, happened: str, to_do: str) -> None:
        super().__init__(f"{happened}: {to_do}")
        self.kind = kind
        self.happened = happened
        self.to_do = to_do


def quoted(text: str) -> str:
    """What a server said, fit for a sentence: one visible, short line without anything like a key."""
    line = " ".join(text[: 4 * _LONGEST_QUOTE].split())
    safe = visible(_KEY_LIKE.sub("(key)", line))
    return safe if len(safe) <= _LONGEST_QUOTE else f"{safe[: _LONGEST_QUOTE - 1]}…"


def says(text: str) -> str:
    """` (it says: …)` for a sentence, or nothing if the server said nothing."""
    return f" (it says: {quoted(text)})" if text.strip() else ""


_CONTEXT_LENGTH = re.compile(
    r"context[ _-]?(?:length|window|size)|maximum (?:context|prompt|input)|"
    r"(?:prompt|input|request|messages?) (?:is|are) too (?:long|large)|too many (?:input )?tokens|"
    r"exceeds? the (?:available|maximum|model)|reduce the length",
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


def kind_of_status(status: int, text: str) -> FailureKind:
    """Which failure a status from 300 on stands for; `text` is what the body says."""
    doubtful = status in {400, 404, 422}
    cases = (
        (FailureKind.QUOTA, status == 402 or (status in {400, 403, 429} and bool(_QUOTA.search(text)))),
        (FailureKind.KEY_REJECTED, status == 401),
        (FailureKind.TOO_LONG, status == 413 or (status in {400, 422, 500} and is_context_length(text))),
        (FailureKind.MODEL_UNKNOWN, doubtful and bool(_MODEL_UNKNOWN.search(text))),
        (FailureKind.FORBIDDEN, status == 403),
        (FailureKind.MODEL_UNKNOWN, status == 404 and "model" in text.lower()),
        (FailureKind.ADDRESS_UNKNOWN, status == 404),
        (FailureKind.RATE_LIMITED, status == 429),
        (FailureKind.SERVER_ERROR, status >= 500 or status in {408, 409, 425}),
    )
    return next((kind for kind, holds in cases if holds), FailureKind.BAD_REQUEST)


_OF_STATUS = {
    FailureKind.QUOTA: (
        "{host} refuses the call for lack of credit",
        "check the account's billing, or choose another model",
    ),
    FailureKind.KEY_REJECTED: ("{host} did not accept the key", "set the right key for this host and ask again"),
    FailureKind.TOO_LONG: (
        "the request is too long for {model} at {host}",
        "lower the profile's context_budget, choose a smaller target, or choose a model with a longer context",
    ),
    FailureKind.MODEL_UNKNOWN: ("{host} has no model {model}", "choose another with the profile's model setting"),
    FailureKind.FORBIDDEN: ("{host} does not allow this key to use {model}", "ask for access, or choose another model"),
    FailureKind.ADDRESS_UNKNOWN: (
        "{host} knows no such address",
        "check the profile's base_url, which mostly ends with /v1",
    ),
    FailureKind.RATE_LIMITED: ("{host} has had too many requests (429)", "wait a little and ask again"),
    FailureKind.SERVER_ERROR: ("{host} failed with status {status}", "ask again later, or choose another model"),
    FailureKind.BAD_REQUEST: (
        "{host} refused the request with status {status}",
        "check the profile's settings for this endpoint",
    ),
}


def failure_of_status(status: int, text: str, host: str, model: str) -> CallError:
    """The failure that a status from 300 on stands for; `text` is what the body says."""
    kind = kind_of_status(status, text)
    happened, to_do = _OF_STATUS[kind]
    happened = happened.format(host=host, model=quoted(model), status=status)
    return CallError(kind, f"{happened}{says(text)}", to_do)


def failure_of_wait(host: str, seconds: float, most: float) -> CallError:
    """An endpoint asked for a longer wait than the settings allow."""
    return CallError(
        FailureKind.RATE_LIMITED,
        f"{host} asks to wait {seconds:.0f} seconds, longer than the {most:.0f} that the settings allow",
        "ask again after that time, or choose another model",
    )
