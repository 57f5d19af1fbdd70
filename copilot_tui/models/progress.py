"""What has come of one call so far: its text, its times and what it used.

Invariant: the usage is the endpoint's own word where that is plausible, and otherwise our estimate, marked as one.
"""

import time

from copilot_tui.models.call import ModelCall, ReasoningPart, TextPart, Usage
from copilot_tui.models.choices import Choice
from copilot_tui.models.endpoint import Endpoint
from copilot_tui.models.reply import Reply
from copilot_tui.models.tokens import estimate_prompt_tokens, estimate_tokens

_PLAUSIBLE = 8  # the endpoint's count and ours may differ by this factor


class Progress:
    """What has come of one call so far."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.first_text_seconds: float | None = None
        self.endpoint: Endpoint | None = None
        self.choice: Choice | None = None
        self.text: list[str] = []
        self.reasoned: list[str] = []
        self._reply = Reply()

    def begin(self, reply: Reply) -> None:
        """A new attempt begins."""
        self._reply = reply

    def take(self, part: TextPart | ReasoningPart) -> None:
        """A part has come."""
        if isinstance(part, TextPart):
            if self.first_text_seconds is None:
                self.first_text_seconds = time.perf_counter() - self.began
            self.text.append(part.text)
        else:
            self.reasoned.append(part.text)

    def usage(self, call: ModelCall) -> Usage:
        """What the endpoint says was used, or our own estimate where it says nothing or what cannot be."""
        written = estimate_tokens("".join(self.text)) + estimate_tokens("".join(self.reasoned))
        sent = estimate_prompt_tokens(call.messages)
        said = self._reply.usage
        if said is None or said.prompt_tokens * _PLAUSIBLE < sent or said.completion_tokens * _PLAUSIBLE < written:
            return Usage(sent, written, estimated=True)
        return said
