"""What was rejected is told to the model, and recognised when it comes back."""

from dataclasses import replace

from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.session.rejections import RULE
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.deciding import accept_all
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

BAD = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return 0\n")
GOOD = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
OTHER = block("web/checkout.py", "    return cart.total(0)\n", "    return cart.total(-0)\n")


async def test_a_rejected_hunk_and_its_reason_go_into_the_next_request(asking: Asking, server: ScriptedServer) -> None:
    server.otherwise = lambda _: replies.answer(BAD)
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    (unit,) = ran.review.units
    rejected = decide(ran.review, unit, Decision.REJECTED)
    asking.session.replace_review(replace(rejected, comments=((rejected.key(unit), "totals must be summed"),)))
    before = len(server.requests)
    again = await asking.run(request_of("Add the tax, please.", "shop/cart.py"))
    sent = server.requests[before].prompt
    assert "rejected this edit of shop/cart.py" in sent
    assert "+return 0" in sent
    assert "totals must be summed" in sent
    (same,) = again.review.units
    (finding,) = [one for one in again.review.findings(same) if one.rule == RULE]
    assert "totals must be summed" in finding.message
    assert again.review.flags(same), "no batch key takes it"
    assert accept_all(asking.session).counts.accepted == 0


async def test_a_comment_goes_into_the_next_request_with_its_place_whatever_was_decided(
    asking: Asking, server: ScriptedServer
) -> None:
    server.otherwise = lambda _: replies.answer(GOOD)
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    review = ran.review
    asking.session.replace_review(replace(review, comments=((review.key(review.units[0]), "round it as well"),)))
    before = len(server.requests)
    await asking.run(request_of("And the rounding.", "shop/cart.py"))
    assert "About shop/cart.py line 9: round it as well" in server.requests[before].prompt
    assert "rejected this edit" not in server.requests[before].prompt


async def test_another_edit_is_not_marked_and_what_was_not_rejected_is_not_told(
    asking: Asking, server: ScriptedServer
) -> None:
    plan = [("shop/cart.py", "Add."), ("web/checkout.py", "Name.")]
    server.otherwise = Team(plan=plan, edits={"shop/cart.py": BAD, "web/checkout.py": OTHER})
    ran = await asking.run(request_of("Add the tax."))
    bad, other = ran.review.units
    review = decide(decide(ran.review, bad, Decision.REJECTED), other, Decision.ACCEPTED)
    asking.session.replace_review(review)
    server.otherwise = team = Team(plan=plan, edits={"shop/cart.py": GOOD, "web/checkout.py": OTHER})
    again = await asking.run(request_of("Add the tax."))
    assert not [one for one in again.proposal.findings if one.rule == RULE]
    for sent in (*team.prompts["plan"], *team.prompts["edit"]):
        assert "+return 0" in sent
        assert "total(-0)" not in sent.partition("The person rejected")[2]


async def test_rejections_are_remembered_beyond_the_next_request(asking: Asking, server: ScriptedServer) -> None:
    server.otherwise = lambda _: replies.answer(BAD)
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    asking.session.replace_review(decide(ran.review, ran.review.units[0], Decision.REJECTED))
    server.otherwise = lambda _: replies.answer(OTHER)
    await asking.run(request_of("Name it.", "web/checkout.py"))
    server.otherwise = lambda _: replies.answer(BAD)
    third = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert [one.rule for one in third.proposal.findings if one.rule == RULE] == [RULE]
