"""`copilot-tui mcp` against agents that mean ill or make mistakes: nothing is written, and each refusal is one sentence."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mcp import Client

from copilot_tui.errors import UsageError
from copilot_tui.headless.mcp_server import Desk, make_server
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide, decide_rest
from tests.headless.conftest import Copilot
from tests.headless.test_headless_waiting import ELSEWHERE, FIX, PATCH, ask, content_of
from tests.support.asking import Asking
from tests.support.program import environment_for, work_tree
from tests.support.scripted_server import ScriptedServer

HOOK = "--- /dev/null\n+++ b/.git/hooks/post-commit\n@@ -0,0 +1 @@\n+echo owned\n"
OUTSIDE = HOOK.replace("b/.git/hooks/post-commit", "b/../../owned.sh")
SETTINGS = HOOK.replace("b/.git/hooks/post-commit", "b/.copilot-tui.toml")


@asynccontextmanager
async def agent(shop: Path, server: ScriptedServer) -> AsyncIterator[Client]:
    """An agent that speaks the protocol with our server in this process."""
    desk = Desk(shop, environment_for(server.base_url), Path.home())
    try:
        async with Client(make_server(desk)) as client:
            yield client
    finally:
        await desk.close()


async def test_hostile_proposals_are_refused_in_one_sentence_and_the_server_lives_on(
    shop: Path, server: ScriptedServer, copilot: Copilot
) -> None:
    before = work_tree(shop)
    refused: list[tuple[dict[str, Any], str]] = [
        ({"patch": HOOK, "level": "repo"}, "git's own folder"),
        ({"patch": OUTSIDE, "level": "repo"}, ""),
        ({"patch": SETTINGS, "level": "repo"}, "settings of copilot-tui itself"),
        ({"patch": FIX, "at": "/etc/passwd"}, "outside the repository"),
        ({"patch": FIX, "at": "shop/cart.py:9999"}, "no line 9999"),
        ({"patch": FIX, "at": "shop/cart.py:0"}, ""),
        ({"patch": FIX, "level": "root"}, "no level"),
        ({"patch": "\0" * 1000}, "Nothing of it can be used"),
        ({"patch": "x" * 60_000_000}, "MB"),
        ({"patch": PATCH * 2, "at": "shop/cart.py:1"}, "admits nothing"),
    ]
    async with agent(shop, server) as client:
        for wrong, words in refused:
            ended = await client.call_tool("propose", {"request": "Add the tax.", **wrong})
            said = str(ended.content)
            assert ended.is_error, (wrong, said)
            assert words in said
            assert "Traceback" not in said
        for tool, arguments in (
            ("propose", {"request": 7}),
            ("propose", {}),
            ("context", {"query": "x", "budget": "many"}),
            ("review_status", {"id": "../../etc/passwd"}),
            ("accept", {"id": "12345678"}),
        ):
            (wrongly,) = await asyncio.gather(client.call_tool(tool, arguments), return_exceptions=True)
            assert isinstance(wrongly, BaseException) or wrongly.is_error, "the protocol itself may refuse it"
            assert "Traceback" not in str(wrongly)
        assert (
            content_of(await client.call_tool("context", {"query": "\x1b]0;x\x07 total", "budget": -5}))["tokens"] == 0
        )
        assert content_of(await client.call_tool("review_status", {})) == {"version": 1, "proposals": []}
    assert work_tree(shop) == before
    assert (await ask(copilot, "waiting")).stdout.startswith("No proposal waits")


async def test_what_an_agent_calls_itself_drives_no_terminal_and_is_cut(
    shop: Path, server: ScriptedServer, copilot: Copilot
) -> None:
    async with agent(shop, server) as client:
        order = {
            "at": "shop/cart.py:9",
            "patch": PATCH,
            "agent": "\x1b[2J me" + "e" * 5000,
            "request": "Add\x1b]0;x\x07 it.",
        }
        made = content_of(await client.call_tool("propose", order))
    listed = await ask(copilot, "waiting")
    assert "\x1b" not in listed.stdout
    assert len(listed.stdout) < 500
    shown = (await ask(copilot, "waiting", "show", made["id"])).stdout
    assert "\x1b" not in shown


async def test_two_proposals_at_once_wait_side_by_side(shop: Path, server: ScriptedServer) -> None:
    async with agent(shop, server) as client:
        orders = [
            {"request": "Add the tax.", "at": "shop/cart.py:9", "patch": PATCH},
            {"request": "Name the tax.", "at": "web/checkout.py", "patch": ELSEWHERE},
        ]
        both = await asyncio.gather(*[client.call_tool("propose", order) for order in orders])
        identities = {content_of(one)["id"] for one in both}
        known = content_of(await client.call_tool("review_status", {}))["proposals"]
        assert {one["id"] for one in known} == identities
        assert {one["state"] for one in known} == {"waiting"}


async def test_a_wait_that_is_full_says_so(shop: Path, server: ScriptedServer, home: Path) -> None:
    async with Asking(shop, server.base_url, home) as asking, agent(shop, server) as client:
        order = {"request": "Add the tax.", "at": "shop/cart.py:9", "patch": PATCH}
        made = content_of(await client.call_tool("propose", order))
        box = asking.session.records.waiting
        proposal = box.review_of(asking.session.parts.repository, made["id"]).proposal
        for _ in range(99):
            box.put(proposal, "another")
        assert box.count() == 100
        full = await client.call_tool("propose", order)
        assert "decide some of them first" in str(full.content)


async def test_the_agent_hears_of_each_hunk_and_of_the_persons_words(
    shop: Path, server: ScriptedServer, home: Path
) -> None:
    async with agent(shop, server) as client:
        order = {"request": "Add the tax.", "level": "repo", "patch": FIX + ELSEWHERE}
        made = content_of(await client.call_tool("propose", order))
        async with Asking(shop, server.base_url, home) as asking:
            review = await asking.session.take_waiting(made["id"])
            first, second = review.units
            review = decide(decide(review, first, Decision.REJECTED), second, Decision.ACCEPTED)
            asking.session.replace_review(replace(review, comments=((review.key(first), "no types here"),)))
            await asking.session.land()
        (status,) = content_of(await client.call_tool("review_status", {"id": made["id"]}))["proposals"]
    assert (status["state"], status["accepted"], status["rejected"], status["landing"]) == ("accepted", 1, 1, 1)
    assert [hunk["state"] for hunk in status["hunks"]] == ["rejected", "accepted"]
    assert status["remarks"] == [{"path": "shop/cart.py", "text": "no types here"}]


async def test_a_review_that_is_put_away_rejects_only_what_was_decided(
    shop: Path, server: ScriptedServer, home: Path
) -> None:
    async with agent(shop, server) as client, Asking(shop, server.base_url, home) as asking:
        order = {"request": "Add the tax.", "at": "shop/cart.py:9", "patch": PATCH}
        made = content_of(await client.call_tool("propose", order))
        session = asking.session
        session.discard(await session.take_waiting(made["id"]))
        assert session.records.waiting.find(made["id"]).state == "waiting", "nothing of it was decided"
        session.discard(decide_rest(await session.take_waiting(made["id"]), None, Decision.REJECTED))
        found = session.records.waiting.find(made["id"])
        assert (found.state, found.rejected, found.landing) == ("rejected", 1, None)
        assert len(session.records.memory.evidence()) == 1, "what an agent proposed in vain may make a rule, too"
        with pytest.raises(UsageError, match="is rejected already"):
            await session.records.reject_waiting(made["id"])


async def test_what_fits_no_more_can_still_be_rejected(shop: Path, server: ScriptedServer, copilot: Copilot) -> None:
    async with agent(shop, server) as client:
        order = {"request": "Add the tax.", "at": "shop/cart.py:9", "patch": PATCH}
        made = content_of(await client.call_tool("propose", order))
    (shop / "shop/cart.py").write_text("gone\n")
    assert (await ask(copilot, "waiting", "reject", made["id"], "--json")).json["state"] == "rejected"
    assert (await ask(copilot, "waiting", "reject", made["id"])).status == 64


async def test_garbage_on_standard_input_ends_nothing_and_prints_no_trace(shop: Path, server: ScriptedServer) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "copilot_tui", "mcp", "--repo", str(shop),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        env=environment_for(server.base_url),
    )  # fmt: skip
    start = {
        "jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "x", "version": "1"}},
    }  # fmt: skip
    lines = [b"no json at all", b"\xff\xfe", b"[]", b'{"jsonrpc": "2.0"}', json.dumps(start).encode()]
    out, err = await asyncio.wait_for(program.communicate(b"\n".join(lines) + b"\n"), 30)
    answers = [json.loads(line) for line in out.splitlines()]
    assert any(one.get("id") == 1 and "result" in one for one in answers), out
    assert b"Traceback" not in err
    assert program.returncode == 0
