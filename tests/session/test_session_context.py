"""What the context sheet says a request would send is what it sends, for a small model too."""

import os
from pathlib import Path

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.bootstrap import open_session
from copilot_tui.steps.events import ContextPacked
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.deciding import accept_all
from tests.support.program import make_repository
from tests.support.scripted_server import ScriptedServer
from tests.support.tokenizers import MODELS


async def test_a_small_model_is_shown_the_lit_lines_alone_and_the_sheet_says_so(shop: Path, home: Path) -> None:
    session = open_session(shop, dict(os.environ), home)
    await session.open()
    try:
        pack = await session.pack_context(request_of("Add the tax.", "shop/cart.py", (8, 9), AutonomyLevel.BLOCK))
        whole = await session.pack_context(request_of("Add the tax.", "shop/cart.py", None, AutonomyLevel.FILE))
    finally:
        await session.close()
    assert [(one.path, one.lines[0].first, one.lines[0].last) for one in pack.items] == [("shop/cart.py", 8, 9)]
    assert pack.text == "    def total(self, tax):\n        return sum(self.items) - tax\n"
    assert "nothing else" in pack.notes[0]
    assert [one.value for one in pack.shares()] == ["target"]
    assert "class Cart" in whole.text


async def test_a_larger_model_gets_every_item_of_the_pack(asking: Asking, server: ScriptedServer) -> None:
    request = request_of("Add the tax.", "shop/cart.py", (8, 9), AutonomyLevel.BLOCK)
    pack = await asking.session.pack_context(request)
    server.then(replies.answer("        return 1"))
    await asking.run(request)
    assert pack.items
    assert all(one.text.strip() in server.requests[0].prompt for one in pack.items)


async def test_the_context_that_is_sent_holds_its_budget_as_the_endpoint_counts(
    tmp_path: Path, server: ScriptedServer, home: Path
) -> None:
    """Within 3%, from the first request on, and nearer to it once the endpoint has reported."""
    words = ("discount", "delivery", "warranty", "customer", "shipping", "currency", "quantity", "category", "purchase")
    modules = {
        f"shop/{first}_{second}.py": "".join(
            f"def {verb}_{first}_of_{second}_by_{third}(item, {third}):\n    return item.{second} + {third} * {len(third)}\n\n\n"
            for third in words
            for verb in ("round", "total")
        )
        for first in words
        for second in words
    }
    real = MODELS["large"]
    server.otherwise = lambda request: replies.answer("        return 1", usage=(real(request.prompt), 5, 0))
    used: list[int] = []
    async with Asking(make_repository(tmp_path / "large", modules), server.base_url, home) as asking:
        for text in ("Round the discount of a delivery.", "Ship to every customer.", "Let a category have a currency."):
            ran = await asking.run(request_of(text, "shop/discount_delivery.py", (1, 2), AutonomyLevel.BLOCK))
            (packed, *_) = ran.of(ContextPacked)
            assert packed.pack.text.strip() in server.requests[-1].prompt
            used.append(real(packed.pack.text))
            assert used[-1] <= 1.03 * packed.pack.budget
    assert 0.6 * 32_000 < used[0] < used[-1]


async def test_wishes_last_for_the_session_and_are_in_the_request_that_is_sent(
    asking: Asking, server: ScriptedServer
) -> None:
    wishes = asking.session.wishes
    wishes.pin("README.md")
    wishes.drop("web/checkout.py")
    server.otherwise = lambda _: replies.answer("        return 1")
    for _ in range(2):
        ran = await asking.run(request_of("Check out the tax.", "shop/cart.py", (8, 9), AutonomyLevel.BLOCK))
        (packed, *_) = ran.of(ContextPacked)
        assert [item.path for item in packed.pack.items if item.pinned] == ["README.md"]
        assert "A cart and a checkout." in server.requests[-1].prompt
        assert "cart = Cart()" not in server.requests[-1].prompt
    wishes.drop("web/checkout.py")
    wishes.pin("README.md")
    pack = await asking.session.pack_context(request_of("Check out the tax.", "shop/cart.py", (8, 9)))
    assert "web/checkout.py" in {item.path for item in pack.items}
    assert not any(item.pinned for item in pack.items)


async def test_a_picture_does_not_change_what_the_next_request_begins_with(
    asking: Asking, server: ScriptedServer
) -> None:
    request = request_of("Add the tax.", "shop/cart.py", (8, 9), AutonomyLevel.BLOCK)
    server.otherwise = lambda _: replies.answer("        return 1")
    (first, *_) = (await asking.run(request)).of(ContextPacked)
    for text in ("checkout", "readme of the shop", "what is a cart"):
        await asking.session.pack_context(request_of(text, "shop/cart.py", (8, 9), AutonomyLevel.BLOCK))
    (second, *_) = (await asking.run(request)).of(ContextPacked)
    assert second.pack.text == first.pack.text
    assert second.pack.text.strip() in server.requests[-1].prompt


async def test_what_landed_is_near_to_the_next_request(asking: Asking, server: ScriptedServer) -> None:
    server.then(replies.answer("    return cart.total(1)"))
    await asking.run(request_of("Pay the tax.", "web/checkout.py", (8, 8), AutonomyLevel.LINE))
    accept_all(asking.session)
    await asking.session.land()
    pack = await asking.session.pack_context(request_of("Say more.", "README.md"))
    assert "edited just now" in next(item.reason for item in pack.items if item.path == "web/checkout.py")
