"""Proposals that wait: made by another agent through the real protocol, or by a comment; decided by a person."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from copilot_tui.autonomy.request import LineRange
from copilot_tui.session.ai_comments import ai_comments
from tests.headless.conftest import Copilot
from tests.support import replies
from tests.support.program import CART, Ended, environment_for, hears_ctrl_c, work_tree
from tests.support.scripted_server import ScriptedServer
from tests.support.team import block

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
PATCH = """\
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -8,2 +8,2 @@
     def total(self, tax):
-        return sum(self.items) - tax
+        return sum(self.items) + tax
"""
ELSEWHERE = block("web/checkout.py", "    return cart.total(0)\n", "    return cart.total(tax=0)\n")
FIXED = CART.replace("- tax", "+ tax")


@asynccontextmanager
async def agent(shop: Path, server: ScriptedServer) -> AsyncIterator[Client]:
    """Another agent, connected to `copilot-tui mcp` as a process of its own."""
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "copilot_tui", "mcp", "--repo", str(shop)],
        env=environment_for(server.base_url),
    )
    async with Client(stdio_client(command)) as client:
        yield client


async def ask(copilot: Copilot, *arguments: str) -> Ended:
    """The command beside this loop: it has a loop of its own."""
    return await asyncio.to_thread(copilot, *arguments)


def content_of(result: Any) -> dict[str, Any]:
    assert not result.is_error, result.content
    found: dict[str, Any] = result.structured_content
    return found


async def test_an_agents_proposal_waits_until_a_person_accepts_it(
    copilot: Copilot, shop: Path, server: ScriptedServer
) -> None:
    async with agent(shop, server) as client:
        assert {tool.name for tool in (await client.list_tools()).tools} == {"context", "propose", "review_status"}
        seen = content_of(await client.call_tool("context", {"query": "total of a cart", "budget": 2000}))
        assert seen["files"][0]["path"] == "shop/cart.py"
        there = content_of(await client.call_tool("context", {"query": "Add the tax.", "at": "shop/cart.py:9"}))
        assert (there["level"], there["items"][0]["kind"], there["budget"]) == ("line", "target", 4096)
        order = {"request": "Add the tax.", "at": "shop/cart.py:9", "patch": PATCH, "agent": "a colleague"}
        made = content_of(await client.call_tool("propose", order))
        assert (made["state"], made["level"], made["hunks"][0]["state"]) == ("waiting", "line", "admitted")
        assert (shop / "shop/cart.py").read_text() == CART, "nothing is written before a person decides"
        listed = (await ask(copilot, "waiting")).stdout
        assert made["id"] in listed
        assert "Add the tax.  by a colleague" in listed
        shown = (await ask(copilot, "waiting", "show", made["id"])).stdout
        assert "by a colleague, line: may change line 9 of shop/cart.py; budget 1 line" in shown
        assert (await ask(copilot, "waiting", "show", made["id"], "--json")).json["asked_by"] == "a colleague"
        assert (
            "+        return sum(self.items) + tax"
            in (await ask(copilot, "waiting", "show", made["id"], "--patch")).stdout
        )
        assert (await ask(copilot, "waiting", "accept", made["id"], "1")).status == 0
        assert (shop / "shop/cart.py").read_text() == FIXED
        assert (await ask(copilot, "waiting", "accept", made["id"])).complaint.endswith("is accepted already.")
        (status,) = content_of(await client.call_tool("review_status", {"id": made["id"]}))["proposals"]
        assert (status["state"], status["accepted"], status["rejected"]) == ("accepted", 1, 0)
    assert not server.requests, "an agent's own patch needs no model"
    assert (await ask(copilot, "undo")).status == 0
    assert (shop / "shop/cart.py").read_text() == CART


async def test_the_scope_that_an_agent_names_holds(copilot: Copilot, shop: Path, server: ScriptedServer) -> None:
    async with agent(shop, server) as client:
        order = {"request": "Add the tax.", "at": "shop/cart.py", "level": "file", "patch": FIX + ELSEWHERE}
        made = content_of(await client.call_tool("propose", order))
        states = {hunk["path"]: hunk["state"] for hunk in made["hunks"]}
        assert states == {"shop/cart.py": "admitted", "web/checkout.py": "withheld"}
        assert (await ask(copilot, "waiting", "accept", made["id"], "2")).status == 64
        assert (await ask(copilot, "waiting", "accept", made["id"])).status == 0
        assert b"total(0)" in work_tree(shop)["web/checkout.py"]
        for wrong, words in (
            ({"at": "shop/cart.py", "patch": ELSEWHERE}, "admits nothing"),
            ({"at": "../x.py", "patch": FIX}, "outside the repository"),
            ({"at": "shop/cart.py", "level": "galaxy", "patch": FIX}, "no level"),
            ({"at": "shop/cart.py", "patch": "no edit"}, "Nothing of it can be used"),
        ):
            refused = await client.call_tool("propose", {"request": "Add.", **wrong})
            assert refused.is_error
            assert words in str(refused.content)


async def test_without_a_patch_the_model_that_is_set_writes_the_change(
    copilot: Copilot, shop: Path, server: ScriptedServer
) -> None:
    server.then(replies.answer("```python\n        return sum(self.items) + tax\n```"))
    async with agent(shop, server) as client:
        made = content_of(await client.call_tool("propose", {"request": "Add the tax.", "at": "shop/cart.py:9"}))
    assert len(server.requests) == 1
    assert (await ask(copilot, "waiting", "reject", made["id"])).status == 0
    assert (await ask(copilot, "waiting")).stdout.startswith("No proposal waits")
    assert "(rejected)" in (await ask(copilot, "waiting", "list", "--all")).stdout
    assert (shop / "shop/cart.py").read_text() == CART


def test_without_the_package_it_says_what_to_install(copilot: Copilot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    assert "copilot-tui[mcp]" in copilot("mcp").complaint


def test_a_folder_that_is_no_repository_is_said_at_once(copilot: Copilot, tmp_path: Path) -> None:
    ended = copilot("mcp", "--repo", str(tmp_path))
    assert (ended.status, "not in a git repository" in ended.complaint) == (65, True)


def put_comment(shop: Path, line: str) -> None:
    (shop / "shop/cart.py").write_text(
        CART.replace("    def total(self, tax):\n", f"{line}    def total(self, tax):\n")
    )


def test_a_comment_starts_a_request_at_its_place(copilot: Copilot, shop: Path, server: ScriptedServer) -> None:
    put_comment(shop, "    # the tax is to be added\n    # not taken away AI!\n")
    server.then(replies.answer("```python\n    def total(self, tax):\n        return sum(self.items) + tax\n```"))
    ended = copilot("watch", "--once", "--json")
    assert ended.status == 0, ended.stderr
    (event,) = ended.events
    assert (event["event"], event["path"], event["line"], event["level"]) == ("waiting", "shop/cart.py", 9, "block")
    (request,) = server.requests
    assert "the tax is to be added not taken away. Then remove the comment" in request.prompt
    assert "AI!" in (shop / "shop/cart.py").read_text(), "nothing is written before a person decides"
    assert copilot("waiting", "accept", event["id"]).status == 0
    assert (shop / "shop/cart.py").read_text() == FIXED
    (model,) = copilot("stats", "--by", "model", "--json").json["groups"]
    assert (model["name"], model["requests"], model["accepted"]) == ("scripted", 1, 1), "also where another run decided"


def test_a_question_in_a_comment_is_answered(copilot: Copilot, shop: Path, server: ScriptedServer) -> None:
    put_comment(shop, "    # why is it taken away? AI?\n")
    server.then(replies.answer("A mistake, see shop/cart.py:10."))
    ended = copilot("watch", "--once")
    assert "A mistake" in ended.stdout
    assert "  shop/cart.py:10  return sum(self.items) - tax" in ended.stdout
    assert "The person looks at shop/cart.py:8-10." in server.requests[0].prompt


def test_ignored_and_protected_files_are_not_watched(copilot: Copilot, shop: Path, server: ScriptedServer) -> None:
    (shop / ".gitignore").write_text("build/\n")
    (shop / "build").mkdir()
    for path in ("build/made.py", "Makefile", ".env"):
        (shop / path).write_text("# do it AI!\n")
    assert copilot("watch", "--once").status == 0
    assert not server.requests


def test_a_proposal_that_fits_no_more_says_so(copilot: Copilot, shop: Path, server: ScriptedServer) -> None:
    put_comment(shop, "    # add it AI!\n")
    server.then(replies.answer("```python\n    def total(self, tax):\n        return sum(self.items) + tax\n```"))
    identity = copilot("watch", "--once", "--json").events[0]["id"]
    (shop / "shop/cart.py").write_text("nothing = 'is as it was'\n" * 30)
    before = work_tree(shop)
    ended = copilot("waiting", "accept", identity)
    assert ended.status != 0
    assert ended.complaint
    assert work_tree(shop) == before


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("a.py", "x = 1\n# twice AI!\ny = 2\n", [("twice", False, (1, 3))]),
        ("a.py", "def f():\n    return 1  # two AI!\n", [("two", False, (1, 2))]),
        ("a.py", "# make it two AI!\ndef f():\n    return 1\n\n\nz = 1\n", [("make it two", False, (1, 3))]),
        ("a.js", "function f() {\n  // why? AI?\n  return 1\n}\n", [("why?", True, (1, 4))]),
        ("a.css", "/* red AI! */\np { color: blue }\n", [("red", False, (1, 2))]),
        ("a.html", "<p>\n<!-- bold AI! -->\n</p>\n", [("bold", False, (1, 3))]),
        ("a.py", 'text = "all for AI!"\nprint("AI!")\n# AI! is a mark\n# CAI!\n', []),
    ],
)
def test_comments_are_told_from_what_only_looks_like_one(
    path: str, text: str, found: list[tuple[str, bool, tuple[int, int]]]
) -> None:
    comments = ai_comments(path, text.encode())
    assert [(one.text, one.is_question, one.region) for one in comments] == [
        (words, question, LineRange(*lines)) for words, question, lines in found
    ]


def test_a_saved_file_is_seen_while_it_watches(shop: Path, server: ScriptedServer, copilot: Copilot) -> None:
    """The real program beside the person's editor: one comment, one request, however often the file is saved."""
    server.otherwise = lambda _: replies.answer(
        "```python\n    def total(self, tax):\n        return sum(self.items) + tax\n```"
    )
    program = subprocess.Popen(
        [sys.executable, "-m", "copilot_tui", "watch", "--json", "--repo", str(shop)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment_for(server.base_url),
        text=True,
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509  (it is replaced by the program at once)
    )
    assert program.stdout is not None
    assert program.stderr is not None
    try:
        assert "Watching" in program.stderr.readline()
        time.sleep(0.5)  # the watch begins after the sentence
        put_comment(shop, "    # add it AI!\n")
        event = json.loads(program.stdout.readline())
        assert (event["event"], event["path"], event["line"]) == ("waiting", "shop/cart.py", 8), event
        put_comment(shop, "\n    # add it AI!\n")
        put_comment(shop, "    # and name it sum AI!\n")
        assert json.loads(program.stdout.readline())["request"].startswith("and name it sum.")
        assert len(server.requests) == 2
    finally:
        program.send_signal(signal.SIGINT)
        assert program.wait(20) == 130
        program.stdout.close()
        program.stderr.close()
