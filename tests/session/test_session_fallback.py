"""A fallback is taken where the first choice fails before its answer, and it is always shown; what an endpoint lacks is found out once."""

import json
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.session.events import RequestFailed
from copilot_tui.steps.events import CallFellBack, CallFinished
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer
from tests.support.team import Team, block

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")


def configure(home: Path, text: str) -> None:
    folder = home / ".config" / "copilot-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text)


@pytest.mark.parametrize(
    "fault",
    [
        replies.error(500, "Boom", {"Retry-After": "0"}),
        replies.error(429, "Slow down", {"Retry-After": "0"}),
        replies.error(404, "The model `scripted` does not exist"),
    ],
    ids=["500", "429", "unknown model"],
)
async def test_a_fallback_answers_and_is_shown(fault: Reply, shop: Path, server: ScriptedServer, home: Path) -> None:
    with ScriptedServer() as other:
        configure(home, f'fallback = ["other"]\n[profiles.other]\nbase_url = "{other.base_url}"\nmodel = "second"\n')
        server.otherwise = lambda _: fault
        other.otherwise = Team(edits={"": FIX})
        async with Asking(shop, server.base_url, home) as asking:
            ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert "+ tax" in ran.after("shop/cart.py")
    fell = ran.of(CallFellBack)
    assert [event.model for event in fell] == ["second", "second"], "the edit and the critique"
    assert fell[0].reason
    assert [event.model for event in ran.of(CallFinished)] == ["second", "second"]


async def test_a_refused_key_is_no_reason_for_a_fallback(shop: Path, server: ScriptedServer, home: Path) -> None:
    with ScriptedServer() as other:
        configure(home, f'fallback = ["other"]\n[profiles.other]\nbase_url = "{other.base_url}"\nmodel = "second"\n')
        server.otherwise = lambda _: replies.error(401, "no")
        async with Asking(shop, server.base_url, home) as asking:
            ran = await asking.run(request_of("Add the tax.", "shop/cart.py"))
    assert ran.of(RequestFailed)
    assert not ran.of(CallFellBack)
    assert other.requests == []


async def test_an_endpoint_with_hardly_anything_serves_a_whole_recipe_and_is_found_out_once(
    asking: Asking, server: ScriptedServer
) -> None:
    """No streaming, no schema, no usage, no limit parameter: each is refused once, then no longer sent."""
    team = Team(plan=[("shop/cart.py", "Add.")], edits={"shop/cart.py": FIX})
    refused: list[str] = []

    def script(request: RecordedRequest) -> Reply:
        body = request.body
        for name in ("response_format", "stream_options", "max_tokens", "max_completion_tokens", "temperature"):
            if name in body:
                refused.append(name)
                return replies.error(400, f"Unrecognized request argument supplied: {name}", param=name)
        if body.get("stream"):
            refused.append("stream")
            return replies.error(400, "stream is not supported", param="stream")
        answer = team(request)
        sent = b"".join(step.data for step in answer.steps if isinstance(step, replies.Send))
        return replies.whole(_text_of(sent))

    server.otherwise = script
    ran = await asking.run(request_of("Add the tax.", level=AutonomyLevel.REPO))
    assert "+ tax" in ran.after("shop/cart.py")
    assert sorted(refused) == sorted(set(refused)), "each was tried once"
    assert {"response_format", "stream"} <= set(refused)


def _text_of(stream: bytes) -> str:
    """The text that a scripted stream says."""
    text = ""
    for line in stream.split(b"\n"):
        if line.startswith(b"data: {"):
            for choice in json.loads(line[6:])["choices"]:
                text += choice["delta"].get("content") or ""
    return text
