"""Follow-ups: the next request is told of the earlier ones, of what was proposed and of what the person decided."""

from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.steps.asking import QuestionAnswered
from tests.support.asking import Asking, request_of
from tests.support.program import CART
from tests.support.replies import answer
from tests.support.scripted_server import ScriptedServer

TAXED = "    def total(self, tax=0):\n        return sum(self.items) - tax\n"


def region(text: str) -> str:
    return f"```python\n{text}```\n"


async def ask(asking: Asking, text: str) -> str:
    answered = ""
    async for event in asking.session.ask(Request(text, Target(), AutonomyLevel.REPO)):
        if isinstance(event, QuestionAnswered):
            answered = event.answer.text
    return answered


async def proposed(asking: Asking, server: ScriptedServer, text: str, new: str = TAXED) -> None:
    server.then(answer(region(new)))
    assert (await asking.run(request_of(text, "shop/cart.py", (8, 9)))).review.units


def newest_prompt(server: ScriptedServer) -> str:
    return server.requests[-1].prompt


async def test_what_was_accepted_is_told_to_the_next_request(asking: Asking, server: ScriptedServer) -> None:
    await proposed(asking, server, "make the tax optional")
    assert "Earlier in this conversation" not in newest_prompt(server)
    session = asking.session
    review = session.review
    assert review is not None
    session.replace_review(decide(review, review.units[0], Decision.ACCEPTED))
    await session.land()
    await proposed(asking, server, "now say so in a comment", TAXED.replace(":\n", ":  # optional\n"))
    prompt = newest_prompt(server)
    assert "The person wanted about shop/cart.py:8-9: make the tax optional" in prompt
    assert "- shop/cart.py line 8: accepted" in prompt
    assert "+    def total(self, tax=0):" in prompt
    assert session.desk.conversation.count == 2


async def test_a_rejection_and_its_remark_are_told_and_the_text_but_once(
    asking: Asking, server: ScriptedServer
) -> None:
    await proposed(asking, server, "make the tax optional")
    session = asking.session
    review = session.review
    assert review is not None
    review = replace(review, comments=((review.key(review.units[0]), "None, not 0"),))
    session.replace_review(decide(review, review.units[0], Decision.REJECTED))
    await proposed(asking, server, "again", TAXED.replace("=0", "=None"))
    prompt = newest_prompt(server)
    assert "rejected, with the remark: None, not 0" in prompt
    assert prompt.count("def total(self, tax=0):") == 1


async def test_questions_and_changes_are_one_conversation(asking: Asking, server: ScriptedServer) -> None:
    server.then(answer("The tax is a share, shop/cart.py:9."))
    assert await ask(asking, "What is the tax?")
    await proposed(asking, server, "make that optional")
    assert "The person asked: What is the tax?" in newest_prompt(server)
    assert "The tax is a share" in newest_prompt(server)
    server.then(answer("Because it was asked for."))
    await ask(asking, "Why?")
    assert "The person wanted about shop/cart.py:8-9: make that optional" in newest_prompt(server)
    assert "not decided" in newest_prompt(server)


async def test_a_fresh_start_forgets_all_of_it(asking: Asking, server: ScriptedServer) -> None:
    await proposed(asking, server, "make the tax optional")
    asking.session.desk.conversation.start_fresh()
    assert asking.session.desk.conversation.count == 0
    await proposed(asking, server, "say so", TAXED.replace("=0", "=1"))
    assert "Earlier in this conversation" not in newest_prompt(server)


async def test_what_came_to_nothing_is_no_part_of_it(asking: Asking, server: ScriptedServer) -> None:
    server.then(answer("I would rather not."), answer("Still not."))
    await asking.run(request_of("make the tax optional", "shop/cart.py", (8, 9)))
    await proposed(asking, server, "make it zero")
    assert "I would rather not" not in newest_prompt(server)


@pytest.mark.parametrize("turns", [3, 40])
async def test_what_is_told_has_a_bound_and_the_newest_is_in(
    asking: Asking, server: ScriptedServer, shop: Path, turns: int
) -> None:
    for number in range(turns):
        await proposed(asking, server, f"wish {number} " + "w" * 900, TAXED.replace("=0", f"={number}"))
    prompt = newest_prompt(server)
    told = prompt.partition("Earlier in this conversation")[2]
    assert f"wish {turns - 2} " in told
    budget = asking.session.parts.models.context_budget  # 20% of it, at four characters a token
    from copilot_tui.models.call import Role

    assert len(told) < budget(Role.EDIT) * 4
    assert told.count("The person wanted") <= 8
    assert (shop / "shop/cart.py").read_text() == CART
