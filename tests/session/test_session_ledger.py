"""Caps stop a call before it is made."""

from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.config.settings import Caps, Price
from copilot_tui.models.call import Role, Usage
from copilot_tui.session.ledger import CapReachedError, Ledger
from copilot_tui.steps.events import CallFinished
from tests.support.asking import Asking, request_of
from tests.support.calls import call_of
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

DEAR = Price(input=1000.0, output=2000.0)  # dollars for a million tokens
LONG = call_of("word " * 1000)


def finished(call: int, prompt: int, completion: int, cost: float | None) -> CallFinished:
    return CallFinished(call, Role.EDIT, "m", True, "", Usage(prompt, completion, 7), 1.0, cost)


def test_calls_are_counted_before_they_are_made() -> None:
    ledger = Ledger(Caps(request_calls=2))
    ledger.authorize(1, LONG)
    ledger.authorize(2, LONG)
    with pytest.raises(CapReachedError, match="2 calls"):
        ledger.authorize(3, LONG)
    ledger.begin_request()
    ledger.authorize(4, LONG)
    assert (ledger.request.calls, ledger.session.calls) == (1, 3)


def test_a_call_whose_prompt_alone_would_pass_the_cap_is_not_made() -> None:
    ledger = Ledger(Caps(request_tokens=500))
    with pytest.raises(CapReachedError, match="request_tokens"):
        ledger.authorize(1, LONG)
    ledger = Ledger(Caps(request_dollars=0.5))
    with pytest.raises(CapReachedError, match="request_dollars"):
        ledger.authorize(1, LONG, DEAR)
    assert ledger.request.calls == 0


def test_calls_on_their_way_count_with_their_prompts_until_they_end() -> None:
    ledger = Ledger(Caps(request_tokens=2500))
    ledger.authorize(1, LONG)
    ledger.authorize(2, LONG)
    with pytest.raises(CapReachedError):
        ledger.authorize(3, LONG)
    ledger.end(1)  # failed, used nothing
    ledger.authorize(3, LONG)
    ledger.add(finished(2, 1000, 1, None))
    ledger.add(finished(3, 1000, 1, None))
    assert ledger.request.tokens == 2002
    with pytest.raises(CapReachedError, match="2002"):
        ledger.authorize(4, LONG)


def test_the_sessions_cap_outlives_a_request() -> None:
    ledger = Ledger(Caps(session_dollars=1.0))
    ledger.authorize(1, call_of("x"), DEAR)
    ledger.add(finished(1, 10, 400, 0.9))
    ledger.begin_request()
    ledger.authorize(2, call_of("x"), DEAR)
    with pytest.raises(CapReachedError, match="session"):
        ledger.authorize(3, LONG, DEAR)


def test_what_was_used_is_summed() -> None:
    ledger = Ledger(Caps())
    for number, cost in enumerate((0.25, None, 0.5), start=1):
        ledger.add(finished(number, 100, 10, cost))
    spent = ledger.session
    assert (spent.prompt_tokens, spent.completion_tokens, spent.cached_tokens) == (300, 30, 21)
    assert (spent.dollars, spent.unpriced) == (0.75, 1)


async def test_a_cap_stops_the_recipe_before_its_next_call(shop: Path, server: ScriptedServer, home: Path) -> None:
    folder = home / ".config" / "copilot-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text("[caps]\nrequest_calls = 2\n")
    fix = block("shop/cart.py", "        self.items = []\n", "        self.items = list()\n")
    server.otherwise = team = Team(plan=[("shop/cart.py", "Use list.")], edits={"shop/cart.py": fix})
    async with Asking(shop, server.base_url, home) as asking:
        ran = await asking.run(request_of("Tidy up."))
    assert "2 calls, which is its cap" in ran.failure.sentence
    assert team.roles == {"locate": 1, "plan": 1}
    assert replace(asking.session.ledger.request).calls == 2
