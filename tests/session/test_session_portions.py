"""A change that is larger than its budget comes as several proposals, one after another, each to be decided by itself."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import Request, Target
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.session.events import ProposalReady
from copilot_tui.steps.portions import changed_lines, portions
from tests.support.asking import Asking
from tests.support.deciding import accept_all
from tests.support.program import make_repository, work_tree
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block


def created(path: str, lines: int) -> FileChange:
    return FileChange(path, None, b"x = 1\n" * lines)


@given(st.lists(st.integers(0, 30), max_size=12), st.integers(1, 40))
def test_portions_are_the_change_set_in_order_and_fit_the_budget(sizes: list[int], budget: int) -> None:
    whole = ChangeSet(tuple(created(f"f{number}", size) for number, size in enumerate(sizes)))
    cut = portions(whole, budget)
    assert tuple(change for one in cut for change in one) == whole.files
    assert all(one for one in cut) or len(cut) == 1
    assert all(sum(map(changed_lines, one)) <= budget for one in cut if len(one.files) > 1)


PATHS = ["a.py", "b.py", "c.py"]


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "three", dict.fromkeys(PATHS, "x = 1\ny = 1\n"))


async def test_an_over_budget_plan_is_proposed_and_landed_in_portions(
    three: Path, server: ScriptedServer, home: Path
) -> None:
    edits = {path: block(path, "x = 1\ny = 1\n", "x = 2\ny = 2\n") for path in PATHS}
    server.otherwise = team = Team(plan=[(path, "Set them to 2.") for path in PATHS], edits=edits)
    async with Asking(three, server.base_url, home) as asking:
        session = asking.session
        ran = await asking.run(Request("Set all to 2.", Target(""), AutonomyLevel.REPO, budget=8))
        (ready,) = ran.of(ProposalReady)
        seen = [[file.path for file in review.files] for review in (ready.review, *ready.following)]
        assert seen == [["a.py", "b.py"], ["c.py"]]
        assert ready.review.counts.withheld == 0
        calls = sum(team.roles.values())
        accept_all(session)
        await session.land()
        assert (three / "b.py").read_text() == "x = 2\ny = 2\n"
        assert (three / "c.py").read_text() == "x = 1\ny = 1\n"
        assert session.following == 1
        following = session.next_proposal()
        assert following is not None
        accept_all(session)
        await session.land()
        assert session.next_proposal() is None
        assert sum(team.roles.values()) == calls, "without a further call"
    assert set(work_tree(three).values()) == {b"x = 2\ny = 2\n"}


async def test_a_single_file_over_its_budget_is_withheld_in_part(
    three: Path, server: ScriptedServer, home: Path
) -> None:
    (three / "long.py").write_text("".join(f"a{number} = {number}\n" for number in range(40)))
    edits = block("long.py", "a1 = 1\n", "a1 = 2\n") + block("long.py", "a30 = 30\n", "a30 = 31\n")
    server.otherwise = Team(plan=[("long.py", "Change.")], edits={"long.py": edits})
    async with Asking(three, server.base_url, home) as asking:
        ran = await asking.run(Request("Change it.", Target(""), AutonomyLevel.REPO, budget=2))
    (ready,) = ran.of(ProposalReady)
    assert ready.following == ()
    assert (ran.review.counts.pending, ran.review.counts.withheld) == (1, 1)
