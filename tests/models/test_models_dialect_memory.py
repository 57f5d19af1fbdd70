"""What an endpoint does not understand is found out once, also over several starts of the program."""

from pathlib import Path

import pytest

from copilot_tui.models.dialect_memory import DialectMemory
from copilot_tui.models.endpoints import Endpoints
from tests.support import replies
from tests.support.calls import KEY, NoLocalModel, call_of, outcome_of, settings_for
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer


def without_temperature(request: RecordedRequest) -> Reply:
    if "temperature" in request.body:
        return replies.error(400, "Unsupported parameter: temperature")
    return replies.answer("ok")


async def ask_once(server: ScriptedServer, memory: Path) -> int:
    """How many requests one call takes in a fresh start of the program."""
    before = len(server.requests)
    async with Endpoints(settings_for(server.base_url), {"FAKE_KEY": KEY}, NoLocalModel(), memory=memory) as models:
        outcome = await outcome_of(models, call_of(temperature=0.5))
    assert outcome.text == "ok"
    return len(server.requests) - before


@pytest.mark.fault("O61")
async def test_the_next_start_does_not_ask_again(server: ScriptedServer, tmp_path: Path) -> None:
    server.otherwise = without_temperature
    memory = tmp_path / "state" / "dialects.json"
    assert await ask_once(server, memory) == 2
    assert await ask_once(server, memory) == 1
    written = memory.read_text()
    assert "127.0.0.1" not in written
    assert KEY not in written
    assert memory.stat().st_mode & 0o077 == 0
    assert [path.name for path in memory.parent.iterdir()] == ["dialects.json"]


@pytest.mark.fault("O61")
@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"[" * 50_000, b'{"a": 5}', b'{"a": {"found": "x"}}', b"\xff"])
async def test_a_file_that_cannot_be_read_is_as_none(server: ScriptedServer, tmp_path: Path, data: bytes) -> None:
    server.otherwise = without_temperature
    memory = tmp_path / "dialects.json"
    memory.write_bytes(data)
    assert await ask_once(server, memory) == 2
    assert await ask_once(server, memory) == 1


async def test_what_is_older_than_a_month_is_found_out_anew(server: ScriptedServer, tmp_path: Path) -> None:
    server.otherwise = without_temperature
    memory = tmp_path / "dialects.json"
    assert await ask_once(server, memory) == 2
    later = DialectMemory(memory, clock=lambda: 4e9)
    async with Endpoints(settings_for(server.base_url), {"FAKE_KEY": KEY}, NoLocalModel(), memory=memory) as models:
        models._dialects = later
        before = len(server.requests)
        await outcome_of(models, call_of(temperature=0.5))
        assert len(server.requests) - before == 2


async def test_a_folder_that_cannot_be_written_costs_nothing_but_the_memory(
    server: ScriptedServer, tmp_path: Path
) -> None:
    server.otherwise = without_temperature
    (tmp_path / "file").write_text("")
    assert await ask_once(server, tmp_path / "file" / "dialects.json") == 2
