"""Critique and summarize add notes, and a failure of theirs costs nothing but the notes."""

import pytest

from copilot_tui.review.proposal import HunkKey, Risk
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.program import CART
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer
from tests.support.team import Team, block, role_of

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
KEY = HunkKey("shop/cart.py", 0)


async def test_a_critique_gives_each_hunk_a_why_and_a_risk(asking: Asking, server: ScriptedServer) -> None:
    said = '{"met": false, "gap": "No test.", "hunks": [{"hunk": 1, "why": "adds", "risk": "high", "because": "sign"}]}'
    server.otherwise = team = Team(edits={"": FIX}, critique=f"Sure:\n```json\n{said}\n```")
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    note = ran.proposal.notes[KEY]
    assert (note.why, note.risk, note.risk_reasons) == ("adds", Risk.HIGH, ("sign",))
    assert ran.proposal.gap == "No test."
    (sent,) = team.prompts["critique"]
    assert "[hunk 1]" in sent
    assert "+        return sum(self.items) + tax" in sent
    assert "Add the tax." in sent


@pytest.mark.parametrize(
    "said",
    ["", "It is fine.", '{"hunks": 3}', '{"hunks": [{"hunk": 99}, {"hunk": "1"}, 7], "met": true}', '{"met": tr'],
)
async def test_a_critique_that_cannot_be_read_costs_the_notes_alone(
    said: str, asking: Asking, server: ScriptedServer
) -> None:
    server.otherwise = Team(edits={"": FIX}, critique=said)
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert ran.after("shop/cart.py") == CART.replace("- tax", "+ tax")
    assert dict(ran.proposal.notes) == {}


async def test_an_unknown_risk_and_a_long_why_are_no_trouble(asking: Asking, server: ScriptedServer) -> None:
    long = "x" * 5000
    server.otherwise = Team(
        edits={"": FIX}, critique=f'{{"met": true, "hunks": [{{"hunk": 1, "why": "{long}", "risk": "awful"}}]}}'
    )
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert ran.proposal.notes[KEY].risk is None
    assert len(ran.proposal.notes[KEY].why) == 300


async def test_a_failed_critique_costs_the_notes_alone(asking: Asking, server: ScriptedServer) -> None:
    team = Team(edits={"": FIX})

    def script(request: RecordedRequest) -> Reply:
        return replies.error(401, "no") if role_of(request) == "critique" else team(request)

    server.otherwise = script
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert ran.after("shop/cart.py") == CART.replace("- tax", "+ tax")


async def test_a_schema_is_asked_for_and_given_up_where_the_endpoint_has_none(
    asking: Asking, server: ScriptedServer
) -> None:
    team = Team(edits={"": FIX}, critique='{"met": true, "hunks": [{"hunk": 1, "why": "adds", "risk": "low"}]}')

    def script(request: RecordedRequest) -> Reply:
        if "response_format" in request.body:
            return replies.error(400, "response_format is not supported by this model")
        return team(request)

    server.otherwise = script
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert ran.proposal.notes[KEY].why == "adds"
    asked = ["response_format" in request.body for request in server.requests]
    assert asked.count(True) == 1


async def test_a_long_block_is_criticised_and_a_short_one_is_not(asking: Asking, server: ScriptedServer) -> None:
    (asking.session.root / "long.py").write_text("".join(f"x{number} = {number}\n" for number in range(20)))
    server.otherwise = team = Team(edits={"": "```\nx1 = 2\n```"})
    await asking.run(request_of("Change it.", "long.py", (1, 15)))
    assert team.roles["critique"] == 0
    await asking.run(request_of("Change it.", "long.py", (1, 16)))
    assert team.roles["critique"] == 1
