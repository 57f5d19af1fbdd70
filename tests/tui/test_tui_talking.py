"""Questions and their answers, what waits for its turn, and follow-ups, on the screen."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange, Request, Target
from copilot_tui.context.pack import ContextPack
from copilot_tui.diff.moved_lines import moved_lines
from copilot_tui.session.ai_comments import AiComment
from copilot_tui.session.events import RequestFailed
from copilot_tui.session.preferences import Preferences
from copilot_tui.session.queued import Entry
from copilot_tui.session.watching import Comments
from copilot_tui.steps.asking import Citation, QuestionAnswered
from copilot_tui.steps.events import TextStreamed
from copilot_tui.steps.workshop import Answer
from copilot_tui.tui.action import Place
from copilot_tui.tui.gate import GRACE_SECONDS
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.queue_sheet import QueueSheet
from copilot_tui.tui.reading_pane import ReadingPane
from copilot_tui.tui.thread_line import ThreadLine
from copilot_tui.workspace.repository import Repository
from tests.support.program import make_repository
from tests.tui.recorded_session import RecordedDesk, RecordedSession
from tests.tui.review_samples import answered, shop_review
from tests.tui.test_tui_screen import FINISHED, STARTED, app_over, open_file, screen_of, text_of, until

ANSWER = (
    "The tax is added in `shop/cart.py:14`, \x1b[31mcalled\x1b[0m by shop/web/checkout.py:5. "
    "The rate stands in shop/rates.py:3, see also shop/tax.py:1."
)
CITED = QuestionAnswered(
    Answer(1, ANSWER, complete=True, reason=""),
    (
        Citation("shop/cart.py", LineRange(14, 14), exists=True, was_shown=True, text="return subtotal * (1 + tax)"),
        Citation("shop/web/checkout.py", LineRange(5, 5), exists=True, was_shown=True, text="return cart.total(0.2)"),
        Citation("shop/rates.py", LineRange(3, 3), exists=False, was_shown=False),
        Citation("shop/tax.py", LineRange(1, 1), exists=True, was_shown=False, text="RATE = 0.2"),
    ),
    ContextPack((), "", 0, 1000),
)
SIZES = [(80, 24), (120, 40)]


def asking_session() -> RecordedSession:
    session = RecordedSession(events=answered(shop_review()))
    session.answers = (STARTED, TextStreamed(1, "The tax"), FINISHED, CITED)
    return session


@pytest.mark.parametrize("size", SIZES)
async def test_a_question_is_answered_with_places_and_enter_goes_there(size: tuple[int, int]) -> None:
    session = asking_session()
    async with app_over(session).run_test(notifications=True, size=size) as pilot:
        screen = await open_file(pilot, "tax.py")
        await pilot.press("escape", *"? where is it", "enter")
        await until(pilot, lambda: screen.place is Place.READING)
        await pilot.pause(GRACE_SECONDS + 0.1)
        (question,) = session.questions
        assert (question.text, question.level, question.target.path) == (
            "where is it",
            AutonomyLevel.REPO,
            "shop/tax.py",
        )
        assert not session.requests
        assert screen.query_one(Prompt).text == ""
        shown = text_of(pilot)
        assert "\x1b" not in shown
        assert "1 of 4 places is not there" in shown
        await pilot.press("right_square_bracket", "enter")
        await until(pilot, lambda: screen.aiming.aim.path == "shop/cart.py")
        assert screen.aiming.aim.line == 14
        assert screen.place is Place.READING, "the answer stays, and so does the cursor in it"
        await pilot.press("G")
        await until(pilot, lambda: "✗ shop/rates.py:3  there is no such place" in text_of(pilot))
        assert "○ shop/tax.py:1" in text_of(pilot)
        assert "the model did not see it" in text_of(pilot)
        await pilot.press("k", "enter")
        await until(pilot, lambda: "There is no shop/rates.py:3" in " ".join(text_of(pilot).split()))
        assert screen.aiming.aim.path == "shop/cart.py"


async def test_a_click_goes_to_a_place_and_the_answer_can_be_copied_and_asked_on() -> None:
    session = asking_session()
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "tax.py")
        await pilot.press("escape", *"/ask where", "enter")
        await until(pilot, lambda: screen.place is Place.READING)
        await pilot.pause(GRACE_SECONDS + 0.1)
        pane = screen.query_one(ReadingPane)
        row = next(
            index for index, one in enumerate(pane.rows) if one.parts[1:2] == (("shop/web/checkout.py:5", "marked"),)
        )
        await pilot.click(ReadingPane, offset=(8, row + 1))
        await until(pilot, lambda: screen.aiming.aim.path == "shop/web/checkout.py")
        pane.focus()
        await pilot.press("c")
        assert pilot.app.clipboard == ANSWER
        await pilot.press("a")
        assert screen.query_one(Prompt).has_focus
        await pilot.press(*"why", "enter")
        await until(pilot, lambda: len(session.questions) == 2)
        assert session.questions[1].text == "why"
        await until(pilot, lambda: screen.place is Place.READING)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("escape")
        assert not screen.query(ReadingPane)
        await pilot.press(*"/answer", "enter")
        await until(pilot, lambda: screen.place is Place.READING)
        await pilot.pause(GRACE_SECONDS + 0.1)


async def test_a_question_does_not_touch_the_review_and_a_place_opens_over_it() -> None:
    session = asking_session()
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"go", "enter")
        await until(pilot, lambda: screen.place is Place.REVIEW)
        await pilot.pause(GRACE_SECONDS + 0.1)
        review = session.review
        await pilot.press("a", *"? where", "enter")
        await until(pilot, lambda: screen.place is Place.READING)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("right_square_bracket", "enter")
        await until(pilot, lambda: len(pilot.app.screen_stack) > 1)
        assert "return subtotal * (1 + tax)" in text_of(pilot)
        await pilot.press("escape", "escape")
        assert screen.place is Place.REVIEW
        assert session.review is review


async def test_a_question_that_fails_comes_back_and_an_empty_one_is_none() -> None:
    session = RecordedSession()
    session.answers = (RequestFailed("The model does not answer.", 69),)
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"?", "enter")
        await until(pilot, lambda: "Write the question behind it" in text_of(pilot))
        await pilot.press(*" why", "enter")
        await until(pilot, lambda: "The model does not answer." in text_of(pilot))
        assert screen.query_one(Prompt).text == "? why"
        assert screen.query_one(Prompt).has_focus


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_sent_during_a_review_goes_out_when_it_is_finished(size: tuple[int, int]) -> None:
    session = asking_session()
    async with app_over(session).run_test(notifications=True, size=size) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"one", "enter")
        await until(pilot, lambda: screen.place is Place.REVIEW)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("a", *"two", "enter", *"three", "enter")
        queue = screen.sending.queue
        assert [entry.text for entry in queue.entries] == ["two", "three"]
        assert "2 wait: two three" in text_of(pilot).replace(" · ", " ")
        assert len(session.requests) == 1
        await pilot.press("tab")
        await until(pilot, lambda: screen.place is Place.REVIEW)
        await pilot.press("y", "q")
        await until(pilot, lambda: len(pilot.app.screen_stack) > 1)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("a")
        await until(pilot, lambda: len(session.requests) == 2)
        assert session.requests[1].text == "two"
        await until(pilot, lambda: screen.place is Place.REVIEW)
        assert [entry.text for entry in queue.entries] == ["three"]


async def test_what_waits_can_be_taken_out_and_edited() -> None:
    session = RecordedSession(events=(STARTED,), ends=False)
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"one", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        for text in ("two", "three"):
            await pilot.press(*text, "enter")
        queue = screen.sending.queue
        await until(pilot, lambda: len(queue.entries) == 2)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: isinstance(pilot.app.screen, QueueSheet))
        two = queue.entries[0]
        queue.entries.insert(0, replace(two, text="came back"))  # as one whose lines are gone
        # The pilot goes on as soon as the program uses little of the processor, which it does as well where others use all of it.
        await pilot.press("d")
        await until(pilot, lambda: all(entry is not two for entry in queue.entries))
        assert [entry.text for entry in queue.entries] == ["came back", "three"]
        await pilot.press("j", "enter")
        await until(pilot, lambda: screen_of(pilot) is pilot.app.screen)
        await until(pilot, lambda: screen.query_one(Prompt).text == "three")
        assert queue.take_out(queue.entries[0]) is not None
        assert not queue.entries
        assert not screen.query_one(ThreadLine).display
        await pilot.press("escape")


async def test_a_request_that_fails_stops_the_queue_until_the_person_goes_on() -> None:
    session = RecordedSession(events=(STARTED, RequestFailed("Offline: nothing answered.", 69)))
    session.held = asyncio.Event()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"one", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        await pilot.press(*"two", "enter")
        session.held.set()
        await until(pilot, lambda: not screen.bridge.is_busy)
        assert screen.sending.queue.is_paused
        assert "paused (enter goes on)" in text_of(pilot)
        assert screen.query_one(Prompt).text == "one"
        await pilot.pause(GRACE_SECONDS + 0.1)
        session.events = answered(shop_review())
        await pilot.press("enter")
        await until(pilot, lambda: screen.place is Place.REVIEW)
        assert [one.text for one in session.requests] == ["one", "one"], "what the person sends goes before what waits"
        screen.deciding.close()
        await until(pilot, lambda: [one.text for one in session.requests] == ["one", "one", "two"])


async def test_enter_on_an_empty_line_goes_on_with_what_waits() -> None:
    session = RecordedSession(events=(STARTED, RequestFailed("Offline: nothing answered.", 69)))
    session.held = asyncio.Event()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"one", "enter")
        await pilot.press(*"two", "enter")
        session.held.set()
        await until(pilot, lambda: screen.sending.queue.is_paused)
        screen.query_one(Prompt).clear()
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("enter")
        await until(pilot, lambda: [one.text for one in session.requests] == ["one", "two"])


async def test_a_proposal_that_comes_does_not_take_the_line_away_from_who_types() -> None:
    session = RecordedSession(events=answered(shop_review()))
    session.held = asyncio.Event()
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"one", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        await pilot.press(*"next ")
        session.held.set()
        await until(pilot, lambda: not screen.bridge.is_busy and screen.deciding.is_reviewing)
        await pilot.press(*"y")
        assert screen.query_one(Prompt).text == "next y"
        assert screen.query_one(Prompt).has_focus
        await pilot.press("tab")
        assert screen.place is Place.REVIEW


async def test_a_follow_up_is_said_and_one_key_starts_fresh() -> None:
    session = RecordedSession(events=answered(shop_review()))
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        session.desk.conversation.count = 2
        await pilot.press("escape", *"one", "enter")
        await until(pilot, lambda: "follows 2 earlier requests" in text_of(pilot))
        await until(pilot, lambda: screen.place is Place.REVIEW)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("ctrl+l")
        assert "follows" not in text_of(pilot)
        assert session.desk.conversation.count == 0


async def test_lines_that_moved_while_a_request_waited_are_found_and_lost_ones_stop_it() -> None:
    session = RecordedSession(events=answered(shop_review()))
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press(*["down"] * 12, "escape", *"one", "enter")
        await until(pilot, lambda: screen.place is Place.REVIEW)
        await pilot.pause(GRACE_SECONDS + 0.1)
        await pilot.press("a", *"two", "enter")
        (entry,) = screen.sending.queue.entries
        assert entry.request.target.lines is not None
        session.files["shop/cart.py"] = b"# new\n# lines\n" + session.files["shop/cart.py"]
        screen.deciding.close()
        await until(pilot, lambda: len(session.requests) == 2)
        assert session.requests[1].target.lines == LineRange(
            entry.request.target.lines.first + 2, entry.request.target.lines.last + 2
        )
        await until(pilot, lambda: screen.place is Place.REVIEW)
        session.files["shop/cart.py"] = b"nothing of it\n"
        screen.sending.queue.add(replace(entry, text="three"))
        screen.deciding.close()
        await until(pilot, lambda: screen.sending.queue.is_paused)
        assert len(session.requests) == 2
        await until(pilot, lambda: "are not there any more" in " ".join(text_of(pilot).split()))


async def test_a_request_whose_file_was_not_kept_goes_out_only_while_the_file_is_the_same() -> None:
    session = RecordedSession(events=(STARTED,))
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        request = Request("one", Target("shop/cart.py", LineRange(1, 2)), AutonomyLevel.BLOCK)
        entry = Entry("one", request, digest=sha256(session.files["shop/cart.py"]).hexdigest())
        screen.sending.queue.add(entry)
        await until(pilot, lambda: session.requests == [request])
        session.files["shop/cart.py"] += b"# more\n"
        screen.sending.queue.add(entry)
        await until(pilot, lambda: screen.sending.queue.is_paused)
        assert screen.sending.queue.entries == [entry]
        assert session.requests == [request]


@pytest.mark.parametrize(
    ("before", "after", "lines", "found"),
    [
        ("a\nb\nc\n", "x\na\nb\nc\n", (2, 2), (3, 3)),
        ("a\nb\nc\n", "a\nb\nx\nc\n", (1, 2), (1, 2)),
        ("a\nb\nc\n", "a\nx\ny\nc\n", (1, 3), (1, 4)),
        ("a\nb\nc\n", "b\nc\n", (2, 3), (1, 2)),
        ("a\nb\nc\n", "a\nx\nc\n", (2, 2), None),
        ("a\nb\nc\n", "a\nb\n", (2, 3), None),
        ("a\n", "a\n", (1, 1), (1, 1)),
    ],
)
def test_lines_are_found_again(before: str, after: str, lines: tuple[int, int], found: tuple[int, int] | None) -> None:
    moved = moved_lines(before.encode(), after.encode(), LineRange(*lines))
    assert moved == (LineRange(*found) if found else None)


async def test_a_comment_in_a_saved_file_asks_only_while_watching_is_on() -> None:
    session = asking_session()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "tax.py")
        comment = AiComment("make it 0.3", LineRange(1, 1), is_question=False, region=LineRange(1, 1))
        session.desk.saved.put_nowait(("shop/tax.py", comment))
        await pilot.pause(0.1)
        assert not session.requests
        await pilot.press("escape", *"/watch", "enter")
        await until(pilot, lambda: session.requests)
        (request,) = session.requests
        assert request.level is AutonomyLevel.BLOCK
        assert (request.target.path, request.target.lines) == ("shop/tax.py", LineRange(1, 1))
        assert request.text.startswith("make it 0.3. Then remove the comment")
        await until(pilot, lambda: screen.place is Place.REVIEW)
        session.desk.saved.put_nowait(("shop/tax.py", replace(comment, text="and 0.4")))
        session.desk.saved.put_nowait(("shop/tax.py", replace(comment, text="why", is_question=True)))
        await until(pilot, lambda: screen.sending.queue.entries and session.questions)
        assert session.questions[0].text == "why"
        assert len(session.requests) == 1, "a change waits until the review is finished"
        assert screen.query_one(Prompt).earlier == ("/watch",)
        await pilot.pause(GRACE_SECONDS + 0.1)
        screen.watching.toggle()
        await pilot.pause()
        assert not screen.watching.is_on


async def test_a_watched_file_that_is_gone_again_asks_for_nothing_and_the_watch_goes_on() -> None:
    session = asking_session()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "tax.py")
        await pilot.press("escape", *"/watch", "enter")
        comment = AiComment("make it 0.3", LineRange(1, 1), is_question=False, region=LineRange(1, 1))
        session.desk.saved.put_nowait(("shop/gone.py", comment))
        session.desk.saved.put_nowait(("shop/tax.py", comment))
        await until(pilot, lambda: session.requests)
        assert [request.target.path for request in session.requests] == ["shop/tax.py"]


async def test_a_watch_that_fails_says_so_and_ends_nothing_else(tmp_path: Path) -> None:
    session = asking_session()
    session.desk.watch = Comments(Repository.open(make_repository(tmp_path / "shop"), {})).watch  # type: ignore[method-assign]
    shutil.rmtree(tmp_path / "shop")
    async with app_over(session).run_test(notifications=True, size=(120, 24)) as pilot:
        screen = await open_file(pilot, "tax.py")
        await pilot.press("escape", *"/watch", "enter")
        await until(
            pilot, lambda: "Saved files are not watched any more. The files of shop cannot be" in text_of(pilot)
        )
        assert not screen.watching.is_on


async def test_the_settings_can_have_it_on_from_the_start() -> None:
    session = asking_session()
    session.preferences = Preferences(watch=True)
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await until(pilot, lambda: screen_of(pilot).watching.is_on)


async def test_what_waited_when_the_program_ended_waits_again_until_the_person_goes_on() -> None:
    session = RecordedSession(events=(STARTED,), ends=False)
    request = Request("add tests", Target("shop/cart.py"), AutonomyLevel.FILE)
    session.desk.left_waiting = (Entry("add tests", request), Entry("? why", replace(request, text="why"), True))
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: "2 requests still wait from the last time" in text_of(pilot))
        assert [entry.text for entry in session.desk.waiting] == ["add tests", "? why"]
        assert screen.sending.queue.is_paused
        assert session.requests == []
        await pilot.press("enter")
        await until(pilot, lambda: session.requests)
        assert session.requests[0].text == "add tests"
        await until(pilot, lambda: [entry.text for entry in session.desk.waiting] == ["? why"])


async def test_what_is_too_much_to_be_kept_for_the_next_start_is_said() -> None:
    session = RecordedSession(events=(STARTED,), ends=False)
    session.desk.most_waiting = 1
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"one", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        await pilot.press(*"two", "enter")
        await until(pilot, lambda: len(session.desk.waiting) == 1)
        assert "not kept" not in text_of(pilot)
        await pilot.press(*"three", "enter")
        await until(pilot, lambda: "The last request that waits is not kept for the next start" in text_of(pilot))
        await pilot.press(*"four", "enter")
        await until(pilot, lambda: "The last 2 requests that wait are not kept" in text_of(pilot))
        await pilot.press("escape")


class _SlowDesk(RecordedDesk):
    """A desk whose disk takes its time, and that notes what is kept meanwhile."""

    def __init__(self) -> None:
        super().__init__()
        self.may_take_up = threading.Event()
        self.kept: list[list[str]] = []

    def keep(self, newest: Callable[[], Sequence[Entry]]) -> int:
        left_out = super().keep(newest)
        self.kept.append([entry.text for entry in self.waiting])
        return left_out

    def take_up(self) -> tuple[Entry, ...]:
        assert self.may_take_up.wait(30)
        return super().take_up()


async def test_nothing_is_kept_before_what_waited_is_taken_up() -> None:
    session = RecordedSession(events=(STARTED,), ends=False)
    session.desk = desk = _SlowDesk()
    desk.left_waiting = (Entry("add tests", Request("add tests", Target("shop/cart.py"), AutonomyLevel.FILE)),)
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"one", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        await pilot.press(*"two", "enter")
        await until(pilot, lambda: bool(screen.sending.queue.entries))
        await pilot.pause(0.1)
        assert desk.kept == []
        desk.may_take_up.set()
        await until(pilot, lambda: bool(desk.kept))
        assert desk.kept[0] == ["add tests", "two"]
        await pilot.press("escape")


async def test_a_row_that_waits_no_more_is_not_edited_and_that_is_said() -> None:
    session = RecordedSession(events=(STARTED,), ends=False)
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"one", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        await pilot.press(*"two", "enter")
        queue = screen.sending.queue
        await until(pilot, lambda: len(queue.entries) == 1)
        await pilot.press("ctrl+t")
        await until(pilot, lambda: isinstance(pilot.app.screen, QueueSheet))
        queue.entries.clear()  # as when its turn came while the sheet was open
        await pilot.press("enter")
        await until(pilot, lambda: "It waits no more: it was sent." in text_of(pilot))
        assert screen.query_one(Prompt).text == ""
        await pilot.press("escape")
