"""The checks of a large change end when the person leaves: they pause within a hunk, however long it is."""

import asyncio
from collections.abc import Callable

import pytest

from copilot_tui.checks.run import CHECKS
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.snapshot import Snapshot
from copilot_tui.review.risk import risk_reasons

LINES = 4_000
CHANGE_SET = ChangeSet((FileChange("new.txt", None, b"one line of many\n" * LINES),))


def leaves_after(pauses: int) -> Callable[[], None]:
    count = 0

    def pause() -> None:
        nonlocal count
        count += 1
        if count > pauses:
            raise asyncio.CancelledError  # as the interface's pause does once the person leaves

    return pause


@pytest.mark.parametrize("name", ["leftovers", "secrets", "invisible"])
def test_a_check_pauses_within_a_hunk(name: str) -> None:
    with pytest.raises(asyncio.CancelledError):
        CHECKS[name](CHANGE_SET, Snapshot({}, frozenset()), leaves_after(30))


def test_the_risk_of_a_hunk_is_looked_for_with_pauses() -> None:
    with pytest.raises(asyncio.CancelledError):
        risk_reasons(CHANGE_SET, None, leaves_after(20))
