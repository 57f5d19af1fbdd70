"""The stable part of every prompt comes first, so that a follow-up request is mostly served from the endpoint's prefix cache."""

import os
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.bootstrap import open_session
from copilot_tui.context.pack import ContextItem, ContextPack
from copilot_tui.models.call import Usage
from copilot_tui.session.sources import like_before
from copilot_tui.steps.events import CallFinished
from copilot_tui.steps.recipe import chosen_recipe
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.program import make_repository
from tests.support.scripted_server import ScriptedServer

PRICES = "".join(
    f"def price_{number}(amount, rate={number}):\n    return amount * rate + {number}\n\n\n" for number in range(7)
)
FILES = {
    "shop/prices.py": PRICES,
    "shop/order.py": "from shop.prices import price_3\n\n\ndef order(amount):\n    return price_3(amount)\n",
    "shop/refund.py": "from shop.prices import price_6\n\n\ndef refund(amount):\n    return -price_6(amount)\n",
}


def pack_of(*texts: str) -> ContextPack:
    items = tuple(ContextItem(text, (), text, "", 1) for text in texts)
    return ContextPack(items, "".join(texts), len(texts), 100)


def test_a_pack_begins_as_the_one_before_it_and_loses_nothing() -> None:
    earlier = pack_of("target", "a", "b", "c")
    assert like_before(pack_of("target", "c", "b", "a", "d"), earlier).text == "targetabcd"
    assert like_before(pack_of("target", "d", "b", "a"), earlier).text == "targetabd"
    assert like_before(pack_of("other", "a", "target"), earlier).text == "targetaother"
    assert like_before(pack_of("new target", "a"), earlier).text == "new targeta"
    assert like_before(earlier, None) is earlier


@pytest.mark.parametrize("level", [AutonomyLevel.BLOCK, AutonomyLevel.FILE])
async def test_a_follow_up_in_the_same_file_has_the_same_beginning(
    level: AutonomyLevel, tmp_path: Path, server: ScriptedServer, home: Path
) -> None:
    """Byte for byte up to the place where the region or the request is named."""
    lines = [(9, 10), (25, 26)] if level is AutonomyLevel.BLOCK else [None, None]
    server.otherwise = lambda _: replies.answer("nothing")
    async with Asking(make_repository(tmp_path / "shop", FILES), server.base_url, home) as asking:
        for text, place in zip(("Round order's price_3.", "Let refund's price_6 be positive."), lines, strict=True):
            async for _ in asking.session.propose(
                request_of(text, "shop/prices.py", place, level), chosen_recipe(level, "edit")
            ):
                pass
    first, *_, last = [
        request.prompt for request in server.requests if "Your first answer could not be used" not in request.prompt
    ]
    same = next(at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    assert same >= first.index("-price_6(amount)"), "the whole context is the same"


@pytest.mark.xdist_group("local model")
async def test_the_real_local_server_reads_a_follow_up_from_its_cache(
    tmp_path: Path, home: Path, local_models_folder: Path
) -> None:
    folder = home / ".config" / "copilot-tui"
    folder.mkdir(parents=True)
    # Above the size from which a model gets the full prompts; the answers do not matter here.
    (folder / "config.toml").write_text("[profiles.local]\ncontext_budget = 2000\nmax_tokens = 16\n")
    environment = {**os.environ, "COPILOT_TUI_MODELS": str(local_models_folder)}
    session = open_session(make_repository(tmp_path / "shop", FILES), environment, home)
    used: list[Usage] = []
    try:
        await session.open()
        for text in ("Round the result of price_3.", "Let price_6 refuse a negative amount."):
            request = request_of(text, "shop/prices.py", None, AutonomyLevel.FILE)
            events = session.propose(request, chosen_recipe(AutonomyLevel.FILE, "edit"))
            used += [event.usage async for event in events if isinstance(event, CallFinished)]
    finally:
        await session.close()
    _, follow_up = used
    assert follow_up.cached_tokens >= 0.8 * follow_up.prompt_tokens, follow_up
