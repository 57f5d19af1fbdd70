"""Canonical screens of the first run, of questions, of the queue, of what was recorded, and of the tour, in two sizes."""

import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from copilot_tui.session.recorded_sessions import RecordedSession as Recorded
from copilot_tui.session.stats import By, Stats, Tally
from copilot_tui.session.waiting import Waiting
from copilot_tui.tui.action import Place
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.completion_list import CompletionList
from copilot_tui.tui.gate import GRACE_SECONDS
from copilot_tui.tui.guide import Guide
from copilot_tui.tui.key_sheet import KeySheet
from copilot_tui.tui.models_sheet import ModelsSheet
from copilot_tui.tui.queue_sheet import QueueSheet
from copilot_tui.tui.sessions_sheet import SessionsSheet
from copilot_tui.tui.setup_sheet import SetupSheet
from copilot_tui.tui.stats_sheet import StatsSheet
from copilot_tui.tui.waiting_sheet import WaitingSheet
from tests.support.asking import request_of
from tests.tui.golden_screens import SIZES, assert_is_as_it_was
from tests.tui.recorded_session import RecordedSession, RecordedShelf, RecordedWaiting
from tests.tui.recorded_setup import RecordedSetup
from tests.tui.review_samples import answered, shop_review
from tests.tui.test_tui_screen import STARTED, open_file, screen_of, text_of, until
from tests.tui.test_tui_talking import asking_session

Play = Callable[[Pilot[Any]], Awaitable[None]]
PATCH = """--- a/shop/cart.py
+++ b/shop/cart.py
@@ -12,3 +12,3 @@
-    def total(self, tax):
+    def total(self, tax=RATE):
         subtotal = sum(item.price for item in self.items)
         return subtotal * (1 + tax)
"""


@pytest.fixture(autouse=True)
def same_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Times are shown as they are where the person sits: here everybody sits at the same place."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def first_run() -> RecordedSession:
    session = RecordedSession()
    session.setting_up = RecordedSetup(is_first_run=True)
    return session


def busy() -> RecordedSession:
    return RecordedSession(events=(STARTED,), ends=False)


def reviewing() -> RecordedSession:
    return RecordedSession(events=answered(shop_review()))


def recorded() -> RecordedSession:
    """With sessions, numbers and proposals of others."""
    session = RecordedSession()
    session.records.shelf = RecordedShelf(
        Recorded(
            "20260102-2", Path("c"), "", "2026-01-02T14:05:00+00:00", "shop", ("Add the tax.",), ("Who calls it?",)
        ),
        Recorded(
            "20260102-1", Path("a"), "taxes", "2026-01-02T10:00:00+00:00", "shop", ("Make the tax a share.",) * 3, ()
        ),
        Recorded("20260101-1", Path("b"), "", "2026-01-01T09:30:00+00:00", "library", (), ("Why is it slow?", "How?")),
        Recorded(
            "20251231-1",
            Path("d"),
            "a name that somebody gave and that is rather long",
            "2025-12-31T23:59:00+00:00",
            "a-repository-with-a-long-name",
            ("Give each of the functions of this module a docstring that says what it takes and what it gives back.",),
            (),
        ),
    )
    session.records.shelf.own = "20260102-2"
    session.records.numbers = {
        by: Stats(
            by,
            (
                tally("block", 40, 8),
                tally("repo", 9, 6),
                Tally("ask", questions=4, calls=4, prompt_tokens=5_200, completion_tokens=640, dollars=0.012),
            ),
            tally("all", 49, 14),
        )
        for by in By
    }
    session.records.waiting = RecordedWaiting(
        proposal("11111111", "Give total a default", "waiting"), proposal("22222222", "Rename Cart", "rejected")
    )
    return session


def tally(name: str, accepted: int, rejected: int) -> Tally:
    return Tally(
        name,
        requests=accepted // 3,
        failed=1,
        reviews=accepted // 3,
        accepted=accepted,
        edited=3,
        rejected=rejected,
        undecided=2,
        withheld=1,
        landings=5,
        undone=1,
        review_seconds=30.0 * accepted,
        calls=accepted,
        prompt_tokens=900 * accepted,
        completion_tokens=120 * accepted,
        cached_tokens=300 * accepted,
        dollars=0.004 * accepted,
    )


def proposal(identity: str, title: str, state: str) -> Waiting:
    request = request_of("Give total a default.", "shop/cart.py")
    return Waiting(identity, "a colleague", f"2026-01-0{identity[0]}T08:00:00+00:00", title, request, PATCH, state)


async def show_setup(pilot: Pilot[Any]) -> None:
    await sheet(pilot, SetupSheet)
    await until(pilot, lambda: "3 a provider" in text_of(pilot))


async def show_key(pilot: Pilot[Any]) -> None:
    await show_setup(pilot)
    await pilot.press("down", "down", "down", "enter")
    await sheet(pilot, KeySheet)


async def show_models(pilot: Pilot[Any]) -> None:
    await until(pilot, lambda: bool(screen_of(pilot).marks))
    await pilot.press(*"/models", "enter")
    await sheet(pilot, ModelsSheet)
    await until(pilot, lambda: "too large here" in text_of(pilot))


async def show_answer(pilot: Pilot[Any]) -> None:
    screen = await open_file(pilot, "tax.py")
    await pilot.press("escape", *"? where is the tax added", "enter")
    await until(pilot, lambda: screen.place is Place.READING)
    await pilot.pause(GRACE_SECONDS + 0.1)
    await pilot.press("right_square_bracket")


async def show_queue_line(pilot: Pilot[Any]) -> None:
    screen = await open_file(pilot, "cart.py")
    await pilot.press("escape", *"go", "enter")
    await until(pilot, lambda: screen.place is Place.REVIEW)
    await pilot.pause(GRACE_SECONDS + 0.1)
    await pilot.press("a", *"test the default", "enter", *"rename the cart", "enter")
    await until(pilot, lambda: "2 wait: test" in text_of(pilot))


async def show_queue(pilot: Pilot[Any]) -> None:
    screen = await open_file(pilot, "cart.py")
    await pilot.press("escape", *"go", "enter")
    await until(pilot, lambda: screen.bridge.is_busy)
    await pilot.press(*"test the default", "enter", *"? who calls total", "enter")
    await until(pilot, lambda: len(screen.sending.queue.entries) == 2)
    await pilot.press("ctrl+t")
    await sheet(pilot, QueueSheet)


async def show_mentions(pilot: Pilot[Any]) -> None:
    await type_and_list(pilot, "as @cart", "function in")


async def show_commands(pilot: Pilot[Any]) -> None:
    await type_and_list(pilot, "/mo", "/models")


async def type_and_list(pilot: Pilot[Any], text: str, wanted: str) -> None:
    screen = await open_file(pilot, "cart.py")
    await pilot.press("escape", *text)
    await until(pilot, lambda: screen.query_one(CompletionList).is_open and wanted in text_of(pilot))


async def show_sessions(pilot: Pilot[Any]) -> None:
    await open_by(pilot, "S", SessionsSheet)


async def show_stats(pilot: Pilot[Any]) -> None:
    await open_by(pilot, "number_sign", StatsSheet)


async def show_waiting(pilot: Pilot[Any]) -> None:
    await open_by(pilot, "W", WaitingSheet)


async def open_by(pilot: Pilot[Any], key: str, kind: type) -> None:
    await open_file(pilot, "cart.py")
    await pilot.press(key)
    await sheet(pilot, kind)


async def show_guide(pilot: Pilot[Any]) -> None:
    screen = screen_of(pilot)
    await until(pilot, lambda: bool(screen.marks))
    Guide(screen, 0, lambda _: "recorded answers", lambda _: None).look()
    await until(pilot, lambda: "tour 1/" in text_of(pilot))


async def sheet(pilot: Pilot[Any], kind: type) -> None:
    await until(pilot, lambda: isinstance(pilot.app.screen, kind) and pilot.app.screen.focused is not None)


SCREENS: dict[str, tuple[Play, Callable[[], RecordedSession]]] = {
    "first-run": (show_setup, first_run),
    "key": (show_key, first_run),
    "models": (show_models, RecordedSession),
    "answer": (show_answer, asking_session),
    "queue-line": (show_queue_line, reviewing),
    "queue": (show_queue, busy),
    "mentions": (show_mentions, RecordedSession),
    "commands": (show_commands, RecordedSession),
    "sessions": (show_sessions, recorded),
    "stats": (show_stats, recorded),
    "waiting": (show_waiting, recorded),
    "guide": (show_guide, RecordedSession),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
async def test_the_screen_is_as_it_was(name: str, size: tuple[int, int]) -> None:
    play, session = SCREENS[name]
    app = CopilotApp(session(), blinks=False, clock=lambda: 0.0)
    async with app.run_test(size=size) as pilot:
        await play(pilot)
        await assert_is_as_it_was(pilot, name, size)
