"""What `propose --estimate` prints: calls, tokens and dollars, before any call is made.

Invariant: a price that is not known is said to be unknown, never taken for nothing.
"""

from copilot_tui.headless.printing import say, say_json
from copilot_tui.steps.estimate import Estimate


def tell_estimate(estimate: Estimate, *, as_json: bool) -> int:
    """Print the estimate; gives the exit status."""
    if as_json:
        calls = [
            {
                "role": one.role.value,
                "model": one.model,
                "least": one.least,
                "most": one.most,
                "prompt_tokens": one.prompt_tokens,
                "completion_tokens": one.completion_tokens,
                "dollars_each": one.cost(1),
            }
            for one in estimate.calls
        ]
        say_json({"version": 1, "calls": calls, "tokens_at_most": estimate.tokens, "dollars_at_most": estimate.cost})
        return 0
    for one in estimate.calls:
        count = str(one.most) if one.least == one.most else f"{one.least}-{one.most}"
        cost_each = one.cost(1)
        price = "price unknown" if cost_each is None else f"${cost_each:.4f} each"
        say(
            f"{one.role.value:<10} {count:>5} x {one.prompt_tokens:>7} read, {one.completion_tokens:>6} written at most, "
            f"{price}  {one.model}"
        )
    whole = estimate.cost
    dollars = "its price is not known" if whole is None else f"at most ${whole:.4f}"
    say(f"at most {estimate.tokens} tokens, {dollars}; no call was made")
    return 0
