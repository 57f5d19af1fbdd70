"""One endpoint as a call sees it: an address, a key that belongs to it, and a model.

Invariant: a key is never part of what an endpoint shows of itself.
"""

import ipaddress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from copilot_tui.config.settings import Profile
from copilot_tui.models.failures import CallError, FailureKind
from copilot_tui.visible import visible


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a call goes and how; an empty `model` means the first one that the endpoint lists."""

    name: str
    profile: Profile
    model: str
    base_url: str
    key: str = field(default="", repr=False)
    max_tokens: int | None = None
    temperature: float | None = None

    @property
    def host(self) -> str:
        """The host as a person reads it, with the port if it is not the usual one."""
        parts = urlsplit(self.base_url)
        return visible(f"{parts.hostname}:{parts.port}" if parts.port else str(parts.hostname))


def origin_of(address: str) -> tuple[str, str, int]:
    """Scheme, host and port: what a key is bound to."""
    parts = urlsplit(address)
    return parts.scheme, (parts.hostname or "").lower(), parts.port or (443 if parts.scheme == "https" else 80)


def is_loopback(address: str) -> bool:
    """Whether the host of `address` is this machine by its very name or number."""
    host = (urlsplit(address).hostname or "").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_sendable(endpoint: Endpoint) -> None:
    """Raises `CallError` if nothing may be sent: no key where one is needed, or code in the clear over a network."""
    profile = endpoint.profile
    in_the_clear = urlsplit(endpoint.base_url).scheme != "https" and not is_loopback(endpoint.base_url)
    if in_the_clear and not profile.allow_plain_http:
        raise CallError(
            FailureKind.PLAIN_HTTP,
            f"{endpoint.host} would get your code unencrypted over plain http, so nothing was sent",
            f"use https, or set profiles.{visible(endpoint.name)}.allow_plain_http = true if you trust the network between",
        )
    if profile.needs_key and not endpoint.key:
        where = (
            f"set the environment variable {visible(profile.key_env)}"
            if profile.key_env
            else "name its key with key_env"
        )
        raise CallError(
            FailureKind.NO_KEY,
            f"{profile.title or visible(endpoint.name)} needs a key and none is set",
            f"{where}, keep it in the system's keyring, or choose another profile",
        )
    if not endpoint.key.isascii() or not endpoint.key.isprintable():
        raise CallError(
            FailureKind.NO_KEY,
            f"the key for {endpoint.host} holds a character that no key has",
            "set it again without line ends and quotes",
        )
