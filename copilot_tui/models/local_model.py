"""The port to the built-in model: what the endpoints need to know of it.

Invariant: nothing is started before an address is asked for.
"""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LocalAddress:
    """Where the built-in model listens, the key that it asks for, and what it is called."""

    base_url: str
    key: str = field(repr=False)
    title: str


class LocalModel(Protocol):
    """The built-in model: a child process in the program, a server of its own in a test."""

    @property
    def title(self) -> str:
        """What the model is called, or that there is none."""
        ...

    @property
    def is_tiny(self) -> bool:
        """Whether it is the demo model, or one as small, or none."""
        ...

    async def address(self) -> LocalAddress:
        """Start it if it is not running, and say where it is; raises `ModelError`."""
        ...

    async def stop(self) -> None:
        """End it."""
        ...
