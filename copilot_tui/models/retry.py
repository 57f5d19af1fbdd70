"""How long to wait before a call is tried again.

Invariant: what the endpoint asks for is kept to the second; without its word the wait is short and spread by chance.
"""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_FIRST_SECONDS = 0.5
_FACTOR = 3.0
_SPREAD = 0.25
_LONGEST_SECONDS = 1_000_000_000.0


def wait_before_retry(tries: int, status: int, headers: Mapping[str, str], chance: random.Random) -> float | None:
    """Seconds until the next try after `tries` have failed, None if the endpoint says that it must not be tried again."""
    if headers.get("x-should-retry", "").lower() == "false":
        return None
    asked = _asked(headers) if status in {408, 409, 425, 429} or status >= 500 else None
    if asked is not None:
        return asked
    seconds: float = _FIRST_SECONDS * _FACTOR ** (tries - 1)
    return seconds * (1 + chance.uniform(-_SPREAD, _SPREAD))


def _asked(headers: Mapping[str, str]) -> float | None:
    """What `retry-after-ms` or `Retry-After` (RFC 9110, section 10.2.3: seconds or a date) asks for."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if not text:
            continue
        try:
            seconds = float(text) * unit
        except ValueError:
            try:
                date = parsedate_to_datetime(text)
            except ValueError:
                continue
            seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
        if seconds == seconds:  # noqa: PLR0124 - a server may well say "nan"
            return min(max(seconds, 0.0), _LONGEST_SECONDS)
    return None
