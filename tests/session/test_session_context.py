"""What the context sheet says a request would send is what it sends, for a small model too."""

import os
from pathlib import Path

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.bootstrap import open_session
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.scripted_server import ScriptedServer


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
    assert "class Cart" in whole.text


async def test_a_larger_model_gets_every_item_of_the_pack(asking: Asking, server: ScriptedServer) -> None:
    request = request_of("Add the tax.", "shop/cart.py", (8, 9), AutonomyLevel.BLOCK)
    pack = await asking.session.pack_context(request)
    server.then(replies.answer("        return 1"))
    await asking.run(request)
    assert pack.items
    assert all(one.text.strip() in server.requests[0].prompt for one in pack.items)
