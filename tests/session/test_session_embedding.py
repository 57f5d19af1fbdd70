"""Optional embeddings: off until the settings name a model, made in the background, kept by content, and never in the way."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from copilot_tui.context.pack import ContextPack
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.program import make_repository
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer

TOKEN = "ghp_" + "0123456789abcdefghijABCDEFGHIJ012345"
FILES = {
    **{f"part{number}.py": f"def weather_{number}(rain):\n    return rain + {number}\n" for number in range(8)},
    "zeta.py": "def receivables(ledger):\n    return sum(ledger)\n",
    "leak.py": f'def connect():\n    return "{TOKEN}"\n',
    ".env": "PASSWORD=swordfish\n",
}
MONEY = ("receivables", "customers owe")


def vectors(request: RecordedRequest) -> Reply:
    """What is about money points to one side, everything else to the other."""
    texts = request.body["input"]
    data = [
        {"index": number, "embedding": [1.0, 0.1] if any(word in text for word in MONEY) else [0.1, 1.0]}
        for number, text in enumerate(texts)
    ]
    return replies.json_body(200, {"data": data})


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository", FILES)


@pytest.fixture
def configured(home: Path) -> None:
    folder = home / ".config" / "copilot-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text('[roles.embed]\nprofile = "openai"\nmodel = "embedder"\n')


def embedded(server: ScriptedServer) -> list[str]:
    return [
        text for request in server.requests if request.path.endswith("/embeddings") for text in request.body["input"]
    ]


async def pack_when(asking: Asking, holds: Callable[[ContextPack], bool]) -> ContextPack:
    """The pack once it is as it should be: files are embedded in the background."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        pack = await asking.session.pack_context(request_of("How much do customers owe?"))
        if holds(pack):
            return pack
        await asyncio.sleep(0.05)
    raise AssertionError([(item.path, item.reason) for item in pack.items])


def is_alike(pack: ContextPack) -> bool:
    return any(item.path == "zeta.py" and "alike in meaning" in item.reason for item in pack.items)


async def test_nothing_is_embedded_until_the_settings_name_a_model(
    repository: Path, server: ScriptedServer, home: Path
) -> None:
    async with Asking(repository, server.base_url, home) as asking:
        pack = await asking.session.pack_context(request_of("How much do customers owe?"))
        await asyncio.sleep(0.1)
    assert not is_alike(pack)
    assert server.all_requests == []


@pytest.mark.usefixtures("configured")
async def test_what_is_alike_in_meaning_comes_first_and_each_content_is_embedded_once(
    repository: Path, server: ScriptedServer, home: Path
) -> None:
    server.otherwise = vectors
    async with Asking(repository, server.base_url, home) as asking:
        pack = await pack_when(asking, is_alike)
        assert next(item.path for item in pack.items if item.lines) == "zeta.py"
        assert pack.notes == ()
    files = [text for text in embedded(server) if ".py" in text]
    assert sorted(text.splitlines()[0] for text in files) == sorted(path for path in FILES if path != ".env")
    server.forget()
    (repository / "part0.py").write_text("def weather_0(snow):\n    return snow\n")
    async with Asking(repository, server.base_url, home) as asking:
        assert is_alike(await asking.session.pack_context(request_of("How much do customers owe?")))
        await pack_when(asking, lambda _: any("snow" in text for text in embedded(server)))
    assert [text.splitlines()[0] for text in embedded(server) if ".py" in text] == ["part0.py"]


@pytest.mark.usefixtures("configured")
@pytest.mark.fault("O32")
async def test_no_secret_is_embedded(repository: Path, server: ScriptedServer, home: Path) -> None:
    server.otherwise = vectors
    async with Asking(repository, server.base_url, home) as asking:
        await pack_when(asking, is_alike)
        await asking.session.pack_context(request_of(f"Where is {TOKEN}?"))
    sent = "\n".join(embedded(server))
    assert "leak.py" in sent
    assert TOKEN not in sent
    assert "swordfish" not in sent


@pytest.mark.usefixtures("configured")
async def test_a_failing_endpoint_costs_the_signal_alone(repository: Path, server: ScriptedServer, home: Path) -> None:
    server.otherwise = lambda _: replies.error(404, "no such model")
    async with Asking(repository, server.base_url, home) as asking:
        first = await asking.session.pack_context(request_of("How much rain is weather_3?"))
        second = await asking.session.pack_context(request_of("How much rain is weather_4?"))
    assert first.items
    assert [note for note in first.notes if note.startswith("Ranked without embeddings: ") and "embedder" in note]
    assert second.notes == first.notes
    assert len(server.requests) == 1, "it is not asked again and again"


@pytest.mark.usefixtures("configured")
async def test_what_is_embedded_is_counted_and_held_by_the_cap_of_the_session(
    repository: Path, server: ScriptedServer, home: Path
) -> None:
    server.otherwise = vectors
    settings = home / ".config" / "copilot-tui" / "config.toml"
    price = "\n[prices.embedder]\ninput = 1000.0\noutput = 0.0\n"
    settings.write_text(settings.read_text() + price)
    async with Asking(repository, server.base_url, home) as asking:
        await pack_when(asking, is_alike)
        spent = asking.session.ledger.session
        assert spent.calls == len(server.requests)
        assert spent.prompt_tokens > 0
        assert spent.dollars == pytest.approx(spent.prompt_tokens / 1_000)
    settings.write_text(settings.read_text() + "\n[caps]\nsession_dollars = 0.001\n")
    server.forget()
    async with Asking(repository, server.base_url, home) as asking:
        pack = await asking.session.pack_context(request_of("How much do customers owe us?"))
        assert [note for note in pack.notes if note.startswith("Ranked without embeddings: ") and "cap of" in note]
    assert server.requests == []


@pytest.mark.usefixtures("configured")
async def test_leaving_ends_what_is_under_way(repository: Path, server: ScriptedServer, home: Path) -> None:
    def slow(request: RecordedRequest) -> Reply:
        texts = request.body["input"]
        return vectors(request) if len(texts) == 1 else replies.stalled_before_headers()

    server.otherwise = slow
    async with Asking(repository, server.base_url, home) as asking:
        await asking.session.pack_context(request_of("How much do customers owe?"))
        await asyncio.to_thread(server.wait_for_requests, 2)
        pack = await asyncio.wait_for(asking.session.pack_context(request_of("How much is it?")), 20)
        assert pack.items, "nothing waits for the files"
        began = time.monotonic()
    assert time.monotonic() - began < 10
    assert await asyncio.to_thread(server.requests[1].left.wait, 10)
