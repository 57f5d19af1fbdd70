"""Grace against stray keys."""

import pytest

from copilot_tui.tui.gate import GRACE_SECONDS, Gate

pytestmark = pytest.mark.fault("O67")


def test_a_shut_gate_lets_only_keys_through_that_decide_nothing() -> None:
    gate = Gate()
    gate.shut()
    assert [key for key in ("a", "y", "enter", "space", "Y") if not gate.blocks(key, 10.0)] == []
    assert not gate.blocks("escape", 10.0)
    assert not gate.blocks("alt+minus", 10.0)
    assert not gate.blocks("enter", 10.0, decides_nothing=True)


def test_keys_made_before_the_paint_or_within_the_grace_time_stay_blocked() -> None:
    gate = Gate()
    gate.hold()
    assert gate.blocks("y", 10.0, decides_nothing=True)
    gate.open(10.0)
    assert gate.blocks("y", 9.9)
    assert gate.blocks("y", 10.0 + GRACE_SECONDS / 2, decides_nothing=True)
    assert not gate.blocks("y", 10.01 + GRACE_SECONDS)
