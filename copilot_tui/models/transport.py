"""The one client through which bytes go out: bound to one origin, with one key, and with nothing hidden in it.

Invariant: no request leaves for another origin than the endpoint's, neither by redirect nor otherwise, and a request carries
only the headers named here. The SDK's own retries, environment variables and proxies on loopback are switched off.
"""

import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from typing import TYPE_CHECKING

from copilot_tui import __version__
from copilot_tui.models.endpoint import Endpoint, is_loopback, origin_of
from copilot_tui.models.failures import CallFailed, FailureKind, quoted

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

_KEPT_HEADERS = ("host", "content-type", "content-length", "transfer-encoding", "connection")


def warm() -> None:
    """Import what a first call needs (0.8 s); safe to run in a thread after the first screen is painted."""
    import openai.resources.chat  # noqa: F401, PLC0415 - heavy, so not at the top


def open_client(endpoint: Endpoint) -> "AsyncOpenAI":
    """The SDK's client for this endpoint; close it with `close()`."""
    import httpx2  # noqa: PLC0415 - heavy, so not at the top
    from openai import AsyncOpenAI  # noqa: PLC0415

    profile = endpoint.profile
    http_client = httpx2.AsyncClient(
        timeout=httpx2.Timeout(None, connect=profile.connect_seconds),
        limits=httpx2.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30.0),
        follow_redirects=True,  # within the origin: `_guard` refuses every other one before anything is sent there
        max_redirects=3,
        trust_env=not is_loopback(endpoint.base_url),
        event_hooks={"request": [_guard(endpoint)]},
    )
    return AsyncOpenAI(
        api_key=endpoint.key or "none",
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=httpx2.Timeout(None, connect=profile.connect_seconds),
        http_client=http_client,
    )


def _guard(endpoint: Endpoint) -> Callable[["httpx2.Request"], Awaitable[None]]:
    origin = origin_of(endpoint.base_url)

    async def guard(request: "httpx2.Request") -> None:  # noqa: RUF029 - the client awaits its hooks
        address = str(request.url)
        if origin_of(address) != origin:
            elsewhere = quoted(f"{request.url.scheme}://{request.url.netloc.decode('ascii', 'replace')}")
            raise CallFailed(
                FailureKind.REDIRECTED,
                f"{endpoint.host} wants to send the request on to {elsewhere}, and nothing was sent there",
                "set the profile's base_url to that address if you trust it with your code and key",
            )
        kept = [(name, request.headers[name]) for name in _KEPT_HEADERS if name in request.headers]
        request.headers.clear()
        request.headers.update(
            [
                *kept,
                ("accept", "text/event-stream, application/json"),
                ("accept-encoding", "identity"),
                ("user-agent", f"copilot-tui/{__version__}"),
                *endpoint.profile.headers.items(),
            ]
        )
        if endpoint.key:
            request.headers["authorization"] = f"Bearer {endpoint.key}"

    return guard


def failure_of_connection(error: BaseException, endpoint: Endpoint) -> CallFailed:
    """What a failure to connect, send or read means; looks through the chain of causes for the one that says most."""
    chain = list(_causes(error))
    host = endpoint.host
    for cause in chain:
        if isinstance(cause, CallFailed):
            return cause
    for cause in chain:
        if isinstance(cause, socket.gaierror):
            return CallFailed(
                FailureKind.HOST_UNKNOWN,
                f"the host {host} was not found",
                "check the network and the profile's base_url",
            )
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CallFailed(
                FailureKind.CERTIFICATE,
                f"the TLS certificate of {host} is not trusted ({quoted(cause.verify_message)})",
                "check the address, or have your system trust the certificate",
            )
        if isinstance(cause, ConnectionRefusedError):
            return CallFailed(
                FailureKind.REFUSED,
                f"nothing answers at {host}: the connection was refused",
                "start the server, or check the base_url",
            )
    if any(isinstance(cause, ssl.SSLError) or "certificate" in str(cause).lower() for cause in chain):
        return CallFailed(
            FailureKind.CERTIFICATE,
            f"no TLS connection to {host} could be made ({quoted(str(chain[-1]))})",
            "check that the address begins with https only if the server speaks it",
        )
    names = {type(cause).__name__ for cause in chain}
    if "ConnectTimeout" in names or "PoolTimeout" in names:
        return CallFailed(
            FailureKind.UNREACHABLE,
            f"no connection to {host} within {endpoint.profile.connect_seconds:g} seconds",
            "check the network, or whether the server is up",
        )
    if "ConnectError" in names:
        return CallFailed(
            FailureKind.UNREACHABLE,
            f"{host} could not be reached ({quoted(str(chain[-1]))})",
            "check the network and the base_url",
        )
    return CallFailed(FailureKind.CUT, f"{host} cut the connection", "ask again")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    queue: list[BaseException | None] = [error]
    while queue:
        cause = queue.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        queue.extend([cause.__cause__, cause.__context__])
        if isinstance(cause, BaseExceptionGroup):
            queue.extend(cause.exceptions)
