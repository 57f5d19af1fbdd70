"""Which models an endpoint offers.

Invariant: asking for the list sends nothing but the key, and only to the endpoint's own origin.
"""

import asyncio
from typing import TYPE_CHECKING

from copilot_tui.models.endpoint import Endpoint
from copilot_tui.models.failures import CallError, FailureKind, failure_of_status
from copilot_tui.models.reply import text_of_error
from copilot_tui.models.transport import failure_of_connection

if TYPE_CHECKING:
    from openai import AsyncOpenAI


async def first_model(client: "AsyncOpenAI", endpoint: Endpoint) -> str:
    """The first model that the endpoint lists; raises `CallError`."""
    names = await list_models(client, endpoint)
    if not names:
        raise CallError(
            FailureKind.MODEL_UNKNOWN,
            f"{endpoint.host} lists no model",
            f"load one there, or name it with profiles.{endpoint.name}.model",
        )
    return names[0]


async def list_models(client: "AsyncOpenAI", endpoint: Endpoint) -> tuple[str, ...]:
    """The names of the models that the endpoint lists, in its order; raises `CallError`."""
    from openai import APIStatusError, OpenAIError  # noqa: PLC0415 - loaded by now, see `warm`

    try:
        async with asyncio.timeout(endpoint.profile.connect_seconds):
            page = await client.models.list()
    except APIStatusError as error:
        text = text_of_error(error.body or error.response.text)
        raise failure_of_status(error.status_code, text, endpoint.host, endpoint.model) from None
    except TimeoutError:
        raise CallError(
            FailureKind.STALLED, f"{endpoint.host} does not list its models", "name one in the settings"
        ) from None
    except ValueError:
        return ()  # what came is no JSON, whatever its content type says
    except (OpenAIError, OSError, CallError) as error:
        raise failure_of_connection(error, endpoint) from None
    data = getattr(page, "data", None)
    return tuple(str(item.id) for item in data if getattr(item, "id", None)) if isinstance(data, list) else ()
