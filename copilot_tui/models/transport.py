"""The one client through which bytes go out: bound to one origin, with one key, and with nothing hidden in it.

Invariant: no request leaves for another origin than the endpoint's, neither by redirect nor otherwise, and a request carries
only the headers named here. The SDK's own retries, environment variables and proxies on loopback are switched off.
"""

import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from copilot_tui import __version__
from copilot_tui.models.endpoint import Endpoint, is_loopback, origin_of
from copilot_tui.models.failures import CallError, FailureKind, quoted

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
    try:
        http_client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(None, connect=profile.connect_seconds),
            limits=httpx2.Limits(max_connections=64, max_keepalive_connections=16, keepalive_expiry=30.0),
            follow_redirects=True,  # within the origin: `_guard` refuses every other one before anything is sent there
            max_redirects=3,
            trust_env=not is_loopback(endpoint.base_url),
            event_hooks={"request": [_guard(endpoint)]},
        )
    except (httpx2.InvalidURL, ValueError, ImportError, OSError) as error:  # all else is ours and right
        raise CallError(
            FailureKind.PROXY,
            f"the proxy or the certificates that the environment names for {endpoint.host} cannot be used ({quoted(str(error))})",
            "check HTTPS_PROXY, ALL_PROXY and SSL_CERT_FILE",
        ) from None
    return AsyncOpenAI(
        api_key=endpoint.key or "none",
        base_url=endpoint.base_url,
        max_retries=0,
        timeout=httpx2.Timeout(None, connect=profile.connect_seconds),
        http_client=http_client,
    )


def _guard(endpoint: Endpoint) -> Callable[["httpx2.Request"], Awaitable[None]]:
    origin = origin_of(endpoint.base_url)

    async def guard(request: "httpx2.Request") -> None:
        address = str(request.url)
        if origin_of(address) != origin:
            elsewhere = quoted(f"{request.url.scheme}://{request.url.netloc.decode('ascii', 'replace')}")
            raise CallError(
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


@cache
def reading_errors() -> tuple[type[Exception], ...]:
    """All that may be raised while a body is read."""
    import anyio  # noqa: PLC0415 - loaded by the first call, see `warm`
    import httpx2  # noqa: PLC0415

    return (httpx2.HTTPError, httpx2.StreamError, httpx2.InvalidURL, OSError, anyio.EndOfStream)


def failure_of_connection(error: BaseException, endpoint: Endpoint, *, answered: bool = False) -> CallError:
    """What a failure to connect, send or read means; looks through the chain of causes for the one that says most.

    `answered` says whether any byte of a body had come. A server that ends a connection without one has mostly not read the
    request: it closed a connection that was kept for the next call, or it is being started again.
    """
    chain = list(_causes(error))
    known = next((cause for cause in chain if isinstance(cause, CallError)), None)
    if known is not None:
        return known
    for cause in chain:
        for type_of_cause, (kind, happened, to_do) in _KNOWN_CAUSES.items():
            if isinstance(cause, type_of_cause):
                return CallError(kind, happened.format(host=endpoint.host), to_do)
    names = {type(cause).__name__ for cause in chain}
    if names & {"ConnectTimeout", "PoolTimeout"}:
        kind, happened, to_do = _NO_CONNECTION
    elif any(isinstance(cause, ssl.SSLError) or "certificate" in str(cause).lower() for cause in chain):
        kind, happened, to_do = _CERTIFICATE
    elif "ConnectError" in names:
        kind, happened, to_do = _UNREACHABLE
    else:
        kind, happened, to_do = _CUT if answered else _DROPPED
    why = quoted(str(chain[-1])) or type(chain[-1]).__name__
    return CallError(
        kind, happened.format(host=endpoint.host, seconds=endpoint.profile.connect_seconds, why=why), to_do
    )


_TRUST = "check the address, or have your system trust the certificate"
_KNOWN_CAUSES: dict[type[BaseException], tuple[FailureKind, str, str]] = {
    socket.gaierror: (
        FailureKind.HOST_UNKNOWN,
        "the host {host} was not found",
        "check the network and the profile's base_url",
    ),
    ssl.SSLCertVerificationError: (FailureKind.CERTIFICATE, "the TLS certificate of {host} is not trusted", _TRUST),
    ConnectionRefusedError: (
        FailureKind.REFUSED,
        "nothing answers at {host}: the connection was refused",
        "start the server, or check the base_url",
    ),
}
_CERTIFICATE = (
    FailureKind.CERTIFICATE,
    "no TLS connection to {host} could be made ({why})",
    "check the certificate, and that the server speaks https at this address",
)
_NO_CONNECTION = (
    FailureKind.UNREACHABLE,
    "no connection to {host} within {seconds:g} seconds",
    "check the network, or whether the server is up",
)
_UNREACHABLE = (FailureKind.UNREACHABLE, "{host} could not be reached ({why})", "check the network and the base_url")
_DROPPED = (FailureKind.DROPPED, "{host} closed the connection without an answer", "ask again")
_CUT = (FailureKind.CUT, "{host} cut the connection", "ask again")


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
