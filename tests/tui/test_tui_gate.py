"""Grace against stray keys."""

import pytest

from copilot_tui.tui.gate import DOUBT_SECONDS, GRACE_SECONDS, Gate

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


def test_an_enter_behind_a_cancellation_is_held_until_the_person_has_looked() -> None:
    gate = Gate()
    gate.shut()
    assert not gate.holds(9.0), "while a request runs, what is sent waits in the queue"
    gate.escaped(9.5)
    assert not gate.holds(9.6), "it closed a sheet or a list, and the request goes on"
    gate.cancelled(10.0)
    assert gate.holds(10.5)
    gate.open(11.0)
    assert gate.holds(11.0 + DOUBT_SECONDS / 2)
    assert gate.holds(11.1 + DOUBT_SECONDS / 2), "a row of them is as stray as the first"
    assert not gate.holds(11.2 + DOUBT_SECONDS / 2 + GRACE_SECONDS)
    gate.shut()
    gate.cancelled(20.0)
    gate.open(21.0)
    assert not gate.holds(21.1 + DOUBT_SECONDS)


def test_an_escape_that_comes_a_moment_too_late_counts_as_a_cancellation_too() -> None:
    gate = Gate()
    gate.shut()
    gate.open(10.0)
    assert not gate.holds(10.1)
    gate.escaped(10.2)
    assert gate.holds(11.0)
    gate.shut()
    gate.open(20.0)
    gate.escaped(30.0)
    assert not gate.holds(30.1)
