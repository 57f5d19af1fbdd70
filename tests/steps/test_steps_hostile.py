"""Answers that no good model gives: large, endless, no text at all. Each ends in a sentence, in bounded time, and nothing is lost."""

import time
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request
from copilot_tui.edits.stream import IncrementalParser
from copilot_tui.session.events import ProposalReady, RequestFailed
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.program import work_tree
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer
from tests.support.team import Team, block, role_of

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")


def large(text: str, size: int = 4000) -> Reply:
    """The text in large pieces, as a fast endpoint sends it."""
    events = [replies.event(replies.delta(piece)) for piece in replies.pieces_of(text, size)]
    return replies.stream([*events, replies.event(replies.delta(finish="stop"))])


@pytest.mark.parametrize(
    "text",
    ["x" * 3_000_000, "<think>" + "> a" * 700_000, " " * 2_000_000, "}\n" * 30_000, "\x00\x1b[2J\ufffd\ud800" * 20_000],
    ids=["one line", "reasoning without an end", "blanks", "braces", "no text"],
)
async def test_an_endless_answer_is_refused_in_bounded_time_and_kept_whole(
    text: str, asking: Asking, server: ScriptedServer
) -> None:
    server.otherwise = lambda request: large(text) if role_of(request) == "edit" else replies.answer("No.")
    began = time.monotonic()
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert time.monotonic() - began < 60, "in proportion to its length, also on a busy machine"
    if ran.of(ProposalReady):
        assert not ran.proposal.change_set
        assert ran.proposal.refusals
        assert len(ran.proposal.answers[0]) >= len(text) - 1 or "think" in text
    else:
        assert ran.failure.exit_status == 69


async def test_an_answer_above_ten_million_characters_is_cut_and_its_good_block_kept(
    asking: Asking, server: ScriptedServer
) -> None:
    server.then(large(FIX + "word " * 2_100_000, 20_000), replies.answer("No."))
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert "+ tax" in ran.after("shop/cart.py")
    assert ran.proposal.refusals, "it says that the answer was cut"


@pytest.mark.parametrize("piece", ["x" * 64, " " * 64, "<think> a > b " * 4], ids=["one line", "blanks", "reasoning"])
def test_reading_while_it_streams_takes_time_in_proportion_to_the_text(piece: str) -> None:
    parser = IncrementalParser()
    parser.feed("<think>" if "think" in piece else "Hello\n")
    began = time.perf_counter()
    for _ in range(50_000):
        parser.feed(piece)
    assert time.perf_counter() - began < 10, "a text that is copied with each piece takes minutes"


FAULTS: dict[str, Reply] = {
    "401": replies.error(401, "no"),
    "404 model": replies.error(404, "The model `scripted` does not exist"),
    "500": replies.error(500, "Boom", {"Retry-After": "0"}),
    "429": replies.error(429, "Slow down", {"Retry-After": "0"}),
    "cut": replies.cut_by_clean_close("half"),
    "stalled": replies.stalled_in_body("half"),
    "empty": replies.empty(),
    "length": replies.answer("half", finish="length"),
}
PLACES = {
    AutonomyLevel.LINE: ("shop/cart.py", (9, 9)),
    AutonomyLevel.BLOCK: ("shop/cart.py", (8, 9)),
    AutonomyLevel.FILE: ("shop/cart.py", None),
    AutonomyLevel.DIRECTORY: ("shop", None),
    AutonomyLevel.REPO: ("", None),
}


def request_at(level: AutonomyLevel) -> Request:
    path, lines = PLACES[level]
    return request_of("Add the tax.", path, lines, level)


@pytest.mark.parametrize("level", AutonomyLevel)
@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_at_every_level_leaves_the_session_whole(
    level: AutonomyLevel, fault: str, shop: Path, server: ScriptedServer, home: Path
) -> None:
    """Every call of the first request fails, then the endpoint is well again and the session goes on."""
    if fault == "stalled":
        folder = home / ".config" / "copilot-tui"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text("[profiles.openai]\nidle_seconds = 2.0\n")
    before = work_tree(shop)
    server.otherwise = lambda _: FAULTS[fault]
    async with Asking(shop, server.base_url, home) as asking:
        failed = await asking.run(request_at(level))
        assert work_tree(shop) == before
        if failed.of(RequestFailed):
            assert failed.failure.exit_status == 69
            assert failed.failure.sentence.count("\n") == 0
        else:
            assert not failed.proposal.change_set
            assert failed.proposal.refusals
        region = "```\n        return sum(self.items) + tax\n```"
        edits = {"": region if level.is_region else FIX, "shop/cart.py": FIX}
        server.otherwise = Team(plan=[("shop/cart.py", "Add.")], edits=edits)
        again = await asking.run(request_at(level))
    assert "+ tax" in again.after("shop/cart.py")


async def test_a_role_that_fails_half_way_costs_only_what_it_was_for(asking: Asking, server: ScriptedServer) -> None:
    """Locate, critique and summarize may all fail: the proposal is there."""
    team = Team(plan=[("shop/cart.py", "Add.")], edits={"shop/cart.py": FIX})

    def script(request: RecordedRequest) -> Reply:
        return FAULTS["401"] if role_of(request) in {"locate", "critique", "summarize"} else team(request)

    server.otherwise = script
    ran = await asking.run(request_of("Add the tax."))
    assert "+ tax" in ran.after("shop/cart.py")
    assert not ran.proposal.notes
