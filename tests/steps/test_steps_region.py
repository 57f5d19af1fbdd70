"""At line and block level the answer is the region's new text: everything around it comes from the file."""

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.edits.edit import RefusalCode
from copilot_tui.steps.events import EditRefused, LevelOffered
from copilot_tui.steps.recipe import chosen_recipe
from tests.support import replies
from tests.support.asking import Asking, Ran, request_of
from tests.support.program import CART
from tests.support.replies import Reply
from tests.support.scripted_server import ScriptedServer

LINE = request_of("Add the tax.", "shop/cart.py", (9, 9), AutonomyLevel.LINE)
BLOCK = request_of("Add the tax.", "shop/cart.py", (8, 9))
GOOD = "```python\n        return sum(self.items) + tax\n```"
FIXED = CART.replace("- tax", "+ tax")


async def proposed(asking: Asking, server: ScriptedServer, *answers: str | Reply) -> Ran:
    server.then(*[one if isinstance(one, Reply) else replies.answer(one) for one in answers])
    return await asking.run(LINE)


@pytest.mark.parametrize(
    "answer",
    [GOOD, "return sum(self.items) + tax", f"Here it is:\n{GOOD}\nDone.", f"<think>+ or -?</think>\n{GOOD}"],
    ids=["fenced", "bare, without its indentation", "in prose", "after reasoning"],
)
async def test_the_line_is_spliced_with_its_indentation(answer: str, asking: Asking, server: ScriptedServer) -> None:
    ran = await proposed(asking, server, answer)
    assert ran.after("shop/cart.py") == FIXED
    assert ran.proposal.answers == (answer,)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "bad",
    [
        "```\none = 1\ntwo = 2\n```",
        "```\n        return sum(self.items) - tax\n```",
        replies.answer("```\n        return sum(", finish="length"),
        replies.cut_by_clean_close("```\n        return sum(self.items) + tax\n```"),
    ],
    ids=["two lines", "the same", "cut by length", "cut by the endpoint"],
)
async def test_what_cannot_be_used_is_asked_for_once_more_with_the_reason(
    bad: str | Reply, asking: Asking, server: ScriptedServer
) -> None:
    ran = await proposed(asking, server, bad, GOOD)
    assert ran.after("shop/cart.py") == FIXED
    (first,) = ran.of(EditRefused)
    sent = server.requests[1].prompt
    assert f"What was wrong with it: {first.refusal.reason}" in sent
    assert len(ran.proposal.answers) == 2, "both raw answers can be opened"


async def test_a_second_bad_answer_is_the_end_and_nothing_is_proposed(asking: Asking, server: ScriptedServer) -> None:
    ran = await proposed(asking, server, "```\na\nb\n```", "```\nc\nd\n```", GOOD)
    assert not ran.proposal.change_set
    assert ran.proposal.refusals
    assert len(server.requests) == 2


async def test_a_second_try_that_fails_leaves_the_first_refusal(asking: Asking, server: ScriptedServer) -> None:
    ran = await proposed(asking, server, replies.answer("half", finish="length"), replies.error(401, "no"))
    assert [refusal.code for refusal in ran.proposal.refusals] == [RefusalCode.TRUNCATED]


async def test_without_the_step_repair_there_is_no_second_try(asking: Asking, server: ScriptedServer) -> None:
    server.then(replies.answer("```\na\nb\n```"))
    async for _ in asking.session.propose(LINE, chosen_recipe(AutonomyLevel.LINE, "edit")):
        pass
    assert len(server.requests) == 1


async def test_a_wish_for_more_room_is_an_offer_and_no_edit(asking: Asking, server: ScriptedServer) -> None:
    ran = await proposed(asking, server, "needs: file, because the caller must change too")
    (offered,) = ran.of(LevelOffered)
    assert offered.level is AutonomyLevel.FILE
    assert ran.proposal.offer is not None
    assert "caller" in ran.proposal.offer.why
    assert not ran.proposal.change_set
    assert len(server.requests) == 1, "an offer is no mistake to be mended"


async def test_a_block_may_grow_and_everything_around_it_stays(asking: Asking, server: ScriptedServer) -> None:
    server.then(
        replies.answer(
            "```\n    def total(self, tax):\n        whole = sum(self.items)\n        return whole + tax\n```"
        )
    )
    ran = await asking.run(BLOCK)
    assert ran.after("shop/cart.py") == CART.replace(
        "        return sum(self.items) - tax\n", "        whole = sum(self.items)\n        return whole + tax\n"
    )
    assert ran.review.counts.withheld == 0
