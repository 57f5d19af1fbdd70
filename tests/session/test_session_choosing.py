"""While a session runs, the person may take another candidate, another model and another level."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.errors import UsageError
from copilot_tui.models.call import Role
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.steps.events import CallStarted
from tests.support import replies
from tests.support.asking import Asking, request_of
from tests.support.deciding import accept_all
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
CALL = block("web/checkout.py", "    return cart.total(0)\n", "    return cart.total(tax=0)\n")


def configure(home: Path, text: str) -> None:
    folder = home / ".config" / "copilot-tui"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(text)


async def test_candidates_are_cycled_and_each_is_checked_and_can_land(
    shop: Path, server: ScriptedServer, home: Path
) -> None:
    configure(home, "best_of = 3\n")
    lines = ("        return 1", "        return 1", "        return (2")
    server.then(*[replies.answer(f"```\n{line}\n```") for line in lines])
    async with Asking(shop, server.base_url, home) as asking:
        session = asking.session
        await asking.run(request_of("Change it.", "shop/cart.py", (9, 9), AutonomyLevel.LINE))
        second = await session.next_alternative()
        assert b"return (2" in (second.files[0].change.after or b"")
        assert any(finding.is_error for finding in second.proposal.findings)
        assert second.counts.pending == 1
        first = await session.next_alternative()
        assert not first.proposal.findings
        session.replace_review(decide(first, first.units[0], Decision.ACCEPTED))
        await session.land()
    assert "        return 1\n" in (shop / "shop/cart.py").read_text()


async def test_without_candidates_the_review_stays_with_its_decisions(asking: Asking, server: ScriptedServer) -> None:
    server.then(replies.answer("```\n        return 1\n```"))
    ran = await asking.run(request_of("Change it.", "shop/cart.py", (9, 9), AutonomyLevel.LINE))
    decided = decide(ran.review, ran.review.units[0], Decision.ACCEPTED)
    asking.session.replace_review(decided)
    assert await asking.session.next_alternative() is decided


async def test_another_model_answers_from_the_next_call_on(shop: Path, server: ScriptedServer, home: Path) -> None:
    configure(home, f'[profiles.other]\nbase_url = "{server.base_url}"\nmodel = "large"\n')
    server.otherwise = Team(edits={"": FIX})
    request = request_of("Add the tax.", "shop/cart.py")
    async with Asking(shop, server.base_url, home) as asking:
        asking.session.choose_model("other", role=Role.CRITIQUE)
        ran = await asking.run(request)
        asking.session.choose_model("other", "huge")
        again = await asking.run(request)
        with pytest.raises(UsageError, match="no profile 'none'"):
            asking.session.choose_model("none")
    assert [(event.role, event.model) for event in ran.of(CallStarted)] == [
        (Role.EDIT, "scripted"),
        (Role.CRITIQUE, "large"),
    ]
    assert [event.model for event in again.of(CallStarted)] == ["huge", "large"]
    assert [request.body["model"] for request in server.requests] == ["scripted", "large", "huge", "large"]


async def test_what_was_accepted_waits_again_where_a_lower_level_withholds_it(
    asking: Asking, server: ScriptedServer
) -> None:
    server.otherwise = Team(edits={"": FIX + CALL})
    session = asking.session
    await asking.run(request_of("Add the tax.", "shop/cart.py"))
    raised = session.change_level(AutonomyLevel.REPO)
    assert raised.counts.withheld == 0
    for unit in raised.units:
        raised = decide(raised, unit, Decision.ACCEPTED)
    session.replace_review(raised)
    lowered = session.change_level(AutonomyLevel.FILE)
    assert (lowered.counts.accepted, lowered.counts.withheld) == (1, 1)
    assert [change.path for change in lowered.accepted_change_set()] == ["shop/cart.py"]
    await session.land()
    root = session.root
    assert "+ tax" in (root / "shop/cart.py").read_text()
    assert "tax=0" not in (root / "web/checkout.py").read_text()


async def test_what_was_accepted_is_exported_as_a_patch_that_git_takes(asking: Asking, server: ScriptedServer) -> None:
    server.otherwise = Team(edits={"": FIX})
    session = asking.session
    await asking.run(request_of("Add the tax.", "shop/cart.py"))
    with pytest.raises(UsageError, match="Nothing is accepted"):
        await session.export_patch()
    accept_all(session)
    path = await session.export_patch()
    assert not path.is_relative_to(session.root)
    await asyncio.to_thread(subprocess.run, ["git", "apply", str(path)], cwd=session.root, check=True)
    assert "+ tax" in (session.root / "shop/cart.py").read_text()
    assert await session.export_patch() == path
