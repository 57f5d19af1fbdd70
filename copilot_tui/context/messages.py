"""How a process that parses and the one that started it talk: plain values, each behind its length.

Invariant: only these two read what either of them writes.
"""

import marshal
from typing import Any

LENGTH = 4  # bytes that tell how long the message behind them is


def pack_message(value: Any) -> bytes:  # noqa: ANN401  (whatever can be marshalled)
    """A message as it goes through a pipe."""
    data = marshal.dumps(value, 2)
    return len(data).to_bytes(LENGTH, "big") + data
