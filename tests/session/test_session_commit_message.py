"""There is always a commit message: the proposal's own, the summarize role's, or the request in the person's words."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from copilot_tui.errors import UsageError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.deciding import accept_all
from tests.support.program import KEY
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
CALL = block("web/checkout.py", "    return cart.total(0)\n", "    return cart.total(tax=0)\n")
TEAM = Team(
    plan=[("shop/cart.py", "Add."), ("web/checkout.py", "Name.")],
    edits={"shop/cart.py": FIX, "web/checkout.py": CALL, "": FIX},
    summarize='{"title": "Add the tax", "commit": "Add the tax\\n\\nIt was taken off."}',
)


async def test_the_proposals_own_message_is_for_all_of_it(asking: Asking, server: ScriptedServer) -> None:
    server.otherwise = TEAM
    session = asking.session
    await asking.run(request_of("Add the tax."))
    accept_all(session)
    await session.land()
    calls = len(server.requests)
    assert await session.suggest_commit_message() == "Add the tax\n\nIt was taken off."
    assert len(server.requests) == calls


async def test_a_part_of_it_gets_a_message_of_its_own_which_is_counted_and_recorded(
    asking: Asking, server: ScriptedServer, home: Path
) -> None:
    server.otherwise = TEAM
    session = asking.session
    ran = await asking.run(request_of("Add the tax."))
    session.replace_review(decide(ran.review, ran.review.units[0], Decision.ACCEPTED))
    await session.land()
    server.then(replies.answer("```\nTake the tax into account\n```"))
    spent = session.ledger.session.calls
    assert await session.suggest_commit_message() == "Take the tax into account"
    assert session.ledger.session.calls == spent + 1
    sent = server.requests[-1].prompt
    assert "+        return sum(self.items) + tax" in sent
    assert "tax=0" not in sent, "what did not land is not described"
    assert "Begin" in sent, "the repository's own subjects show its style"
    (file,) = (home / ".state" / "copilot-tui" / "sessions").glob("*.jsonl")
    assert '"summarize/commit"' in file.read_text()


@pytest.mark.parametrize("reply", [replies.error(401, "no"), replies.answer("half", finish="length")])
async def test_without_an_answer_it_is_the_persons_own_words(
    reply: replies.Reply, asking: Asking, server: ScriptedServer
) -> None:
    server.otherwise = TEAM
    session = asking.session
    await asking.run(request_of("add the tax\nand keep the rest", "shop/cart.py"))
    accept_all(session)
    await session.land()
    server.otherwise = lambda _: reply
    assert await session.suggest_commit_message() == "Add the tax\n\nand keep the rest"


async def test_nothing_landed_is_nothing_to_describe(asking: Asking) -> None:
    with pytest.raises(UsageError, match="nothing to commit"):
        await asking.session.suggest_commit_message()


@pytest.mark.parametrize("lines", [None, (9, 9)], ids=["file", "block"])
async def test_of_a_key_across_the_cut_of_a_title_or_subject_nothing_is_left(
    lines: tuple[int, int] | None, asking: Asking, server: ScriptedServer
) -> None:
    text = f"{'x' * 60}{KEY}"
    server.otherwise = replace(TEAM, summarize="{}")
    if lines:
        server.then(replies.answer("```python\n        return sum(self.items) + tax\n```"))
    ran = await asking.run(request_of(text, "shop/cart.py", lines))
    assert KEY[:5] not in ran.proposal.title
    assert f"{'x' * 57}" in ran.proposal.title
    accept_all(asking.session)
    await asking.session.land()
    server.otherwise = lambda _: replies.error(401, "no")
    assert await asking.session.suggest_commit_message() == f"X{'x' * 59}(key)"


async def test_of_a_key_across_the_cut_of_what_a_model_said_nothing_is_left(
    asking: Asking, server: ScriptedServer
) -> None:
    server.otherwise = replace(
        TEAM, summarize=json.dumps({"title": f"{'x' * 70}{KEY}", "commit": f"{'x' * 3_990}{KEY}"})
    )
    ran = await asking.run(request_of("Add the tax."))
    assert ran.proposal.title == f"{'x' * 70}(key)"
    assert ran.proposal.commit_message == f"{'x' * 3_990}(key)"
    asking.session.replace_review(decide(ran.review, ran.review.units[0], Decision.ACCEPTED))
    await asking.session.land()
    server.then(replies.answer(f"{'x' * 3_990}{KEY}"))
    assert await asking.session.suggest_commit_message() == f"{'x' * 3_990}(key)"
