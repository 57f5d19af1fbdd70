"""Calls are written down without secrets and answered again without a network."""

import json
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.models.call import (
    Finished,
    Message,
    ModelCall,
    PromptId,
    ReasoningPart,
    Role,
    StreamPart,
    TextPart,
    Usage,
)
from copilot_tui.models.recorded import (
    RecordedModels,
    RecordingModels,
    call_from_json,
    call_to_json,
    part_from_json,
    part_to_json,
)
from tests.support import replies
from tests.support.calls import KEY, call_of, endpoints_for, outcome_of
from tests.support.scripted_server import ScriptedServer


async def test_session_is_replayed_exactly_and_without_a_network(server: ScriptedServer, tmp_path: Path) -> None:
    server.then(replies.answer("first", reasoning="hm"), replies.answer("second"), replies.error(401, f"bad key {KEY}"))
    file = tmp_path / "session.jsonl"
    with file.open("w", encoding="utf-8") as stream:

        def write(record: Any) -> None:
            stream.write(json.dumps(record) + "\n")

        async with endpoints_for(server.base_url) as models:
            recording = RecordingModels(models, write)
            before = [await outcome_of(recording, call_of(text)) for text in ("same", "same", "other")]
    written = file.read_text(encoding="utf-8")
    assert KEY not in written
    assert "authorization" not in written.lower()
    recorded = RecordedModels.from_file(file)
    after = [await outcome_of(recorded, call_of(text)) for text in ("same", "same", "other")]
    assert [outcome.text for outcome in after] == ["first", "second", ""]
    assert [outcome.reasoning for outcome in after] == ["hm", "", ""]
    assert [outcome.finished for outcome in after[:2]] == [outcome.finished for outcome in before[:2]]
    assert after[2].sentence == before[2].sentence
    assert recorded.describe(Role.EDIT) == "scripted"
    assert recorded.context_budget(Role.EDIT) == models.context_budget(Role.EDIT)


async def test_call_that_was_never_made_is_said(tmp_path: Path) -> None:
    file = tmp_path / "empty.jsonl"
    file.write_text('\n{"record": "something else"}\n{"cut', encoding="utf-8")
    outcome = await outcome_of(RecordedModels.from_file(file))
    assert "holds no answer to this call" in outcome.sentence


async def test_cancelled_call_is_recorded_as_far_as_it_came(server: ScriptedServer) -> None:
    server.then(replies.stalled_in_body("half"))
    records: list[Any] = []
    async with endpoints_for(server.base_url) as models:
        stream = RecordingModels(models, records.append).stream(call_of())
        async for part in stream:
            if isinstance(part, TextPart):
                break
        await stream.aclose()
    assert records[-1]["parts"][-1] == {"part": "text", "text": "half"}


texts = st.text(max_size=30)
counts = st.integers(0, 10**9)
usages = st.builds(Usage, counts, counts, counts, st.booleans())
finished = st.builds(
    Finished,
    st.booleans(),
    texts,
    usages,
    st.floats(0, 1e6),
    st.none() | st.floats(0, 1e6),
    st.none() | st.floats(0, 9),
)
parts: st.SearchStrategy[StreamPart] = st.builds(TextPart, texts) | st.builds(ReasoningPart, texts) | finished


@given(parts)
def test_every_part_survives_the_way_through_json(part: StreamPart) -> None:
    assert part_from_json(json.loads(json.dumps(part_to_json(part)))) == part


@given(st.lists(st.builds(Message, st.sampled_from(["system", "user", "assistant"]), texts)), texts, st.none() | counts)
def test_every_call_survives_the_way_through_json(messages: list[Message], name: str, limit: int | None) -> None:
    call = ModelCall(Role.PLAN, tuple(messages), PromptId(name, 1, "d"), limit, None, {"type": "object"})
    assert call_from_json(json.loads(json.dumps(call_to_json(call)))) == call
