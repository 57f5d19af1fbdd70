"""What every endpoint must do for us: the same suite against the scripted server and the real local model."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from copilot_tui.config.settings import Settings
from copilot_tui.models.call import Message, Started, TextPart, Waiting
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.failures import FailureKind
from copilot_tui.models.library import InstalledModel
from copilot_tui.models.local import LocalServer
from tests.support.calls import call_of, endpoints_for, outcome_of, profile_for
from tests.support.scripted_server import ScriptedServer

FUNCTION = "def add(a, b):\n    return a - b\n"
QUESTION = f"{FUNCTION}\nFix this function so that it adds. Answer with the function only."

pytestmark = pytest.mark.xdist_group("local model")


def local_endpoints(model: InstalledModel) -> Endpoints:
    settings = Settings(
        profiles={"local": replace(profile_for(""), key_env="", model="", idle_seconds=120.0, temperature=0.0)}
    )
    return Endpoints(settings, {}, LocalServer(lambda: model, dict(os.environ)))


@pytest.fixture(params=["scripted", "llama.cpp"])
async def models(request: pytest.FixtureRequest) -> AsyncIterator[Endpoints]:
    if request.param == "scripted":
        server: ScriptedServer = request.getfixturevalue("server")
        running = endpoints_for(server.base_url)
    else:
        running = local_endpoints(request.getfixturevalue("local_model"))
    async with running:
        yield running


async def test_answer_streams_and_ends_once(models: Endpoints) -> None:
    outcome = await outcome_of(models, call_of(QUESTION, max_tokens=40))
    assert isinstance(outcome.parts[0], Started)
    assert outcome.text
    assert outcome.finished.usage.prompt_tokens > 10
    assert not outcome.finished.usage.estimated
    assert outcome.finished.first_text_seconds is not None
    assert outcome.finished.cost == 0.0, "what runs on this machine costs nothing"


async def test_calls_side_by_side_all_answer(models: Endpoints) -> None:
    outcomes = await asyncio.gather(*(outcome_of(models, call_of(f"Say {word}.", max_tokens=16)) for word in "abc"))
    assert all(outcome.text for outcome in outcomes)


async def test_stopping_early_leaves_the_endpoint_usable(models: Endpoints) -> None:
    stream = models.stream(call_of("Count to one hundred.", max_tokens=400))
    async with contextlib.aclosing(stream):
        async for part in stream:
            if isinstance(part, TextPart):
                break
    assert (await outcome_of(models, call_of("Say a.", max_tokens=16))).text


async def test_system_message_and_schema_are_understood(models: Endpoints) -> None:
    messages = (Message("system", "You answer in JSON."), Message("user", "Is the sky blue?"))
    schema = {"type": "object", "properties": {"answer": {"type": "boolean"}}, "required": ["answer"]}
    outcome = await outcome_of(models, call_of(messages=messages, schema=schema, max_tokens=60))
    assert outcome.text


async def test_local_model_fixes_a_short_function(local_model: InstalledModel) -> None:
    async with local_endpoints(local_model) as models:
        outcome = await outcome_of(models, call_of(QUESTION, max_tokens=60))
    assert "return a + b" in outcome.text


async def test_local_model_refuses_a_stranger(local_model: InstalledModel) -> None:
    local = LocalServer(lambda: local_model, dict(os.environ))
    try:
        address = await local.address()
        assert address.key not in repr(address)
        async with endpoints_for(address.base_url) as stranger:
            outcome = await outcome_of(stranger)
        assert outcome.error is not None
        assert outcome.error.kind is FailureKind.KEY_REJECTED
    finally:
        await local.stop()


async def test_follow_up_is_answered_from_the_prefix_cache(local_model: InstalledModel) -> None:
    stable = "You edit code. Answer with code only.\n" + "".join(
        f"def step_{n}(x):\n    return x + {n}\n\n" for n in range(25)
    )
    async with local_endpoints(local_model) as models:
        await outcome_of(models, call_of(f"{stable}\nRename step_1.", max_tokens=16))
        follow_up = await outcome_of(models, call_of(f"{stable}\nRename step_2 and step_3.", max_tokens=16))
    usage = follow_up.finished.usage
    assert usage.cached_tokens >= 0.8 * usage.prompt_tokens


async def test_local_model_is_started_once_and_ends_when_stopped(local_model: InstalledModel) -> None:
    local = LocalServer(lambda: local_model, dict(os.environ))
    addresses = await asyncio.gather(local.address(), local.address())
    assert addresses[0] == addresses[1]
    child = local.process_id
    assert child is not None
    await local.stop()
    assert not psutil.pid_exists(child)
    again = await local.address()
    assert again.key != addresses[0].key
    await local.stop()


async def test_local_model_that_died_is_started_again(local_model: InstalledModel) -> None:
    async with local_endpoints(local_model) as models:
        await outcome_of(models, call_of("Say a.", max_tokens=16))
        (child,) = psutil.Process().children()
        child.kill()
        child.wait(5)
        await asyncio.sleep(0.2)
        assert (await outcome_of(models, call_of("Say a.", max_tokens=16))).text


async def test_local_model_that_dies_while_it_is_asked_is_started_again(local_model: InstalledModel) -> None:
    async with local_endpoints(local_model) as models:
        await outcome_of(models, call_of("Say a.", max_tokens=4))
        (child,) = psutil.Process().children()
        child.suspend()  # so that the call is under way for sure when the child dies
        asking = asyncio.create_task(outcome_of(models, call_of("Say b.", max_tokens=4)))
        await asyncio.sleep(0.2)
        child.kill()
        outcome = await asking
    assert outcome.text
    assert len(outcome.of(Waiting)) <= 1, "none where the child was seen to be dead before the request was sent"


PARENT = """
import asyncio, os, sys
from pathlib import Path
from copilot_tui.models.library import InstalledModel
from copilot_tui.models.local import LocalServer

async def main():
    path = Path(sys.argv[1])
    local = LocalServer(lambda: InstalledModel("m", "m", path, path.stat().st_size), dict(os.environ))
    await local.address()
    print(local.process_id, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_local_model_ends_with_its_parent(local_model_path: Path, how: signal.Signals) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(local_model_path)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert psutil.pid_exists(child)
        parent.send_signal(how)
        parent.wait(5)
    until = time.monotonic() + 3
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < until, "the child has outlived its parent"
        time.sleep(0.02)


async def test_broken_weights_are_said_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(b"GGUF" + b"\x00" * 100)
    async with local_endpoints(InstalledModel("broken", "Broken", path, 104)) as models:
        outcome = await outcome_of(models)
    assert outcome.error is not None
    assert outcome.error.kind is FailureKind.LOCAL_MODEL
    assert "Broken did not start" in outcome.sentence
