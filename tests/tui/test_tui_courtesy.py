"""What computes beside the interface stands back for a key, and only for a moment."""

import asyncio
import threading
import time
from collections.abc import Callable

import pytest

from copilot_tui.tui.courtesy import Courtesy
from copilot_tui.tui.review.heights import warm
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import review_of
from tests.tui.test_tui_screen import app_over, screen_of


async def test_work_waits_for_the_answer_of_a_key_and_goes_on_then() -> None:
    courtesy = Courtesy()
    assert quickest(courtesy.pause) < 0.04  # no key has come
    courtesy.give_way()
    begun = time.monotonic()
    assert await courtesy.beside("facts", lambda: 7) == 7
    assert time.monotonic() - begun >= 0.04
    assert quickest(courtesy.pause) < 0.04


def test_a_key_that_is_answered_late_is_waited_for_longer_until_it_is_painted() -> None:
    courtesy = Courtesy()
    courtesy.give_way()
    begun = time.monotonic()
    courtesy.stand_back()
    assert time.monotonic() - begun >= 0.09, "nothing was painted"


async def test_keys_that_follow_each_other_hold_work_up_longer_but_never_for_ever() -> None:
    courtesy = Courtesy()
    courtesy.give_way()
    begun = time.monotonic()
    waiting = asyncio.create_task(asyncio.to_thread(courtesy.pause))
    keys = 0
    while not waiting.done():
        await asyncio.sleep(0.02)
        courtesy.give_way()
        keys += 1
    assert time.monotonic() - begun >= 0.14, "one key alone holds it up for 0.05 s"
    assert keys < 100


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


def quickest(work: Callable[[], None]) -> float:
    """Seconds of the fastest of several times: a busy machine may hold up any of them, and nothing else does."""
    found: list[float] = []
    for _ in range(5):
        begun = time.monotonic()
        work()
        found.append(time.monotonic() - begun)
    return min(found)


async def test_a_key_of_the_interface_makes_others_stand_back() -> None:
    async with app_over(RecordedSession()).run_test(size=(80, 24)) as pilot:
        courtesy = screen_of(pilot).courtesy
        await pilot.press("f20")
        held = courtesy._until
        await asyncio.sleep(0.06)
        assert held > 0
        assert quickest(courtesy.pause) < 0.04


async def test_what_computes_is_given_up_when_the_program_ends_and_does_not_hold_it_up() -> None:
    given_up = threading.Event()
    app = app_over(RecordedSession())
    async with app.run_test(size=(80, 24)) as pilot:
        courtesy = screen_of(pilot).courtesy

        def work() -> None:
            ends = time.monotonic() + 20
            try:
                while time.monotonic() < ends:
                    courtesy.pause()
                    time.sleep(0.001)
            except asyncio.CancelledError:
                given_up.set()
                raise

        computing = asyncio.create_task(courtesy.beside("facts", work))
        await pilot.pause(0.05)
        app.exit()
        with pytest.raises(asyncio.CancelledError):
            await computing
    assert given_up.is_set()


def test_the_count_of_what_views_need_can_be_given_up_within_a_file() -> None:
    line = ("長い行" * 60 + "\n").encode()
    review = review_of({"long.txt": (line * 3, line * 4)})
    pauses = []
    warm(review, 80, lambda: pauses.append(time.monotonic()))
    assert len(pauses) == 1 + 2 * 3, (
        "before the file, and before each of its two texts is cut into rows of three widths"
    )


def test_who_was_held_up_long_has_a_turn_of_some_steps_while_keys_go_on() -> None:
    courtesy = Courtesy()
    held = threading.Event()

    def type_on() -> None:
        while not held.is_set():
            courtesy.give_way()
            time.sleep(0.005)

    typing = threading.Thread(target=type_on)
    typing.start()
    try:
        courtesy.pause()
        waits = 0
        ends = time.thread_time() + 0.02
        while time.thread_time() < ends:  # in steps of a fraction of a millisecond
            begun = time.monotonic()
            courtesy.pause()
            waits += time.monotonic() - begun > 0.1
            sum(range(2_000))
    finally:
        held.set()
        typing.join()
    assert 1 <= waits <= 20, "one wait for each turn, not one for each step"


def test_what_has_to_be_written_waits_for_keys_too_but_is_never_given_up() -> None:
    courtesy = Courtesy()
    courtesy.give_way()
    begun = time.monotonic()
    courtesy.stand_back()
    assert time.monotonic() - begun >= 0.04
    courtesy.give_way()
    courtesy.end()
    assert quickest(courtesy.stand_back) < 0.04


async def test_checks_of_a_proposal_stand_back_for_keys_from_the_first_screen_on() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(size=(80, 24)) as pilot:
        courtesy = screen_of(pilot).courtesy
        courtesy.end()
        with pytest.raises(asyncio.CancelledError):
            session.checking.pause()


def test_no_two_threads_that_were_held_up_long_have_their_turn_at_the_same_time() -> None:
    courtesy = Courtesy()
    courtesy._until = time.monotonic() + 20  # keys go on
    computing = [threading.Thread(target=courtesy.pause) for _ in range(3)]
    begun = time.monotonic()
    for one in computing:
        one.start()
    for one in computing:
        one.join()
    assert time.monotonic() - begun >= 0.24, "the first after 0.15 s, then one every 0.05 s"
