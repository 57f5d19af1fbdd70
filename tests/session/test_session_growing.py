"""A finished hunk can be decided while the rest of the answer still streams."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from copilot_tui.review.carry import with_edited_text
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.session.events import ProposalGrew, ProposalReady, RequestFailed
from copilot_tui.steps.events import TextStreamed
from tests.support import replies
from tests.support.asking import Asking, Ran, request_of
from tests.support.program import make_repository
from tests.support.replies import Reply
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

STORE = "".join(f"name{number} = {number}\n" for number in range(30))
FIRST = block("shop/store.py", "name3 = 3\n", "name3 = 33\n")
SECOND = block("shop/store.py", "name27 = 27\n", "name27 = 72\n")
OUTSIDE = block("web/checkout.py", "    return cart.total(0)\n", "    return cart.total(tax=0)\n")


@pytest.fixture(autouse=True)
def store(shop: Path) -> Path:
    (shop / "shop" / "store.py").write_text(STORE)
    return shop


PROSE = "Then the next one follows, after a while that is long enough to decide something.\n" * 4


def slowly(text: str) -> Reply:
    return replies.answer(text, every=0.003)


async def test_a_hunk_is_shown_before_the_answer_is_over_and_its_decision_stays(
    asking: Asking, server: ScriptedServer
) -> None:
    server.otherwise = Team(edits={"": slowly(FIRST + PROSE + SECOND + PROSE)})
    session = asking.session
    ran = Ran()
    async for event in session.propose(request_of("Tidy up.", "shop/store.py")):
        ran.events.append(event)
        if isinstance(event, ProposalGrew) and len(event.review.units) == 1:
            session.replace_review(decide(event.review, event.review.units[0], Decision.ACCEPTED))
    grown = ran.of(ProposalGrew)
    assert [len(event.review.units) for event in grown] == [1, 2]
    assert any(isinstance(event, TextStreamed) for event in ran.events[ran.events.index(grown[0]) :])
    states = [grown[1].review.state(unit) for unit in grown[1].review.units]
    assert states == [Decision.ACCEPTED, Decision.PENDING]
    assert [ran.review.state(unit) for unit in ran.review.units] == states
    assert session.review is ran.review


async def test_a_decision_never_goes_to_what_the_whole_answer_withholds_or_flags(
    asking: Asking, server: ScriptedServer
) -> None:
    broken = SECOND.replace("72", "(72")  # the checks find it at the end
    server.otherwise = Team(edits={"": slowly(FIRST + PROSE + broken)}, repairs=["No."])
    session = asking.session
    async for event in session.propose(request_of("Tidy up.", "shop/store.py")):
        if isinstance(event, ProposalGrew):
            review = event.review
            for unit in review.units:
                review = decide(review, unit, Decision.ACCEPTED)
            session.replace_review(review)
    proposed = session.review
    assert proposed is not None
    assert [(proposed.state(unit), bool(proposed.flags(unit))) for unit in proposed.units] == [
        (Decision.ACCEPTED, False),
        (Decision.PENDING, True),
    ]


async def test_what_lies_outside_of_the_scope_is_shown_as_withheld_at_once(
    asking: Asking, server: ScriptedServer
) -> None:
    server.otherwise = Team(edits={"": slowly(OUTSIDE + PROSE)})
    ran = await asking.run(request_of("Tidy up.", "shop/store.py"))
    (grown,) = ran.of(ProposalGrew)
    (unit,) = grown.review.units
    assert grown.review.withheld_reason(unit) is not None


async def test_answers_that_stream_side_by_side_grow_one_proposal(asking: Asking, server: ScriptedServer) -> None:
    server.otherwise = Team(
        plan=[("shop/store.py", "One."), ("web/checkout.py", "Two.")],
        edits={"shop/store.py": slowly(FIRST + PROSE), "web/checkout.py": slowly(OUTSIDE + PROSE)},
    )
    ran = await asking.run(request_of("Tidy up."))
    assert {file.path for file in ran.of(ProposalGrew)[-1].review.files} == {"shop/store.py", "web/checkout.py"}


async def test_half_an_answer_never_becomes_a_proposal(asking: Asking, server: ScriptedServer) -> None:
    server.otherwise = Team(edits={"": slowly(FIRST + PROSE + SECOND)})
    session = asking.session
    async with aclosing(session.propose(request_of("Tidy up.", "shop/store.py"))) as events:
        async for event in events:
            if isinstance(event, ProposalGrew):
                break
    assert session.review is None
    await asyncio.sleep(0.05)
    (request,) = server.requests
    assert request.left.wait(5), "the stream was closed"


async def test_a_fault_after_the_first_hunk_keeps_it_and_says_that_more_may_be_missing(
    asking: Asking, server: ScriptedServer
) -> None:
    server.then(replies.cut_by_reset(FIRST + PROSE + SECOND[:60]), replies.answer("No."))
    ran = await asking.run(request_of("Tidy up.", "shop/store.py"))
    assert "name3 = 33\n" in ran.after("shop/store.py")
    (refusal,) = ran.proposal.refusals
    assert "ask again" in refusal.reason


async def test_reasoning_is_never_read_for_edits(asking: Asking, server: ScriptedServer) -> None:
    server.then(
        replies.answer(f"<think>\n{SECOND}</think>\n{FIRST}", reasoning=SECOND, every=0.002),
    )
    ran = await asking.run(request_of("Tidy up.", "shop/store.py"))
    assert all(len(event.review.units) == 1 for event in ran.of(ProposalGrew))
    assert "name27 = 27\n" in ran.after("shop/store.py")


async def test_a_large_answer_in_many_blocks_ends_well(tmp_path: Path, server: ScriptedServer, home: Path) -> None:
    lines = [f"name{number} = {number}\n" for number in range(400)]
    repository = make_repository(tmp_path / "large", {"names.py": "".join(lines)})
    blocks = [block("names.py", line, line.replace("name", "word")) for line in lines[::4]]
    server.then(replies.answer("".join(blocks)))
    async with Asking(repository, server.base_url, home) as asking:
        ran = await asking.run(request_of("Rename.", "names.py"))
    assert not ran.of(RequestFailed)
    assert ran.of(ProposalReady)
    assert ran.after("names.py").count("word") == 100


async def test_what_a_person_rewrote_stays_where_the_rest_of_the_answer_touches_it(
    asking: Asking, server: ScriptedServer
) -> None:
    neighbour = block("shop/store.py", "name4 = 4\n", "name4 = 44\n")
    server.otherwise = Team(edits={"": slowly(FIRST + PROSE + neighbour + SECOND + PROSE)})
    session = asking.session
    ran = Ran()
    async for event in session.propose(request_of("Tidy up.", "shop/store.py")):
        ran.events.append(event)
        if isinstance(event, ProposalGrew) and not event.review.counts.edited and len(ran.of(ProposalGrew)) == 1:
            mine = STORE.replace("name3 = 3\n", "name3 = mine\n").encode()
            session.replace_review(with_edited_text(event.review, 0, mine))
    (file,) = ran.review.files
    wanted = STORE.replace("name3 = 3\n", "name3 = mine\n").replace("name27 = 27\n", "name27 = 72\n")
    assert (file.change.after or b"").decode() == wanted
    assert ran.review.counts.edited == 1
