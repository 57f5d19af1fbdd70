"""Every fault of an endpoint ends in one sentence that says what to do, and the next call works."""

import asyncio
import logging
import shutil
import ssl
import subprocess
import time
from pathlib import Path

import pytest

from copilot_tui.models.call import FellBack, TextPart, Waiting
from copilot_tui.models.failures import FailureKind
from copilot_tui.visible import visible
from tests.support import replies
from tests.support.calls import KEY, call_of, endpoints_for, outcome_of
from tests.support.replies import Reply
from tests.support.scripted_server import ScriptedServer


@pytest.mark.fault("O54")
@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (replies.error(400, "something is off"), FailureKind.BAD_REQUEST, "status 400"),
        (replies.error(401, "Incorrect API key provided"), FailureKind.KEY_REJECTED, "set the right key"),
        (replies.error(402, "no funds"), FailureKind.QUOTA, "billing"),
        (replies.error(403, "not yours"), FailureKind.FORBIDDEN, "ask for access"),
        (replies.error(404, "The model `gpt-9` does not exist"), FailureKind.MODEL_UNKNOWN, "no model scripted"),
        (replies.body(404, b"404 page not found"), FailureKind.ADDRESS_UNKNOWN, "base_url"),
        (replies.error(400, "too long", code="context_length_exceeded"), FailureKind.TOO_LONG, "context_budget"),
        (replies.body(413, b"Request Entity Too Large"), FailureKind.TOO_LONG, "context_budget"),
        (
            replies.body(400, b"This model's maximum context length is 8192 tokens"),
            FailureKind.TOO_LONG,
            "context_budget",
        ),
        (replies.json_body(422, {"detail": [{"msg": "field required"}]}), FailureKind.BAD_REQUEST, "field required"),
        (replies.json_body(400, {"error": "plain words"}), FailureKind.BAD_REQUEST, "plain words"),
        (
            replies.error(429, "You exceeded your current quota", code="insufficient_quota"),
            FailureKind.QUOTA,
            "billing",
        ),
    ],
)
async def test_refusal_is_one_request_and_one_sentence(
    server: ScriptedServer, reply: Reply, kind: FailureKind, said: str
) -> None:
    server.then(reply)
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
        assert outcome.error is not None
        assert outcome.error.kind is kind
        assert said in outcome.sentence
        assert len(server.requests) == 1
        assert (await outcome_of(models)).finished.complete, "the session goes on"


@pytest.mark.fault("O55")
async def test_retry_after_is_waited_for_and_shown(server: ScriptedServer) -> None:
    server.then(replies.error(429, "slow down", {"Retry-After": "1"}), replies.answer("done"))
    async with endpoints_for(server.base_url) as models:
        began = time.monotonic()
        outcome = await outcome_of(models)
    assert outcome.text == "done"
    assert [part.seconds for part in outcome.of(Waiting)] == [1.0]
    assert time.monotonic() - began >= 1.0


@pytest.mark.fault("O55")
async def test_wait_longer_than_the_settings_allow_is_refused_at_once(server: ScriptedServer) -> None:
    server.then(replies.error(429, "slow down", {"Retry-After": "500"}))
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert "500 seconds" in outcome.sentence
    assert outcome.of(Waiting) == []
    assert len(server.requests) == 1


@pytest.mark.fault("O55")
async def test_wait_of_119_seconds_is_announced_and_can_be_cancelled(server: ScriptedServer) -> None:
    server.then(replies.error(429, "slow down", {"Retry-After": "119"}))
    async with endpoints_for(server.base_url) as models:
        stream = models.stream(call_of())
        waits = []
        async for part in stream:
            if isinstance(part, Waiting):
                waits.append(part.seconds)
                break
        await stream.aclose()
        assert waits == [119.0]
        assert (await outcome_of(models)).finished.complete


@pytest.mark.fault("O55")
async def test_server_errors_are_tried_three_times_in_all(server: ScriptedServer) -> None:
    server.then(*[replies.error(503, "overloaded")] * 5)
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert len(server.requests) == 3
    assert "ask again later" in outcome.sentence


@pytest.mark.fault("O55")
async def test_two_server_errors_then_success(server: ScriptedServer) -> None:
    server.then(replies.error(500, "a"), replies.error(502, "b"), replies.answer("there"))
    async with endpoints_for(server.base_url) as models:
        assert (await outcome_of(models)).text == "there"


@pytest.mark.fault("O56")
@pytest.mark.parametrize(
    "reply",
    [
        replies.stalled_before_headers(),
        replies.stalled_after_headers(),
        replies.stalled_in_body(),
        replies.only_comments(),
        replies.only_comments("half of an answer"),
    ],
    ids=["before headers", "after headers", "in the body", "only comments", "comments after text"],
)
async def test_watchdog_looks_at_content_alone(server: ScriptedServer, reply: Reply) -> None:
    server.then(reply)
    async with endpoints_for(server.base_url, idle_seconds=0.4) as models:
        began = time.monotonic()
        outcome = await outcome_of(models)
        assert 0.3 < time.monotonic() - began < 1.5
        assert "sent nothing for 0.4 seconds" in outcome.sentence
        if outcome.error is None:
            assert outcome.text == "half of an answer"
            assert not outcome.finished.complete
        assert server.requests[0].left.wait(2), "the stream is closed"


@pytest.mark.fault("O57")
@pytest.mark.parametrize(
    "reply",
    [
        replies.cut_by_clean_close(),
        replies.cut_by_end_of_file(),
        replies.cut_by_short_length(),
        replies.cut_by_reset(),
        replies.cut_in_an_event(),
    ],
    ids=["clean close", "end of file", "short length", "reset", "in an event"],
)
async def test_cut_stream_is_incomplete(server: ScriptedServer, reply: Reply) -> None:
    server.then(reply)
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert outcome.text == "half of an answer"
    assert not outcome.finished.complete
    assert "ask again" in outcome.sentence
    assert outcome.finished.usage.estimated
    assert len(server.requests) == 1


@pytest.mark.fault("O57")
@pytest.mark.parametrize(
    "reply", [replies.dropped(), replies.dropped_after_headers()], ids=["at once", "after headers"]
)
async def test_connection_that_ends_before_the_answer_is_tried_again(server: ScriptedServer, reply: Reply) -> None:
    server.then(replies.answer("first"), reply, replies.answer("second"), reply, reply, reply)
    async with endpoints_for(server.base_url) as models:
        assert (await outcome_of(models)).text == "first"
        outcome = await outcome_of(models)
        assert outcome.text == "second"
        assert [part.reason for part in outcome.of(Waiting)] == [
            f"{server.base_url.split('/')[2]} closed the connection without an answer"
        ]
        failed = await outcome_of(models)
    assert failed.error is not None
    assert failed.error.kind is FailureKind.DROPPED
    assert len(server.requests) == 6, "three times in all, never more"


@pytest.mark.fault("O58")
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (replies.raw_events(b"data: {bad\n\n"), "no JSON"),
        (replies.raw_events(b'data: {"a":"\xff"}\n\n'), "no JSON"),
        (replies.raw_events(b"data: 5\n\n"), "5 instead of an object"),
        (replies.raw_events(b'data: {"choices": null}\n\n'), "before its first word"),
        (replies.raw_events(b'data: {"choices": []}\n\n'), "before its first word"),
        (replies.raw_events(b'data: {"choices": [7]}\n\n'), "no list of objects"),
        (replies.raw_events(b'data: {"error": {"message": "boom"}}\n\n'), "boom"),
        (replies.raw_events(b"event: error\ndata: overloaded\n\n"), "overloaded"),
        (replies.web_page(), "Please log in"),
        (replies.body(200, b"Hello, I am a proxy"), "I am a proxy"),
        (replies.empty(), "empty answer"),
        (replies.answer(""), "empty answer"),
        (replies.json_body(200, {"status": "ok"}), "no choices"),
    ],
)
async def test_what_is_no_answer_is_never_an_empty_success(server: ScriptedServer, reply: Reply, said: str) -> None:
    server.then(reply)
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert outcome.error is not None
    assert said in outcome.sentence
    assert visible(outcome.sentence) == outcome.sentence
    assert len(server.requests) == 1


@pytest.mark.fault("O58")
async def test_whole_json_reply_to_a_stream_request_is_read(server: ScriptedServer) -> None:
    server.then(replies.whole("return a + b"))
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert outcome.text == "return a + b"
    assert outcome.finished.complete


@pytest.mark.fault("O58")
async def test_error_after_text_keeps_the_text_and_says_so(server: ScriptedServer) -> None:
    server.then(replies.raw_events(replies.event(replies.delta("half")), b"event: error\ndata: overloaded\n\n"))
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert outcome.text == "half"
    assert not outcome.finished.complete
    assert "overloaded" in outcome.sentence


@pytest.mark.fault("O59")
@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (replies.answer("half", finish="length"), "length limit"),
        (replies.answer("", finish="content_filter"), "content filter"),
        (
            replies.raw_events(
                replies.event(replies.delta(refusal="I will not.")), replies.event(replies.delta(finish="stop"))
            ),
            "The model refused: I will not.",
        ),
        (replies.answer("", reasoning="let me think"), "only reasoned"),
    ],
)
async def test_answer_that_ended_badly_is_not_complete(server: ScriptedServer, reply: Reply, said: str) -> None:
    server.then(reply)
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert not outcome.finished.complete
    assert said in outcome.sentence


@pytest.mark.fault("O59")
async def test_an_answer_that_its_request_cuts_sends_nobody_to_the_settings(server: ScriptedServer) -> None:
    server.then(replies.answer("half", finish="length"))
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models, call_of(max_tokens=61))
    assert "(61 tokens): ask for less" in outcome.sentence
    assert "settings" not in outcome.sentence


@pytest.mark.fault("O59")
async def test_reasoning_is_kept_apart_from_the_answer(server: ScriptedServer) -> None:
    server.then(replies.answer("the answer", reasoning="SEARCH/REPLACE of a thought"))
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert outcome.text == "the answer"
    assert outcome.reasoning == "SEARCH/REPLACE of a thought"


@pytest.mark.fault("O61")
@pytest.mark.parametrize("name", ["stream_options", "response_format", "max_tokens", "temperature"])
async def test_refused_parameter_is_left_out_once_and_remembered(server: ScriptedServer, name: str) -> None:
    server.then(
        replies.error(400, f"Unsupported parameter: '{name}'", param=name), replies.answer("a"), replies.answer("b")
    )
    call = call_of(schema={"type": "object"}, temperature=0.2, max_tokens=100)
    async with endpoints_for(server.base_url) as models:
        assert (await outcome_of(models, call)).text == "a"
        assert (await outcome_of(models, call)).text == "b"
    sent = [name in request.body for request in server.requests]
    assert sent == [True, False, False]
    if name == "max_tokens":
        assert server.requests[2].body["max_completion_tokens"] == 100


@pytest.mark.fault("O61")
async def test_endpoint_without_streaming_is_asked_for_the_whole(server: ScriptedServer) -> None:
    server.then(replies.error(400, "streaming is not supported"), replies.whole("a"), replies.whole("b"))
    async with endpoints_for(server.base_url) as models:
        assert (await outcome_of(models)).text == "a"
        assert (await outcome_of(models)).text == "b"
    assert [request.body["stream"] for request in server.requests] == [True, False, False]


@pytest.mark.fault("O61")
@pytest.mark.parametrize("name", ["stream_options", "stream", "response_format", "max_tokens", "temperature"])
async def test_negotiating_never_loops(server: ScriptedServer, name: str) -> None:
    server.otherwise = lambda request: replies.error(400, f"Unsupported parameter: '{name}'")
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models, call_of(schema={"type": "object"}, temperature=0.2, max_tokens=100))
    assert outcome.error is not None
    assert len(server.requests) == 2


@pytest.mark.fault("O62")
@pytest.mark.parametrize("usage", [None, (0, 0, 0), (-5, 3, 0)])
async def test_absent_or_impossible_usage_is_estimated_and_marked(
    server: ScriptedServer, usage: tuple[int, int, int] | None
) -> None:
    server.then(replies.answer("word " * 200, usage=usage))
    async with endpoints_for(server.base_url) as models:
        finished = (await outcome_of(models, call_of("question " * 100))).finished
    assert finished.complete
    assert finished.usage.estimated
    assert 80 <= finished.usage.prompt_tokens <= 300
    assert 150 <= finished.usage.completion_tokens <= 500


@pytest.mark.fault("O63")
async def test_cancelling_closes_the_stream_within_half_a_second(server: ScriptedServer) -> None:
    server.then(replies.stalled_in_body())
    async with endpoints_for(server.base_url, idle_seconds=60.0) as models:

        async def read() -> None:
            async for part in models.stream(call_of()):
                if isinstance(part, TextPart):
                    came.set()

        came = asyncio.Event()
        reading = asyncio.create_task(read())
        await asyncio.wait_for(came.wait(), 5)
        began = time.monotonic()
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert time.monotonic() - began < 0.5
        assert server.requests[0].left.wait(1), "the server sees the socket close"
        assert (await outcome_of(models)).finished.complete, "the next send works"


@pytest.mark.fault("O63")
async def test_cancelling_before_any_answer(server: ScriptedServer) -> None:
    server.then(replies.stalled_before_headers())
    async with endpoints_for(server.base_url, idle_seconds=60.0) as models:
        reading = asyncio.create_task(outcome_of(models))
        await asyncio.to_thread(server.wait_for_requests, 1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert server.requests[0].left.wait(1)


@pytest.mark.fault("O64")
async def test_nothing_listens(server: ScriptedServer) -> None:
    async with endpoints_for("http://127.0.0.1:1/v1") as models:
        outcome = await outcome_of(models)
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.REFUSED
    assert "127.0.0.1:1" in outcome.sentence
    assert outcome.of(Waiting) == []


@pytest.mark.fault("O64")
async def test_a_proxy_that_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "nonsense://x:y")
    async with endpoints_for("https://nowhere.invalid/v1") as models:
        outcome = await outcome_of(models)
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.PROXY
    assert "check HTTPS_PROXY" in outcome.sentence


@pytest.mark.fault("O64")
async def test_host_that_does_not_exist() -> None:
    async with endpoints_for("https://nowhere.invalid/v1") as models:
        outcome = await outcome_of(models)
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.HOST_UNKNOWN
    assert "nowhere.invalid was not found" in outcome.sentence


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    if shutil.which("openssl") is None:
        pytest.skip("making a certificate needs openssl")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    subprocess.run([*command, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.mark.fault("O64")
async def test_self_signed_certificate(self_signed: ssl.SSLContext) -> None:
    with ScriptedServer(self_signed) as server:
        async with endpoints_for(server.base_url) as models:
            outcome = await outcome_of(models)
        assert server.all_requests == []
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.CERTIFICATE
    assert "is not trusted" in outcome.sentence


@pytest.mark.fault("O64")
async def test_peer_that_is_silent_in_the_handshake(server: ScriptedServer) -> None:
    silent = server.base_url.replace("http:", "https:")
    async with endpoints_for(silent, connect_seconds=0.4, attempts=1) as models:
        began = time.monotonic()
        outcome = await outcome_of(models)
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.UNREACHABLE
    assert "within 0.4 seconds" in outcome.sentence
    assert time.monotonic() - began < 3


@pytest.mark.fault("O34")
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirect_to_another_origin_gets_nothing(server: ScriptedServer, status: int) -> None:
    with ScriptedServer() as other:
        server.then(replies.redirect(f"{other.base_url}/chat/completions", status))
        async with endpoints_for(server.base_url) as models:
            outcome = await outcome_of(models)
        assert other.all_requests == []
        assert f"127.0.0.1:{other.port}" in outcome.sentence
        assert len(server.requests) == 1


@pytest.mark.fault("O34")
async def test_redirect_within_the_origin_is_followed(server: ScriptedServer) -> None:
    server.then(replies.redirect("/v2/chat/completions", 308), replies.answer("moved"))
    async with endpoints_for(server.base_url) as models:
        assert (await outcome_of(models)).text == "moved"
    assert [request.path for request in server.requests] == ["/v1/chat/completions", "/v2/chat/completions"]


@pytest.mark.fault("O34")
async def test_plain_http_to_another_machine_needs_an_explicit_yes() -> None:
    async with endpoints_for("http://192.0.2.7/v1") as models:
        outcome = await outcome_of(models)
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.PLAIN_HTTP
    assert "allow_plain_http" in outcome.sentence


@pytest.mark.fault("O33")
async def test_key_stands_in_the_request_and_nowhere_else(
    server: ScriptedServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.then(replies.error(401, f"Incorrect API key provided: {KEY}. Bearer {KEY}"))
    with caplog.at_level(logging.DEBUG):
        async with endpoints_for(server.base_url) as models:
            outcome = await outcome_of(models)
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert outcome.error is not None
    assert KEY not in outcome.sentence
    assert KEY not in caplog.text
    assert outcome.error.__cause__ is None
    assert outcome.error.__context__ is None, "the library's error holds the request"


@pytest.mark.fault("O33")
async def test_error_of_the_library_does_not_hang_on_ours() -> None:
    async with endpoints_for("http://127.0.0.1:1/v1") as models:
        outcome = await outcome_of(models)
    assert outcome.error is not None
    assert outcome.error.__context__ is None


@pytest.mark.fault("O33")
async def test_only_named_headers_go_out(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: 1")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    async with endpoints_for(server.base_url, headers={"X-Mine": "yes"}) as models:
        await outcome_of(models)
    names = set(server.requests[0].headers)
    assert names == {
        "host", "content-type", "content-length", "connection", "accept", "accept-encoding", "user-agent", "authorization", "x-mine",
    }  # fmt: skip


async def test_missing_key_is_said_before_anything_is_sent(server: ScriptedServer) -> None:
    async with endpoints_for(server.base_url, needs_key=True, key_env="NOT_SET") as models:
        outcome = await outcome_of(models)
    assert "set the environment variable NOT_SET" in outcome.sentence
    assert server.all_requests == []


async def test_answer_of_ten_megabytes_in_one_line(server: ScriptedServer) -> None:
    server.then(
        replies.stream([replies.event(replies.delta("x" * 10_000_000)), replies.event(replies.delta(finish="stop"))])
    )
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert outcome.finished.complete
    assert len(outcome.text) == 10_000_000


async def test_line_without_end_is_given_up(server: ScriptedServer) -> None:
    steps = (replies.Send(replies.UNTIL_CLOSE_HEAD + b"data: "), *[replies.Send(b"x" * 1_000_000)] * 40)
    server.then(Reply(steps))
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.TOO_LARGE


async def test_failed_call_without_a_chain_does_not_fall_back(server: ScriptedServer) -> None:
    server.then(replies.error(404, "model not found"))
    async with endpoints_for(server.base_url) as models:
        outcome = await outcome_of(models)
    assert outcome.of(FellBack) == []
    assert outcome.error is not None


async def test_bytes_that_are_no_text_do_not_break_the_call(server: ScriptedServer) -> None:
    async with endpoints_for(server.base_url) as models:
        assert (await outcome_of(models, call_of("caf\udce9"))).finished.complete
    assert server.requests[0].prompt == r"caf\xe9"


async def test_surrogate_pair_cut_by_chunks_is_made_whole(server: ScriptedServer) -> None:
    pieces = [b'"a\\ud83d"', b'"\\ude00b"', b'"\\ud83d"', b'"c\\ude00"']
    chunks = [b'data: {"choices":[{"delta":{"content":' + piece + b"}}]}\n\n" for piece in pieces]
    server.then(replies.raw_events(*chunks, replies.event(replies.delta(finish="stop"))))
    async with endpoints_for(server.base_url) as models:
        assert (await outcome_of(models)).text == "a\U0001f600b\ufffdc\ufffd"
