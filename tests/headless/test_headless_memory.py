"""`copilot-tui memory`: decisions listed, let go, and made into a rule that waits to be named."""

import json
from pathlib import Path

import pytest

from copilot_tui.session.memory import Memory
from tests.headless.conftest import Copilot
from tests.session.test_session_memory import RULE, rules, three_decisions
from tests.support import replies
from tests.support.asking import Asking
from tests.support.scripted_server import ScriptedServer


@pytest.fixture
async def kept(shop: Path, server: ScriptedServer, home: Path) -> Memory:
    """Three decisions of two reviews, made in a session before."""
    async with Asking(shop, server.base_url, home) as asking:
        await three_decisions(asking, server)
    return asking.session.records.memory


def test_decisions_are_listed_and_let_go(copilot: Copilot, kept: Memory) -> None:
    found = copilot("memory", "list", "--json").json
    assert (found["on"], found["enough"], len(found["decisions"])) == (True, True, 3)
    assert [one["verdict"] for one in found["decisions"]] == ["rejected", "edited", "rejected"]
    listed = copilot("memory")
    assert "rejected  shop/cart.py  “never round before it is shown”" in listed.stdout
    assert "memory propose" in listed.stderr
    assert copilot("memory", "forget", "0123").status == 64
    assert copilot("memory", "forget", found["decisions"][0]["id"]).stdout == "1 kept decision is gone.\n"
    assert copilot("memory", "forget", "--json").json == {"version": 1, "forgotten": 2}
    assert copilot("memory").stdout == "No rejected or rewritten hunk is kept here.\n"
    assert copilot("memory", "propose").complaint.startswith("0 decisions of yours are kept")


def test_a_rule_is_shown_and_lands_by_its_number_alone(
    copilot: Copilot, kept: Memory, server: ScriptedServer, shop: Path
) -> None:
    server.otherwise = lambda _: replies.answer(rules((RULE, [1, 3])))
    shown = copilot("memory", "propose", "--json").json
    assert (shown["level"], shown["hunks"][0]["path"]) == ("file", "AGENTS.md")
    assert f"+- {RULE}" in shown["patch"]
    assert copilot("memory", "propose", "--accept", "all").status == 73
    assert not (shop / "AGENTS.md").exists()
    events = copilot("memory", "propose", "--events").events
    assert [one["event"] for one in events][-2:] == ["ProposalReady", "result"]
    number = str(next(hunk["number"] for hunk in shown["hunks"]))
    landed = copilot("memory", "propose", "about rounding", "--accept", number, "--json").json["landed"]
    assert landed["files"][0]["path"] == "AGENTS.md"
    assert (shop / "AGENTS.md").read_text().endswith(f"- {RULE}\n")
    assert copilot("memory").stdout.startswith("No rejected")
    assert copilot("undo").status == 0
    assert not (shop / "AGENTS.md").exists()


def test_a_model_without_an_answer_is_one_sentence(copilot: Copilot, kept: Memory, server: ScriptedServer) -> None:
    server.otherwise = lambda _: replies.answer("no idea")
    ended = copilot("memory", "propose", "--json")
    assert ended.status == 1
    assert "no rules in it" in ended.complaint
    assert json.loads(ended.stdout)["hunks"] == []
