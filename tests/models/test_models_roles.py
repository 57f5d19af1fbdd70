"""Which model answers for a role, what falls back to what, and what it costs."""

import asyncio
from dataclasses import replace

import pytest

from copilot_tui.config.settings import Price, Profile, RoleSettings, Settings
from copilot_tui.models.call import FellBack, Role, Started, TextPart, Usage
from copilot_tui.models.choices import choices_for
from copilot_tui.models.endpoints import Endpoints
from copilot_tui.models.prices import cost_of, price_of, price_table
from tests.support import replies
from tests.support.calls import KEY, NoLocalModel, call_of, outcome_of, profile_for
from tests.support.scripted_server import ScriptedServer

TWO = {
    "one": Profile(base_url="https://one.example/v1", model="m1", max_tokens=500),
    "two": Profile(base_url="https://two.example/v1", model="m2"),
    "local": Profile(),
}


def names(role: Role, settings: Settings) -> list[str]:
    return [f"{choice.profile}/{choice.model}" for choice in choices_for(role, settings)]


def test_role_without_its_own_setting_uses_the_default() -> None:
    settings = Settings(profile="one", profiles=TWO, roles={"plan": RoleSettings(profile="two", model="big")})
    assert names(Role.PLAN, settings) == ["two/big"]
    assert names(Role.EDIT, settings) == ["one/m1"]
    assert names(Role.EDIT, Settings(profiles=TWO)) == ["local/"]
    assert names(Role.EDIT, Settings(profile="one", model="other", profiles=TWO)) == ["one/other"]


def test_chain_holds_each_model_once_and_the_smaller_limit() -> None:
    roles = {
        "edit": RoleSettings(
            model="m9", max_tokens=900, temperature=0.5, fallback=("two", "one/m9", "one/a/b", "local")
        )
    }
    settings = Settings(profile="one", profiles=TWO, roles=roles, fallback=("two",))
    assert names(Role.EDIT, settings) == ["one/m9", "two/m2", "one/a/b", "local/"]
    assert [choice.max_tokens for choice in choices_for(Role.EDIT, settings)] == [500, 900, 500, 900]
    assert names(Role.PLAN, settings) == ["one/m1", "two/m2"]


def chain_of(first: ScriptedServer, second: ScriptedServer) -> Endpoints:
    profiles = {
        "first": profile_for(first.base_url, title="First"),
        "second": profile_for(second.base_url, title="Second", key_env="SECOND_KEY", model="spare"),
        "local": Profile(),
    }
    settings = Settings(profile="first", fallback=("second",), profiles=profiles)
    return Endpoints(settings, {"FAKE_KEY": KEY, "SECOND_KEY": "second-key"}, NoLocalModel())


@pytest.mark.parametrize(
    "script",
    [
        [replies.error(404, "model not found")],
        [replies.error(429, "slow", {"Retry-After": "500"})],
        [replies.error(503, "down")] * 3,
    ],
)
async def test_fallback_is_taken_and_shown(server: ScriptedServer, script: list[replies.Reply]) -> None:
    server.then(*script)
    with ScriptedServer() as spare:
        async with chain_of(server, spare) as models:
            outcome = await outcome_of(models)
        assert [(part.profile, part.model) for part in outcome.of(FellBack)] == [("second", "spare")]
        assert [part.profile for part in outcome.of(Started)] == ["first", "second"]
        assert outcome.text == "ok"
        assert spare.requests[0].headers["authorization"] == "Bearer second-key", "each host gets its own key"


async def test_fallback_when_nothing_listens(server: ScriptedServer) -> None:
    async with chain_of(server, server) as models:
        profiles = {**models.settings.profiles}
        profiles["first"] = replace(profiles["first"], base_url="http://127.0.0.1:1/v1")
        models.settings = replace(models.settings, profiles=profiles)
        outcome = await outcome_of(models)
    assert "refused" in outcome.of(FellBack)[0].reason
    assert outcome.text == "ok"


@pytest.mark.parametrize(
    "reply", [replies.error(401, "no"), replies.error(400, "no"), replies.cut_by_reset(), replies.empty()]
)
async def test_other_failures_do_not_move_on(server: ScriptedServer, reply: replies.Reply) -> None:
    server.then(reply)
    with ScriptedServer() as spare:
        async with chain_of(server, spare) as models:
            outcome = await outcome_of(models)
        assert outcome.of(FellBack) == []
        assert spare.requests == []


async def test_settings_changed_while_running_hold_for_the_next_call(server: ScriptedServer) -> None:
    async with chain_of(server, server) as models:
        await outcome_of(models)
        models.settings = replace(models.settings, roles={"edit": RoleSettings(model="another", temperature=0.7)})
        await outcome_of(models)
        assert models.describe(Role.EDIT) == "another"
    assert [request.body["model"] for request in server.requests] == ["scripted", "another"]
    assert server.requests[1].body["temperature"] == 0.7


async def test_profile_without_a_model_takes_the_first_that_is_listed(server: ScriptedServer) -> None:
    server.models = ["qwen", "llama"]
    profiles = {"fake": profile_for(server.base_url, model=""), "local": Profile()}
    async with Endpoints(Settings(profile="fake", profiles=profiles), {}, NoLocalModel()) as models:
        await outcome_of(models)
        await outcome_of(models)
        assert models.describe(Role.EDIT) == "qwen"
    assert [request.method for request in server.all_requests] == ["GET", "POST", "POST"]
    assert server.requests[0].body["model"] == "qwen"


async def test_ten_calls_side_by_side_take_little_more_than_one(server: ScriptedServer) -> None:
    server.otherwise = lambda request: replies.answer("x" * 80, every=0.05)
    async with chain_of(server, server) as models:
        alone = (await outcome_of(models)).finished.seconds
        began = asyncio.get_running_loop().time()
        outcomes = await asyncio.gather(*(outcome_of(models) for _ in range(10)))
        together = asyncio.get_running_loop().time() - began
    assert all(outcome.finished.complete for outcome in outcomes)
    assert together < 1.3 * alone + 0.3


def test_price_is_that_of_the_longest_name_and_the_persons_own_wins() -> None:
    assert price_of("gpt-5-mini-2025-08-07", {}) == price_table()["gpt-5-mini"]
    assert price_of("openai/gpt-5", {}) == price_table()["gpt-5"]
    assert price_of("gpt-55", {}) is None
    assert price_of("gpt-5", {"gpt-5": Price(1.0, 1.0)}) == Price(1.0, 1.0)


def test_cost_counts_cached_tokens_at_their_own_price() -> None:
    usage = Usage(1_000_000, 100_000, cached_tokens=400_000)
    assert cost_of(usage, Price(input=1.0, output=10.0, cached=0.1)) == pytest.approx(0.6 + 0.04 + 1.0)
    assert cost_of(usage, None) is None


async def test_cost_and_cached_tokens_of_a_call(server: ScriptedServer) -> None:
    server.then(replies.answer("ok", usage=(1000, 10, 800)))
    async with chain_of(server, server) as models:
        models.settings = replace(models.settings, prices={"scripted": Price(input=10.0, output=100.0, cached=1.0)})
        finished = (await outcome_of(models)).finished
        assert models.price(Role.EDIT) == Price(input=10.0, output=100.0, cached=1.0)
    assert finished.usage == Usage(1000, 10, 800)
    assert finished.cost == pytest.approx(0.002 + 0.0008 + 0.001)


async def test_first_text_is_passed_on_before_the_rest_has_come(server: ScriptedServer) -> None:
    server.then(replies.stalled_in_body("now"))
    async with chain_of(server, server) as models:
        stream = models.stream(call_of())
        async for part in stream:
            if isinstance(part, TextPart):
                break
        await stream.aclose()
    assert server.requests[0].left.wait(1)
