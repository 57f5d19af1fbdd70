"""The checks of a large change stand back for keys, and end when the person leaves."""

import asyncio

import pytest

from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot, SnapshotFile
from copilot_tui.review.in_place import foreign_proposal
from copilot_tui.review.proposal import Proposal
from copilot_tui.session.checking import Checking, checked
from copilot_tui.tui.courtesy import Courtesy

HUNKS = 40


def proposal_of(files: int) -> Proposal:
    before = "".join(
        f"def f{number}(x):\n    assert x\n    return x + {number}\n\n\n\n\n\n\n" for number in range(HUNKS)
    )
    after = before.replace("    assert x\n", "").replace("return x", "x = x\u200b\n    return x")
    changes = ChangeSet(tuple(FileChange(f"f{at}.py", before.encode(), after.encode()) for at in range(files)))
    snapshot = Snapshot({one.path: SnapshotFile(one.before or b"") for one in changes}, frozenset())
    return foreign_proposal(changes, snapshot, "many", is_in_place=False)


def test_checks_pause_in_every_hunk_and_say_the_same() -> None:
    proposal, pauses = proposal_of(files=2), 0

    def pause() -> None:
        nonlocal pauses
        pauses += 1

    found = checked(proposal, None, pause)
    assert found == checked(proposal, None)
    assert found.findings
    assert found.notes
    assert pauses >= 2 * HUNKS * 3, "of secrets, of what is hidden, and of risk"


@pytest.mark.parametrize("step", [1, 30, 120, 200])
def test_checks_are_given_up_wherever_they_are(step: int) -> None:
    proposal, pauses = proposal_of(files=2), 0

    def pause() -> None:
        nonlocal pauses
        pauses += 1
        if pauses == step:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        checked(proposal, None, pause)
    assert pauses == step


async def test_checks_that_are_under_way_end_when_the_person_leaves() -> None:
    checking, courtesy = Checking(), Courtesy()
    is_pausing = asyncio.Event()
    loop = asyncio.get_running_loop()

    def pause() -> None:
        loop.call_soon_threadsafe(is_pausing.set)
        courtesy.give_way()
        courtesy.pause()

    checking.pause = pause
    under_way = checking.begin(proposal_of(files=20), lambda _: {})
    await is_pausing.wait()
    assert not under_way.done()
    courtesy.end()
    with pytest.raises(asyncio.CancelledError):
        await under_way
