"""What was recorded, in the interface: a rule that is asked for, sessions, numbers, and proposals that wait."""

from pathlib import Path

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.session.recorded_sessions import RecordedSession as Recorded
from copilot_tui.session.stats import By, Stats, Tally
from copilot_tui.session.waiting import Waiting
from copilot_tui.steps.recipe import REMEMBERING
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.gate import GRACE_SECONDS
from copilot_tui.tui.plain_overview import PlainOverview
from copilot_tui.tui.review.pane import ReviewPane
from copilot_tui.tui.sessions_sheet import SessionsSheet
from copilot_tui.tui.slider import Slider
from copilot_tui.tui.stats_sheet import rows_of
from copilot_tui.tui.waiting_sheet import WaitingSheet
from tests.support.asking import request_of
from tests.tui.recorded_session import RecordedMemory, RecordedSession, RecordedShelf, RecordedWaiting
from tests.tui.review_samples import answered, shop_review
from tests.tui.test_tui_screen import open_file, screen_of, text_of, until

SIZE = (100, 30)


async def test_a_rule_is_asked_for_by_the_person_alone_and_keeps_what_they_typed() -> None:
    session = RecordedSession(events=answered(shop_review()))
    session.records.memory = RecordedMemory(is_enough=True)
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", *"half", "tab", "M")
        await until(pilot, lambda: screen_of(pilot).deciding.is_reviewing)
        (request,) = session.requests
        assert (request.target.path, session.recipes) == ("AGENTS.md", [REMEMBERING])
        assert "half" in text_of(pilot), "the half-typed request stays"


async def test_too_little_to_draw_a_rule_from_is_said() -> None:
    session = RecordedSession()
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", "slash", *"remember", "enter")
        await until(pilot, lambda: "a rule needs three" in text_of(pilot))
        assert not session.requests


async def test_after_a_landing_a_rule_is_offered_where_there_is_enough() -> None:
    session = RecordedSession(events=answered(shop_review()))
    session.records.memory = RecordedMemory(is_enough=True)
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("alt+equals_sign", "alt+equals_sign", "escape", *"go", "enter")
        await until(pilot, lambda: screen_of(pilot).deciding.is_reviewing and not screen_of(pilot).bridge.is_busy)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("y", "y", "q", "a")
        await until(pilot, lambda: "/remember" in text_of(pilot))


def sessions() -> RecordedShelf:
    return RecordedShelf(
        Recorded("20260102-1", Path("a"), "", "2026-01-02T10:00:00+00:00", "shop", ("Add the \x1b[31mtax.",), ()),
        Recorded("20260101-1", Path("b"), "old", "no date", "other", (), ("Why?", "How?")),
    )


async def test_sessions_are_listed_read_named_and_written_out() -> None:
    session = RecordedSession()
    session.records.shelf = shelf = sessions()
    shelf.sessions.append(Recorded("20260101-0", Path("c"), "", "no date", "shop", ("Sum.",), (), "there"))
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("S")
        await until(pilot, lambda: isinstance(pilot.app.screen, SessionsSheet))
        assert "\x1b" not in text_of(pilot)
        assert "Add the ␛[31mtax." in text_of(pilot)
        assert "[old] Why?" in text_of(pilot)
        assert "2 questions" in text_of(pilot)
        assert "1 request  shop elsewhere" in text_of(pilot), "the one that cannot be gone on with here"
        assert text_of(pilot).count("elsewhere") == 1
        await pilot.press("enter")
        await until(pilot, lambda: "## 1. Add the tax." in text_of(pilot))
        await pilot.press("escape", "x")
        await until(pilot, lambda: shelf.exported == ["20260102-1"])
        await pilot.press("n", *"taxes", "enter")
        await until(pilot, lambda: "[taxes] Add" in text_of(pilot))
        await pilot.press("down", "n", *["backspace"] * 3, *"taken", "enter")
        await until(pilot, lambda: "Another session is called taken" in text_of(pilot))
        await pilot.press("r")
        await until(pilot, lambda: "Nothing was decided in 20260101-1" in " ".join(text_of(pilot).split()))
        session.records.turns["20260102-1"] = 2
        await pilot.press("S")
        await until(pilot, lambda: isinstance(pilot.app.screen, SessionsSheet))
        await pilot.press("r")
        await until(pilot, lambda: "Goes on with 2 earlier requests" in text_of(pilot))


async def test_without_sessions_it_says_so() -> None:
    async with CopilotApp(RecordedSession(), blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("S")
        await until(pilot, lambda: "no session is recorded yet" in text_of(pilot))
        await pilot.press("r", "n", "x", "enter", "escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)


def numbers(by: By, name: str) -> Stats:
    group = Tally(
        name, requests=3, reviews=3, accepted=9, edited=2, rejected=3, landings=2, undone=1, review_seconds=120.0
    )
    return Stats(by, (group,), group)


async def test_the_numbers_are_shown_by_each_grouping() -> None:
    session = RecordedSession()
    names = {By.LEVEL: "block", By.MODEL: "gpt\x1b[31m-5", By.REPOSITORY: "shop", By.WEEK: "2026-W03"}
    session.records.numbers = {by: numbers(by, name) for by, name in names.items()}
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=(140, 40)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("number_sign")
        await until(
            pilot, lambda: "9 accepted (2 edited), 3 rejected, 0 left, 1 of 2 landings undone" in text_of(pilot)
        )
        assert "▓▓" in text_of(pilot)
        assert "2.0 min in 3 reviews, 40 s each" in text_of(pilot)
        await pilot.press("tab")
        await until(pilot, lambda: "gpt␛[31m-5" in text_of(pilot))
        await pilot.press("4")
        await until(pilot, lambda: "2026-W03" in text_of(pilot))
        await pilot.press("shift+tab")
        await until(pilot, lambda: "tokens, by repository" in text_of(pilot))
        await pilot.press("escape")


async def test_without_numbers_it_says_so_and_a_narrow_screen_cuts_no_words() -> None:
    async with CopilotApp(RecordedSession(), blinks=False).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("number_sign")
        await until(pilot, lambda: "nothing to count yet" in text_of(pilot))
    rows = rows_of(numbers(By.LEVEL, "block"), 66)
    assert all(sum(len(text) for text, _ in row.parts) <= 66 for row in rows)
    words = " ".join(" ".join(text for text, _ in row.parts) for row in rows)
    assert "9 accepted (2 edited), 3 rejected, 0 left, 1 of 2 landings undone" in " ".join(words.split())


async def test_the_slider_says_what_the_person_accepts_at_its_present_level() -> None:
    overview = PlainOverview("shop", acceptance={"block": 0.83, "file": 1.0})
    async with CopilotApp(RecordedSession(overview=overview), blinks=False).run_test(size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await until(pilot, lambda: "● block ✓83%" in text_of(pilot))
        await pilot.press("alt+minus")
        await until(pilot, lambda: "● line" in text_of(pilot))
        assert "%" not in text_of(pilot).splitlines()[-4]
        await pilot.press("alt+equals_sign", "alt+equals_sign")
        await until(pilot, lambda: "● file ✓100%" in text_of(pilot))
        slider = pilot.app.screen.query_one(Slider)
        line = next(line for line in text_of(pilot).splitlines() if "● file" in line)
        assert await pilot.click(Slider, offset=(line.index("dir"), 0))
        await until(pilot, lambda: slider.level is AutonomyLevel.DIRECTORY)


def proposal(identity: str, title: str, state: str = "waiting", made_by: str = "a colleague") -> Waiting:
    request = request_of("Add the tax.", "shop/cart.py")
    patch = "--- a/shop/cart.py\n+++ b/shop/cart.py\n@@ -1 +1 @@\n-a\n+b \x1b[31m\n"
    return Waiting(identity, made_by, f"2026-01-0{identity[0]}T00:00:00+00:00", title, request, patch, state)


async def test_a_proposal_of_another_agent_is_counted_shown_and_opened_in_the_review() -> None:
    session = RecordedSession()
    review = shop_review()
    session.records.waiting = RecordedWaiting(
        proposal("11111111", "Old", "rejected"), proposal("22222222", "Add \x1b]0;x\x07tax")
    )
    session.records.waiting.reviews["22222222"] = review
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await until(pilot, lambda: "1 waiting" in text_of(pilot).splitlines()[0])
        await pilot.press("W")
        await until(pilot, lambda: isinstance(pilot.app.screen, WaitingSheet))
        shown = text_of(pilot)
        assert "\x1b" not in shown
        assert shown.index("Add ␛]0;x␇tax") < shown.index("Old"), "what waits comes first"
        assert "+b ␛[31m" in shown
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(screen_of(pilot).focused, ReviewPane))
        assert session.review is review


async def test_a_proposal_is_rejected_whole_by_its_own_key_and_one_that_comes_is_told() -> None:
    session = RecordedSession()
    waiting = session.records.waiting
    async with CopilotApp(session, blinks=False).run_test(notifications=True, size=SIZE) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("W")
        await until(pilot, lambda: "no proposal waits for you here" in text_of(pilot))
        await pilot.press("x", "enter", "escape")
        waiting.proposals = [proposal("33333333", "Add the tax")]
        screen_of(pilot).records.look()
        await until(
            pilot, lambda: "A proposal waits for your decision: W or /waiting" in " ".join(text_of(pilot).split())
        )
        await pilot.press("W")
        await until(pilot, lambda: isinstance(pilot.app.screen, WaitingSheet))
        await pilot.press("tab", "x")
        assert waiting.count() == 1, "in the patch no key rejects"
        await pilot.press("tab", "x")
        await until(pilot, lambda: waiting.count() == 0)
        await until(pilot, lambda: "✗" in text_of(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "waiting" not in text_of(pilot).splitlines()[0])
