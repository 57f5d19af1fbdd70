"""What the interface asks of the desk of a session: history, mentions, the conversation, comments in saved files.

Invariant: a part of the port, and like it the only way from here to what it names.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from copilot_tui.context.mentions import NamedPlace
    from copilot_tui.session.ai_comments import AiComment
    from copilot_tui.session.queued import Entry


class TypedPort(Protocol):
    """What was typed in this repository; its verbs wait for the disk."""

    def read(self) -> tuple[str, ...]:
        """What was typed before, oldest first."""
        ...

    def add(self, text: str) -> None:
        """Keep a request."""
        ...


class QueuedPort(Protocol):
    """What waits for its turn, kept over starts; its verbs wait for the disk."""

    def keep(self, newest: "Callable[[], Sequence[Entry]]") -> int:
        """Keep what `newest` says that waits now in the place of what waited before; gives how many of the last ones are too much."""
        ...

    def take_up(self) -> "tuple[Entry, ...]":
        """What earlier runs left waiting."""
        ...


class MentionsPort(Protocol):
    """What can be mentioned; its verb waits for the index."""

    def names(self, letters: str, limit: int) -> "tuple[NamedPlace, ...]":
        """The definitions whose names begin with the letters or are much like them, best first."""
        ...


class ConversationPort(Protocol):
    """What was asked, proposed and decided before."""

    @property
    def count(self) -> int:
        """How many earlier requests the next one is told of."""
        ...

    def start_fresh(self) -> None:
        """Forget what was said."""
        ...


class CommentsPort(Protocol):
    """Comments in saved files that ask for something."""

    def watch(self) -> "AsyncIterator[tuple[str, AiComment]]":
        """The new comments of each file as it is saved."""
        ...


class DeskPort(Protocol):
    """What lies beside the requests of a session."""

    @property
    def typed(self) -> TypedPort:
        """What was typed before."""
        ...

    @property
    def queued(self) -> QueuedPort:
        """What waits for its turn."""
        ...

    @property
    def mentions(self) -> MentionsPort:
        """What can be mentioned."""
        ...

    def keep_theme(self, name: str) -> str:
        """Keep a theme in the person's settings; gives the sentence to say; waits for the disk. Raises `SettingsError`."""
        ...

    @property
    def comments(self) -> CommentsPort:
        """What saved files ask for."""
        ...

    @property
    def conversation(self) -> ConversationPort:
        """What the next request is told of."""
        ...
