"""The embed role: texts in, vectors of one length out, or a sentence."""

import pytest

from copilot_tui.models.failures import CallError
from tests.support import replies
from tests.support.calls import KEY, endpoints_for
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer

TOKEN = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"


def vectors_of(request: RecordedRequest) -> Reply:
    texts = request.body["input"]
    data = [{"index": number, "embedding": [len(text), 1.0]} for number, text in enumerate(texts)]
    return replies.json_body(200, {"data": data[::-1]})


async def test_each_text_has_its_vector_in_its_place(server: ScriptedServer) -> None:
    server.otherwise = vectors_of
    async with endpoints_for(server.base_url) as models:
        assert await models.embed(["a", "bcd"]) == ((1.0, 1.0), (3.0, 1.0))
        assert await models.embed([]) == ()
    (request,) = server.requests
    assert request.path.endswith("/embeddings")
    assert request.headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.fault("O32")
async def test_secrets_are_kept_back_here_too(server: ScriptedServer) -> None:
    server.otherwise = vectors_of
    async with endpoints_for(server.base_url) as models:
        await models.embed([f"token = {TOKEN}\u202e"])
    (text,) = server.requests[0].body["input"]
    assert TOKEN not in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (replies.error(404, "no such model"), "has no model"),
        (replies.error(401, f"bad key {KEY}"), "did not accept the key"),
        (replies.json_body(200, {"data": []}), "are no embeddings"),
        (replies.json_body(200, {"data": [{"index": 0, "embedding": ["x"]}]}), "are no embeddings"),
        (replies.json_body(200, {"data": [{"index": 0, "embedding": [float("nan"), 1.0]}]}), "are no embeddings"),
        (replies.json_body(200, {"data": [{"index": 0, "embedding": [10**400, 1.0]}]}), "are no embeddings"),
        (replies.json_body(200, {"data": 5}), "are no embeddings"),
        (replies.web_page(), "are no embeddings"),
    ],
)
async def test_what_is_no_vector_is_a_sentence(server: ScriptedServer, reply: Reply, said: str) -> None:
    server.then(reply)
    async with endpoints_for(server.base_url) as models:
        with pytest.raises(CallError, match=said) as caught:
            await models.embed(["a"])
    assert KEY not in str(caught.value)
