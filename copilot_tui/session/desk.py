"""What lies beside the requests of a session: what was typed before, the names that can be mentioned, the conversation so far.

Invariant: nothing here sends or changes anything.
"""

from dataclasses import dataclass, field

from copilot_tui.session.conversation import Conversation
from copilot_tui.session.mentioning import Mentions
from copilot_tui.session.parts import Parts
from copilot_tui.session.typed import TypedRequests
from copilot_tui.session.watching import Comments


@dataclass(frozen=True, slots=True)
class Desk:
    """`typed`: the history of requests; `mentions`: what stands behind an `@`; `comments`: what saved files ask for.

    `conversation`: what the next request is told of.
    """

    typed: TypedRequests
    mentions: Mentions
    comments: Comments
    conversation: Conversation = field(default_factory=Conversation)


def desk_of(parts: Parts) -> Desk:
    """The desk of an open session."""
    settings = parts.settings
    keys = [parts.environment.get(one.key_env, "") for one in settings.profiles.values() if one.key_env]
    return Desk(
        TypedRequests(parts.folders.state, parts.repository.root, keeps=settings.record_sessions, secrets=keys),
        Mentions(parts.repository, parts.context),
        Comments(parts.repository),
    )
