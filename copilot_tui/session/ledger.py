"""What a session has spent, and the caps that stop a call before it is made.

Invariant: a call that would begin with a cap already reached is never sent.
"""

from dataclasses import dataclass

from copilot_tui.config.settings import Caps
from copilot_tui.errors import ModelError
from copilot_tui.steps.events import CallFinished


class CapReachedError(ModelError):
    """A limit on calls, tokens or dollars is reached."""


@dataclass(slots=True)
class Spending:
    """Calls, tokens and dollars so far; `unpriced` calls have a price that nobody knows."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cached_tokens: int = 0
    dollars: float = 0.0
    unpriced: int = 0
    estimated: bool = False

    def add(self, event: CallFinished) -> None:
        """Count a finished call."""
        self.prompt_tokens += event.usage.prompt_tokens
        self.completion_tokens += event.usage.completion_tokens
        self.cached_tokens += event.usage.cached_tokens
        self.estimated = self.estimated or event.usage.estimated
        if event.cost is None:
            self.unpriced += 1
        else:
            self.dollars += event.cost


class Ledger:
    """The spending of a session and of its present request, held against the caps."""

    def __init__(self, caps: Caps) -> None:
        self._caps = caps
        self.session = Spending()
        self.request = Spending()

    def begin_request(self) -> None:
        """Start counting a new request."""
        self.request = Spending()

    def authorize(self) -> None:
        """Count a call that is about to be sent; raises `CapReachedError` where a cap forbids it."""
        caps, request = self._caps, self.request
        if request.calls >= caps.request_calls:
            raise CapReachedError(
                f"This request has made {request.calls} calls, which is its cap: raise caps.request_calls or ask for less."
            )
        tokens = request.prompt_tokens + request.completion_tokens
        if caps.request_tokens is not None and tokens >= caps.request_tokens:
            raise CapReachedError(
                f"This request has used {tokens} tokens, which is its cap: raise caps.request_tokens or ask for less."
            )
        for name, spent, cap in (
            ("request", request.dollars, caps.request_dollars),
            ("session", self.session.dollars, caps.session_dollars),
        ):
            if cap is not None and spent >= cap:
                raise CapReachedError(
                    f"This {name} has cost ${spent:.2f}, and its cap is ${cap:.2f}: raise caps.{name}_dollars to go on."
                )
        request.calls += 1
        self.session.calls += 1

    def add(self, event: CallFinished) -> None:
        """Count what a call used."""
        self.request.add(event)
        self.session.add(event)
