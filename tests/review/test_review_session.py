"""A review of the work tree under a session's hands: what the interface does with it."""

import asyncio
from pathlib import Path

import pytest

from copilot_tui.bootstrap import open_session
from copilot_tui.errors import LandingError
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.session.review_source import open_review
from tests.support.program import CART, make_repository


def test_the_interface_rejects_a_hunk_and_undo_brings_it_back(
    tmp_path: Path, environment: dict[str, str], home: Path
) -> None:
    repository = make_repository(tmp_path / "repository")
    changed = CART.replace("- tax", "+ tax")
    (repository / "shop/cart.py").write_text(changed)

    async def play() -> None:
        session = open_session(repository, environment, home)
        await session.open()
        loaded = await open_review(session)
        assert session.review is loaded.review
        assert (loaded.review.proposal.is_uncommitted, loaded.left_out) == (True, ())
        with pytest.raises(LandingError, match="nothing to put back"):
            await session.land()
        (unit,) = loaded.review.units
        session.replace_review(decide(loaded.review, unit, Decision.REJECTED))
        await session.land()
        assert (repository / "shop/cart.py").read_text() == CART
        await asyncio.to_thread(session.landings.take_back)
        assert (repository / "shop/cart.py").read_text() == changed
        await session.close()

    asyncio.run(play())
