"""The recorded sessions as an interface uses them: listed, read, named, written out, and the review that each left unfinished.

Invariant: reading changes nothing; only a name and an export are written, both in the person's own folders.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from copilot_tui.errors import LandingError, UsageError
from copilot_tui.session.conversation import Turn
from copilot_tui.session.kept_reviews import KeptReview, KeptReviews
from copilot_tui.session.log import place_of
from copilot_tui.session.recorded_sessions import (
    RecordedSession,
    conversation_of,
    find_session,
    list_sessions,
    name_session,
)
from copilot_tui.session.session_markdown import markdown_of
from copilot_tui.visible import visible


class Shelf:
    """The sessions in the person's state folder; `own` is the file of the one that runs now, None where it is not recorded."""

    def __init__(self, state_folder: Path, root: Path, kept: KeptReviews, own: Path | None) -> None:
        self.repository = root.name
        self._place = place_of(root)
        self.own = own.stem if own is not None else ""
        self._folder = state_folder / "sessions"
        self._exports = state_folder / "exports"
        self._kept = kept

    def list(self) -> tuple[RecordedSession, ...]:
        """All of them, newest first. Reads every file."""
        return list_sessions(self._folder)

    def name(self, identity: str, name: str) -> None:
        """Give one a name, or with an empty one take it away; raises `UsageError` or `LandingError`."""
        name_session(self._folder, find_session(self._folder, identity), name)

    def conversation(self, word: str) -> tuple[RecordedSession, tuple[Turn, ...]]:
        """The session of that name or identity, and what was asked and decided in it; raises `UsageError`.

        Without a word it is the newest of this repository.
        """
        session = find_session(self._folder, word, self.repository, self._place)
        return session, conversation_of(session.file)

    def has(self, session: RecordedSession) -> bool:
        """Whether a session is of this repository."""
        return session.is_of(self.repository, self._place)

    def is_elsewhere(self, session: RecordedSession) -> bool:
        """Whether a session is of another repository that has this one's name."""
        return session.is_of_namesake(self.repository, self._place)

    async def markdown(self, identity: str) -> str:
        """One as Markdown; raises `UsageError`."""
        return await markdown_of(await asyncio.to_thread(find_session, self._folder, identity))

    async def export(self, identity: str) -> Path:
        """Write one as Markdown into the person's folders and say where; raises `UsageError` or `LandingError`."""
        path = self._exports / f"{identity}.md"
        text = await self.markdown(identity)
        try:
            self._exports.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_text(text, encoding="utf-8")
            path.chmod(0o600)
        except OSError as error:
            raise LandingError(f"The export cannot be written to {visible(str(path))}: {error.strerror}.") from error
        return path

    def unfinished(self, identity: str) -> str:
        """The review that a session of this repository left unfinished, empty where there is none."""
        sessions = self.list()
        return next((one.identity for one in self._kept.unfinished() if session_of(one, sessions) == identity), "")

    def unfinished_of(self, word: str) -> str:
        """The review that the session of that name or identity left unfinished, without a word the newest of this repository.

        Raises `UsageError`.
        """
        session = find_session(self._folder, word, self.repository, self._place)
        review = self.unfinished(session.identity)
        if not review:
            raise UsageError(
                f"The session {visible(session.name or session.identity)} left no review unfinished here: "
                "`copilot-tui review --unfinished` lists those that there are."
            )
        return review


def session_of(kept: KeptReview, sessions: Sequence[RecordedSession]) -> str:
    """The session that a kept review comes from: the newest that its process had begun by then; empty where it is not recorded."""
    when = datetime.fromisoformat(kept.when)
    of_process = [one for one in sessions if one.identity.endswith(f"-{kept.process}") and _second(one) <= when]
    return max(of_process, key=_second).identity if of_process else ""


def _second(session: RecordedSession) -> datetime:
    """When it began, to the second, as a kept review says it."""
    try:
        return datetime.fromisoformat(session.begun).astimezone(UTC).replace(microsecond=0)
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
