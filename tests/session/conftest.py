"""What tests of the session share: a shop to change, and a session over it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.asking import Asking
from tests.support.program import make_repository
from tests.support.scripted_server import ScriptedServer


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The shop in a repository of its own."""
    return make_repository(tmp_path / "shop")


@pytest_asyncio.fixture
async def asking(shop: Path, server: ScriptedServer, home: Path) -> AsyncIterator[Asking]:
    """A session over the shop, answered by the scripted server."""
    async with Asking(shop, server.base_url, home) as opened:
        yield opened
