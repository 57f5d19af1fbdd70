"""What lies beside the requests of a session: what was typed before, the names that can be mentioned, the conversation so far.

Invariant: nothing here sends anything or changes the repository.
"""

from dataclasses import dataclass, field
from pathlib import Path

from copilot_tui.config.write import write_entries
from copilot_tui.session.conversation import Conversation
from copilot_tui.session.mentioning import Mentions
from copilot_tui.session.parts import Parts
from copilot_tui.session.queued import QueuedRequests
from copilot_tui.session.typed import TypedRequests
from copilot_tui.session.watching import Comments
from copilot_tui.visible import visible


@dataclass(frozen=True, slots=True)
class Desk:
    """`typed`: the history of requests; `queued`: what waits for its turn; `mentions`: what stands behind an `@`.

    `comments`: what saved files ask for; `conversation`: what the next request is told of.
    """

    typed: TypedRequests
    queued: QueuedRequests
    mentions: Mentions
    comments: Comments
    settings_file: Path
    conversation: Conversation = field(default_factory=Conversation)

    def keep_theme(self, name: str) -> str:
        """Keep a theme in the person's settings; gives the sentence to say. Raises `SettingsError`."""
        write_entries(self.settings_file, {"theme": name})
        return f"The theme is {name} now; {visible(str(self.settings_file))} keeps it."


def desk_of(parts: Parts) -> Desk:
    """The desk of an open session."""
    settings = parts.settings
    state, root, keeps = parts.folders.state, parts.repository.root, settings.record_sessions
    return Desk(
        TypedRequests(state, root, keeps=keeps, keys=parts.keys),
        QueuedRequests(state, root, keeps=keeps, keys=parts.keys),
        Mentions(parts.repository, parts.context),
        Comments(parts.repository),
        parts.folders.settings_file,
    )
