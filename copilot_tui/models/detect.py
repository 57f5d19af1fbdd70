"""Which model servers run on this machine: Ollama, LM Studio, vLLM and llama.cpp at their usual ports.

Invariant: only loopback is asked, with no key, and nothing is changed: what is found is offered, not taken.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from copilot_tui.config.settings import Profile
from copilot_tui.models.endpoint import is_loopback
from copilot_tui.visible import visible

_SECONDS = 0.5
_MOST_BYTES = 1_000_000
_LENGTH = re.compile(rb"\ncontent-length:\s*(\d{1,9})\s", re.IGNORECASE)
SERVERS = ("ollama", "lmstudio", "llamacpp", "vllm")


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answers on loopback: its profile, its title and the models that it lists, made visible."""

    profile: str
    title: str
    models: tuple[str, ...]


async def running_servers(profiles: Mapping[str, Profile], seconds: float = _SECONDS) -> tuple[RunningServer, ...]:
    """The servers that run here, found side by side within `seconds`."""
    asked = [(name, profiles[name]) for name in SERVERS if name in profiles and is_loopback(profiles[name].base_url)]
    found = await asyncio.gather(*(_models_at(profile.base_url, seconds) for _, profile in asked))
    return tuple(
        RunningServer(name, profile.title or name, models)
        for (name, profile), models in zip(asked, found, strict=True)
        if models is not None
    )


async def _models_at(base_url: str, seconds: float) -> tuple[str, ...] | None:
    """The models that the server lists, None if there is none that speaks the protocol.

    A bare request on a socket: the heavy client is not worth loading for a question that mostly gets no answer.
    """
    parts = urlsplit(base_url)
    if parts.scheme != "http":
        return None
    lines = [f"GET {parts.path.rstrip('/')}/models HTTP/1.0", f"Host: {parts.netloc}", "Accept: application/json"]
    request = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
            try:
                writer.write(request)
                await writer.drain()
                data = await _read(reader)
            finally:
                writer.close()
    except (OSError, TimeoutError):
        return None
    head, _, body = data.partition(b"\r\n\r\n")
    try:
        start, end = body.index(b"{"), body.rindex(b"}")  # a chunked body has lengths around it
        listed = json.loads(body[start : end + 1])["data"]
        names = tuple(visible(str(item["id"])) for item in listed)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return names if b" 200 " in head.split(b"\r\n", 1)[0] else None


async def _read(reader: asyncio.StreamReader) -> bytes:
    """The response: as long as it says that it is, or to the end of the connection."""
    data = b""
    while len(data) < _MOST_BYTES and (piece := await reader.read(65536)):
        data += piece
        head, found, body = data.partition(b"\r\n\r\n")
        length = _LENGTH.search(head + b"\r\n")
        if found and ((length is not None and len(body) >= int(length[1])) or body.endswith(b"0\r\n\r\n")):
            break
    return data
