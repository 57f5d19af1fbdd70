"""The line under a review that answers no request of the person's own: whose it is, and what may change by it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.autonomy.scope import Scope
from copilot_tui.bootstrap import open_session
from copilot_tui.diff.change import ChangeSet, FileChange
from copilot_tui.diff.unified import format_patch
from copilot_tui.review.changed_file import Decision
from copilot_tui.review.decide import decide
from copilot_tui.review.review import Review
from copilot_tui.session.ai_comments import AiComment
from copilot_tui.session.session import Session
from copilot_tui.session.waiting import propose_patch
from copilot_tui.session.watching import request_of
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.review.pane import ReviewPane
from copilot_tui.tui.reviewed import Reviewed
from copilot_tui.tui.slider import Slider
from copilot_tui.tui.waiting_sheet import WaitingSheet
from tests.support.program import environment_for, make_repository
from tests.tui.recorded_session import FILES, RecordedSession
from tests.tui.review_samples import answered, review_of
from tests.tui.test_tui_screen import app_over, open_file, screen_of, text_of, until

BETWEEN = "".join(f"\n\ndef same{number}(a):\n    return a\n" for number in range(3))
SUMS = f"def add(a, b):\n    both = a - b\n    return both\n{BETWEEN}\n\ndef take(a, b):\n    return a + b\n"
MENDED = f"def add(a, b):\n    both = a + b\n    return both\n{BETWEEN}\n\ndef take(a, b):\n    return a - b\n"
PATCH = format_patch(ChangeSet((FileChange("sums.py", SUMS.encode(), MENDED.encode()),))).decode()
WISH = Request("Mend the sum", Target("sums.py", LineRange(1, 3)), AutonomyLevel.BLOCK)


@asynccontextmanager
async def reviewing(session: Session, *keys: str, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[Any]]:
    """A session whose person pressed these keys and looks at the review that came of it."""
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=size) as pilot:
        await until(pilot, lambda: bool(screen_of(pilot).marks))
        await pilot.press(*keys)
        await until(pilot, lambda: len(pilot.app.screen_stack) > 1 or screen_of(pilot).deciding.is_reviewing)
        if isinstance(pilot.app.screen, WaitingSheet):
            await pilot.press("enter")
        await until(pilot, lambda: isinstance(screen_of(pilot).focused, ReviewPane))
        yield pilot


@pytest.fixture
def opened(tmp_path: Path, environment: dict[str, str], home: Path) -> Callable[[], Session]:
    root = make_repository(tmp_path / "sums", {"sums.py": SUMS})

    def open_here() -> Session:
        session = open_session(root, environment_for("http://127.0.0.1:9", environment), home)
        session.asks_about_plans = True  # as the interface does
        return session

    return open_here


async def waiting_for_a_person(opened: Callable[[], Session], made_by: str) -> None:
    """Another program proposes the patch, of which the lines that it asked for may change."""
    other = opened()
    await other.open()
    other.records.waiting.put(propose_patch(other.parts.repository, WISH, PATCH), made_by)
    await other.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_proposal_of_another_program_tells_who_made_it_and_its_own_scope(
    opened: Callable[[], Session], size: tuple[int, int]
) -> None:
    await waiting_for_a_person(opened, "codex \x1b[31mred")
    async with reviewing(opened(), *"/waiting", "enter", size=size) as pilot:
        screen = screen_of(pilot)
        await until(
            pilot, lambda: "by codex ␛[31mred · may change lines 1-3 of sums.py; budget 80 lines" in text_of(pilot)
        )
        assert "\x1b[31mred" not in text_of(pilot)
        assert not screen.query_one(Slider).region, "the person's own slider is not that of this proposal"
        await pilot.press("a")
        await until(pilot, lambda: bool(screen.query_one(Slider).region))
        assert "by codex" not in text_of(pilot), "what is asked next is the person's own"


async def test_the_keys_of_the_slider_change_the_limit_of_this_proposal_alone(opened: Callable[[], Session]) -> None:
    await waiting_for_a_person(opened, "codex")
    session = opened()
    async with reviewing(session, *"/waiting", "enter") as pilot:
        screen = screen_of(pilot)
        own = screen.aiming.aim.level
        assert session.review is not None
        assert session.review.counts.withheld == 1
        await pilot.press("alt+equals_sign")
        await until(pilot, lambda: "by codex · may change sums.py; budget 200 lines" in text_of(pilot))
        assert session.review.counts.withheld == 0
        assert screen.aiming.aim.level is own
        await pilot.press("alt+minus")
        await until(pilot, lambda: "by codex · may change lines 1-3 of sums.py; budget 80 lines" in text_of(pilot))
        assert session.review.counts.withheld == 1
        await pilot.press("a", "alt+equals_sign", "alt+equals_sign", "alt+equals_sign")
        await until(pilot, lambda: screen.aiming.aim.level is AutonomyLevel.REPO)
        assert session.review.counts.withheld == 1, "what the person may ask for next lets nothing of it through"
        assert session.review.proposal.scope.level is AutonomyLevel.BLOCK


async def test_a_review_that_is_taken_up_again_tells_its_own_scope(opened: Callable[[], Session]) -> None:
    earlier = opened()
    await earlier.open()
    review = Review.of(propose_patch(earlier.parts.repository, WISH, PATCH))
    earlier.take_up(decide(review, review.units[0], Decision.ACCEPTED))
    await earlier.close()
    async with reviewing(opened(), "f8") as pilot:
        screen = screen_of(pilot)
        told = "taken up again · may change lines 1-3 of sums.py; budget 80 lines"
        await until(pilot, lambda: told in text_of(pilot))
        await pilot.press("x")
        assert told in text_of(pilot)
        await pilot.press("alt+equals_sign")
        await until(pilot, lambda: "taken up again · may change sums.py; budget 200 lines" in text_of(pilot))
        assert not screen.query_one(Slider).region


async def test_a_proposal_that_was_left_tells_later_who_made_it(opened: Callable[[], Session]) -> None:
    await waiting_for_a_person(opened, "codex")
    async with reviewing(opened(), *"/waiting", "enter") as pilot:
        await pilot.press("x")
        await pilot.pause()
    async with reviewing(opened(), "f8") as pilot:
        await until(pilot, lambda: "by codex · may change lines 1-3 of sums.py; budget 80 lines" in text_of(pilot))


async def test_what_a_comment_asked_for_tells_its_place() -> None:
    comment = AiComment("make it 0.3", LineRange(1, 1), is_question=False, region=LineRange(1, 1))
    request = request_of("shop/tax.py", comment, AutonomyLevel.BLOCK)
    tax = FILES["shop/tax.py"].encode()
    session = RecordedSession(events=answered(review_of({"shop/tax.py": (tax, b"TAX = 0.3\n")}, request)))
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        screen.watching.begin()
        session.desk.saved.put_nowait(("shop/tax.py", comment))
        await until(pilot, lambda: isinstance(screen.focused, ReviewPane))
        assert session.requests == [request]
        told = "by watch, shop/tax.py:1 · may change line 1 of shop/tax.py; budget 80 lines"
        await until(pilot, lambda: told in text_of(pilot))
        assert not screen.query_one(Slider).region


async def test_the_answer_to_the_persons_own_request_has_their_slider() -> None:
    session = RecordedSession(events=answered(review_of({"shop/tax.py": (b"TAX = 0.2\n", b"TAX = 0.3\n")})))
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"go", "enter")
        await until(pilot, lambda: isinstance(screen.focused, ReviewPane))
        assert screen.query_one(Slider).region
        assert "of cart.py; budget" in text_of(pilot)


LINES = Scope(AutonomyLevel.BLOCK, "a/long/way/to/the/shop/cart.py", 80, lines=LineRange(30, 32))
FOLDER = Scope(AutonomyLevel.DIRECTORY, "a/long/way/to/the/shop/with/many/folders/in/it", 400)
SOME = Scope(AutonomyLevel.DIRECTORY, "", 400, paths=frozenset({"deep/down/b.py", "a.py"}))


@pytest.mark.parametrize(
    ("scope", "room", "sentence"),
    [
        (LINES, 118, "by codex · may change lines 30-32 of a/long/way/to/the/shop/cart.py; budget 80 lines"),
        (LINES, 78, "by codex · may change lines 30-32 of cart.py; budget 80 lines"),
        (LINES, 58, "by codex · may change lines 30-32 of car…; budget 80 lines"),
        (FOLDER, 78, "by codex · may change files in a/long/way/to/the/shop/with/…; budget 400 lines"),
        (SOME, 78, "by codex · may change a.py, deep/down/b.py; budget 400 lines"),
        (SOME, 58, "by codex · may change a.py, b.py; budget 400 lines"),
        (Scope(AutonomyLevel.REPO, "", 1000), 58, "by codex · may change any file; budget 1000 lines"),
        (Scope(AutonomyLevel.FILE, "a.py", 1), 58, "by codex · may change a.py; budget 1 line"),
    ],
)
def test_the_place_gives_way_and_the_budget_stays_whole(scope: Scope, room: int, sentence: str) -> None:
    assert Reviewed(who="by codex", scope=scope).sentence(room) == sentence
    long = Reviewed(who="by an agent with a name that never ends, or so it seems", scope=scope).sentence(room)
    assert cell_len(long) <= room
    assert long.endswith(sentence[sentence.index("; budget") :])
