"""Landing, undo and commit as the session does them, from a model's answer to git."""

import asyncio
from pathlib import Path

import pytest

from copilot_tui.errors import LandingError, UsageError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide_rest
from copilot_tui.workspace.trust import Trust
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.program import CART, make_repository
from tests.support.scripted_server import ScriptedServer
from tests.workspace.room import git, tree_of

FIXED = CART.replace("- tax", "+ tax")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "shop")


async def land_the_fix(asking: Asking, server: ScriptedServer) -> None:
    server.then(replies.answer("```python\n        return sum(self.items) + tax\n```"))
    ran = await asking.run(request_of("Add the tax.", "shop/cart.py", (9, 9)))
    asking.session.replace_review(decide_rest(ran.review, None, Decision.ACCEPTED))
    await asking.session.land()


@pytest.mark.fault("O47", "O48")
async def test_land_undo_redo_and_commit(shop: Path, server: ScriptedServer, home: Path) -> None:
    settings = home / ".config/copilot-tui/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('co_author = "A Model <model@example.invalid>"\n')
    (shop / "README.md").write_text("staged by the person\n")
    git(shop, "add", "README.md")
    before = tree_of(shop)
    async with Asking(shop, server.base_url, home) as asking:
        await land_the_fix(asking, server)
        landed = tree_of(shop)
        assert (shop / "shop/cart.py").read_text() == FIXED
        await asyncio.to_thread(asking.session.landings.take_back)
        assert tree_of(shop) == before
        with pytest.raises(UsageError, match="nothing to commit"):
            await asking.session.commit("Add the tax")
        await asyncio.to_thread(asking.session.landings.land_again)
        assert tree_of(shop) == landed
        short = await asking.session.commit("Add the tax\n")
    assert git(shop, "log", "-1", "--format=%h %s").decode() == f"{short} Add the tax\n"
    assert git(shop, "log", "-1", "--format=%b").strip() == b"Co-authored-by: A Model <model@example.invalid>"
    assert git(shop, "show", "--name-only", "--format=", "HEAD") == b"shop/cart.py\n"
    assert git(shop, "status", "--porcelain") == b"M  README.md\n"


@pytest.mark.fault("O16", "O17")
async def test_a_hook_runs_once_the_person_trusts_the_repository(
    shop: Path, server: ScriptedServer, home: Path, tmp_path: Path
) -> None:
    hook = shop / ".git/hooks/commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\necho ran >> {tmp_path}/canary\n")
    hook.chmod(0o755)
    async with Asking(shop, server.base_url, home) as asking:
        await land_the_fix(asking, server)
        await asking.session.commit("Add the tax")
        assert not (tmp_path / "canary").exists()
        await asyncio.to_thread(asking.session.landings.take_back)
        await asyncio.to_thread(asking.session.landings.land_again)
        Trust(asking.session.parts.folders.state, asking.session.parts.repository).trust()
        (shop / "shop/cart.py").write_text(CART)
        git(shop, "commit", "-qam", "Back", "--no-verify")
        await land_the_fix(asking, server)
        await asking.session.commit("Add the tax again")
    assert (tmp_path / "canary").read_text() == "ran\n"


@pytest.mark.fault("O36")
async def test_what_changed_under_the_review_is_not_overwritten(shop: Path, server: ScriptedServer, home: Path) -> None:
    async with Asking(shop, server.base_url, home) as asking:
        server.then(replies.answer("```python\n        return sum(self.items) + tax\n```"))
        ran = await asking.run(request_of("Add the tax.", "shop/cart.py", (9, 9)))
        asking.session.replace_review(decide_rest(ran.review, None, Decision.ACCEPTED))
        (shop / "shop/cart.py").write_text(CART.replace("- tax", "* tax"))
        with pytest.raises(LandingError, match="changed since the proposal"):
            await asking.session.land()
        assert (shop / "shop/cart.py").read_text() == CART.replace("- tax", "* tax")
        (shop / "shop/cart.py").write_text("import math\n" + CART)
        receipt = await asking.session.land()
    assert receipt.notes == ("shop/cart.py changed since the proposal; both changes are in.",)
    assert (shop / "shop/cart.py").read_text() == "import math\n" + FIXED
