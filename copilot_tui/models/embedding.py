"""Texts as vectors, from an endpoint that offers embeddings.

Invariant: there are as many vectors as texts, in their order and all of one length, or a `CallError`; secrets do not go out here either.
"""

import asyncio
import math
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from copilot_tui.models.call import Message, ModelCall, PromptId, Role
from copilot_tui.models.endpoint import Endpoint
from copilot_tui.models.failures import CallError, FailureKind, failure_of_status
from copilot_tui.models.outgoing import prepare
from copilot_tui.models.reply import text_of_error
from copilot_tui.models.transport import failure_of_connection

if TYPE_CHECKING:
    from openai import AsyncOpenAI

Vector = tuple[float, ...]


async def embed_texts(
    client: "AsyncOpenAI", endpoint: Endpoint, texts: Sequence[str], allowed: Collection[str] = ()
) -> tuple[Vector, ...]:
    """The vectors of the texts; `allowed` are the marks of secrets that may go out. Raises `CallError`."""
    from openai import APIStatusError, OpenAIError  # noqa: PLC0415 - loaded by now, see `warm`

    if not texts:
        return ()
    messages = tuple(Message("user", text) for text in texts)
    call = prepare(ModelCall(Role.EMBED, messages, PromptId("models/embed", 1, "")), allowed).call
    try:
        async with asyncio.timeout(endpoint.profile.idle_seconds):
            reply: Any = await client.embeddings.create(
                model=endpoint.model, input=[message.content for message in call.messages], encoding_format="float"
            )
    except APIStatusError as error:
        text = text_of_error(error.body or error.response.text)
        said = text.replace(endpoint.key, "(key)") if endpoint.key else text
        raise failure_of_status(error.status_code, said, endpoint.host, endpoint.model) from None
    except TimeoutError:
        raise CallError(FailureKind.STALLED, f"{endpoint.host} sent no embeddings in time", "ask again") from None
    except (ValueError, RecursionError, OverflowError):
        raise _unreadable(endpoint) from None
    except (OpenAIError, OSError, CallError) as error:
        raise failure_of_connection(error, endpoint) from None
    # The SDK gives a value of its own that it has not checked, or the bare text where what came is no JSON.
    return _vectors(getattr(reply, "data", None), len(texts), endpoint)


def _vectors(data: object, count: int, endpoint: Endpoint) -> tuple[Vector, ...]:
    if not isinstance(data, list):
        raise _unreadable(endpoint)
    try:
        ordered = sorted(data, key=lambda one: int(one.index))
        vectors = tuple(tuple(float(number) for number in one.embedding) for one in ordered)
    except (AttributeError, TypeError, ValueError, OverflowError):
        raise _unreadable(endpoint) from None
    is_even = len(vectors) == count and len({len(vector) for vector in vectors}) == 1
    if not is_even or not vectors[0] or not all(math.isfinite(number) for vector in vectors for number in vector):
        raise _unreadable(endpoint)
    return vectors


def _unreadable(endpoint: Endpoint) -> CallError:
    return CallError(
        FailureKind.UNREADABLE,
        f"what {endpoint.host} sent are no embeddings",
        "choose a model for embeddings with roles.embed.model in the settings",
    )
