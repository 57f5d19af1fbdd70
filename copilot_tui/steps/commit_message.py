"""The message for a commit of what landed.

Invariant: there is always a message; where no model gives one, it is the request in the person's own words.
"""

from collections.abc import Sequence

from copilot_tui.diff.change import ChangeSet
from copilot_tui.errors import CopilotTuiError
from copilot_tui.models.call import Role
from copilot_tui.prompts import fenced
from copilot_tui.review.proposal import Proposal
from copilot_tui.steps.judging import numbered_diff
from copilot_tui.steps.workshop import Question, Workshop, ask

_MOST_CHARACTERS = 4000
_SUBJECT = 72


async def commit_message(workshop: Workshop, proposal: Proposal, landed: ChangeSet, recent: Sequence[str]) -> str:
    """A commit message for `landed`; `recent` are the repository's newest subjects."""
    own = _own_words(workshop.strike(proposal.request.text).strip())
    if proposal.commit_message and landed.digest == proposal.change_set.digest:
        return proposal.commit_message
    if workshop.is_small(Role.SUMMARIZE):
        return own
    question = Question(
        Role.SUMMARIZE,
        "summarize/commit",
        {
            "request": proposal.request.text,
            "diff": fenced(numbered_diff(landed)),
            "recent": fenced("\n".join(recent)),
        },
        optional=True,
    )
    try:
        answer = await ask(workshop, question)
    except CopilotTuiError:
        return own
    message = workshop.strike(answer.text).strip().strip("`").strip()[:_MOST_CHARACTERS]
    return message if answer.complete and message else own


def _own_words(text: str) -> str:
    first, _, rest = text.partition("\n")
    subject = first[:1].upper() + first[1:]
    if len(subject) > _SUBJECT:
        return f"{subject[: _SUBJECT - 1].rstrip()}…\n\n{text}"
    return f"{subject}\n\n{rest.strip()}".strip()
