"""What computes beside the interface stands back for a key, and only for a moment."""

import asyncio
import threading
import time

from copilot_tui.tui.courtesy import Courtesy
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import app_over, screen_of


async def test_work_waits_for_the_answer_of_a_key_and_goes_on_then() -> None:
    courtesy = Courtesy()
    begun = time.monotonic()
    courtesy.pause()
    assert time.monotonic() - begun < 0.04  # no key has come
    courtesy.give_way()
    begun = time.monotonic()
    assert await courtesy.beside("facts", lambda: 7) == 7
    assert time.monotonic() - begun >= 0.04
    begun = time.monotonic()
    courtesy.pause()
    assert time.monotonic() - begun < 0.04


async def test_one_thing_of_a_kind_is_computed_at_a_time() -> None:
    courtesy = Courtesy()
    running, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.01)
        with lock:
            running -= 1

    await asyncio.gather(*[courtesy.beside("sight", work) for _ in range(5)])
    assert most == 1


async def test_a_key_of_the_interface_makes_others_stand_back() -> None:
    async with app_over(RecordedSession()).run_test(size=(80, 24)) as pilot:
        courtesy = screen_of(pilot).courtesy
        await pilot.press("f20")
        held = courtesy._until
        await asyncio.sleep(0.06)
        assert held > 0
        begun = time.monotonic()
        courtesy.pause()
        assert time.monotonic() - begun < 0.04
