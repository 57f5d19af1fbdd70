"""What a session has spent, and the caps that stop a call before it is made.

Invariant: a call that would begin with a cap already reached, or whose prompt alone would pass one, is never sent; calls that are on
their way count with their prompts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from copilot_tui.config.settings import Caps, Price
from copilot_tui.errors import ModelError
from copilot_tui.models.call import ModelCall, Usage
from copilot_tui.models.prices import cost_of
from copilot_tui.models.tokens import estimate_prompt_tokens, estimate_tokens
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

    @property
    def tokens(self) -> int:
        """All tokens, read and written."""
        return self.prompt_tokens + self.completion_tokens

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
        self._under_way: dict[int, tuple[int, float]] = {}  # call -> the tokens and dollars of its prompt
        self.session = Spending()
        self.request = Spending()

    def begin_request(self) -> None:
        """Start counting a new request."""
        self.request = Spending()
        self._under_way.clear()

    def authorize(self, number: int, call: ModelCall, price: Price | None = None) -> None:
        """Count a call that is about to be sent; raises `CapReachedError` where a cap forbids it."""
        caps, request = self._caps, self.request
        if request.calls >= caps.request_calls:
            raise CapReachedError(
                f"This request has made {request.calls} calls, which is its cap: raise caps.request_calls or ask for less."
            )
        prompt = estimate_prompt_tokens(call.messages)
        cost = cost_of(Usage(prompt, 0), price) or 0.0
        tokens = request.tokens + sum(tokens for tokens, _ in self._under_way.values())
        if caps.request_tokens is not None and tokens + prompt > caps.request_tokens:
            raise CapReachedError(
                f"This request has used {tokens} tokens and the next call would read about {prompt}, which passes its cap of "
                f"{caps.request_tokens}: raise caps.request_tokens or ask for less."
            )
        self._check_dollars("request", request.dollars, caps.request_dollars, cost)
        self._check_dollars("session", self.session.dollars, caps.session_dollars, cost)
        request.calls += 1
        self.session.calls += 1
        self._under_way[number] = (prompt, cost)

    def _check_dollars(self, name: str, spent: float, cap: float | None, cost: float) -> None:
        spent += sum(dollars for _, dollars in self._under_way.values())
        if cap is not None and (spent >= cap or spent + cost > cap):
            raise CapReachedError(
                f"This {name} has cost ${spent:.2f} and the next call would cost at least ${cost:.2f}, which passes its cap of "
                f"${cap:.2f}: raise caps.{name}_dollars to go on."
            )

    def authorize_texts(self, texts: Sequence[str], price: Price | None) -> None:
        """Count a call that has texts embedded, by what it will read; raises `CapReachedError` where the session's cap forbids it.

        It belongs to the session: what is embedded serves every request.
        """
        prompt = sum(map(estimate_tokens, texts))
        cost = cost_of(Usage(prompt, 0), price)
        self._check_dollars("session", self.session.dollars, self._caps.session_dollars, cost or 0.0)
        self.session.calls += 1
        self.session.prompt_tokens += prompt
        self.session.estimated = True
        if cost is None:
            self.session.unpriced += 1
        else:
            self.session.dollars += cost

    def add(self, event: CallFinished) -> None:
        """Count what a call used."""
        self.end(event.call)
        self.request.add(event)
        self.session.add(event)

    def end(self, number: int) -> None:
        """A call is over, whatever came of it."""
        self._under_way.pop(number, None)
