"""What the interface asks of a session's records: the sessions before, and what a rule may be drawn from.

Invariant: as for `port`; a verb that waits for the disk says so, and is called in a thread.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from copilot_tui.autonomy.request import Request
    from copilot_tui.session.recorded_sessions import RecordedSession
    from copilot_tui.session.stats import By, Stats
    from copilot_tui.session.waiting import Waiting


class ShelfPort(Protocol):
    """The recorded sessions; `own` is the identity of the session that runs."""

    own: str

    def has(self, session: "RecordedSession") -> bool:
        """Whether a session is of the present repository."""
        ...

    def is_elsewhere(self, session: "RecordedSession") -> bool:
        """Whether a session is of another repository that has the present one's name."""
        ...

    def list(self) -> "tuple[RecordedSession, ...]":
        """All of them, newest first; waits for the disk."""
        ...

    def name(self, identity: str, name: str) -> None:
        """Give one a name, or with an empty one take it away; waits for the disk; raises `UsageError` or `LandingError`."""
        ...

    async def markdown(self, identity: str) -> str:
        """One as Markdown; raises `UsageError`."""
        ...

    async def export(self, identity: str) -> Path:
        """Write one as Markdown and say where; raises `UsageError` or `LandingError`."""
        ...

    def unfinished(self, identity: str) -> str:
        """The review that a session left unfinished here, empty where there is none; waits for the disk."""
        ...


class WaitingPort(Protocol):
    """The proposals of others in one repository."""

    def count(self) -> int:
        """How many wait; waits for the disk."""
        ...

    def every(self) -> "tuple[Waiting, ...]":
        """All of them, decided ones too, oldest first; waits for the disk."""
        ...


class MemoryPort(Protocol):
    """What the person rejected and rewrote, to draw a rule from."""

    def offer(self) -> str:
        """How many decisions may make a rule, said once for each new one; empty where there is nothing to say."""
        ...

    def request(self, words: str = "") -> "Request":
        """The request for a rule; waits for git; raises `UsageError` where there is too little to ask about."""
        ...


class RecordsPort(Protocol):
    """All of it."""

    @property
    def shelf(self) -> ShelfPort:
        """The recorded sessions."""
        ...

    @property
    def memory(self) -> MemoryPort:
        """What a rule may be drawn from."""
        ...

    @property
    def waiting(self) -> WaitingPort:
        """The proposals of others."""
        ...

    def go_on(self, identity: str) -> tuple[int, str]:
        """Go on with a session's conversation: how many of its requests the next one is told of, and the review that it left unfinished.

        Waits for the disk; raises `UsageError`.
        """
        ...

    async def stats(self, by: "By") -> "Stats":
        """What became of proposals, and what they cost."""
        ...

    async def reject_waiting(self, identity: str) -> "Waiting":
        """Reject a waiting proposal as a whole; raises `CopilotTuiError`."""
        ...
