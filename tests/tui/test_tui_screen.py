"""The screen played by keys and mouse, over a recorded session."""

import asyncio
import time
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange
from copilot_tui.models.call import PromptId, Role, Usage
from copilot_tui.session.events import RequestFailed
from copilot_tui.steps.events import CallFinished, CallStarted, PlanProposed, PlanStep, ReasoningStreamed, TextStreamed
from copilot_tui.tui.actions import Place
from copilot_tui.tui.answer_pane import AnswerPane
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.code_view import CodeView
from copilot_tui.tui.files_pane import FilesPane
from copilot_tui.tui.gate import Gate
from copilot_tui.tui.main_screen import MainScreen
from copilot_tui.tui.plain_overview import PlainOverview
from copilot_tui.tui.prompt import Prompt
from copilot_tui.tui.slider import Slider
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import answered, shop_review

PROMPT = PromptId("edit/region", 1, "0" * 64)
STARTED = CallStarted(1, Role.EDIT, "openai", "gpt-5-mini", PROMPT)
FINISHED = CallFinished(
    1, Role.EDIT, "gpt-5-mini", complete=True, reason="", usage=Usage(400, 312), seconds=4.1, cost=0.0021
)


def app_over(session: RecordedSession) -> CopilotApp:
    return CopilotApp(session, blinks=False)


def screen_of(pilot: Pilot[Any]) -> MainScreen:
    screen = pilot.app.screen_stack[0]
    assert isinstance(screen, MainScreen)
    return screen


async def open_file(pilot: Pilot[Any], letters: str) -> MainScreen:
    screen = screen_of(pilot)
    await until(pilot, lambda: bool(screen.marks))
    await pilot.press("ctrl+f", *letters, "enter")
    await until(pilot, lambda: bool(screen.aiming.aim.path) and isinstance(screen.focused, CodeView))
    await pilot.pause()
    return screen


def type_blindly(pilot: Pilot[Any], *keys: str) -> None:
    """Keys as a person types them who does not wait for the screen."""
    for key in keys:
        pilot.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def until(pilot: Pilot[Any], condition: Any) -> None:
    for _ in range(400):
        await pilot.pause(0.01)
        if condition():
            return
    raise AssertionError("it did not happen within the time of 400 frames")


async def until_done(pilot: Pilot[Any]) -> None:
    """Until all keys that were typed have done what they do."""
    order = pilot.app._order  # type: ignore[attr-defined]
    await until(pilot, lambda: not (order._waiting or order._is_acting))


def gate_of(pilot: Pilot[Any]) -> Gate:
    """What stops stray keys."""
    assert isinstance(pilot.app, CopilotApp)
    return pilot.app.gate


async def until_open(pilot: Pilot[Any]) -> None:
    """Until a key decides again what came to the screen."""
    await until(pilot, lambda: not gate_of(pilot).blocks("y", time.monotonic(), decides_nothing=True))


async def until_certain(pilot: Pilot[Any]) -> None:
    """Until an enter is no more one of those that are typed on blindly."""
    await until(pilot, lambda: gate_of(pilot)._doubt_ends < time.monotonic())


def text_of(pilot: Pilot[Any]) -> str:
    """The screen as text, the lowest screen first where sheets lie over it."""
    update = pilot.app.screen._compositor.render_update(full=True, screen_stack=pilot.app._background_screens)
    lines = pilot.app.console.render_lines(update, pilot.app.console_options) if update is not None else []
    return "\n".join("".join(segment.text for segment in line if not segment.control) for line in lines)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_a_request_goes_out_by_keyboard_alone(size: tuple[int, int]) -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=size) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press(*["down"] * 12, "escape", *"make it 0", "alt+minus", "enter")
        await until(pilot, lambda: session.requests)
        request = session.requests[0]
        assert (request.text, request.level, request.target.path) == ("make it 0", AutonomyLevel.LINE, "shop/cart.py")
        assert request.target.lines == LineRange(13, 13)
        assert screen.query_one(Slider).level is AutonomyLevel.LINE


async def test_the_slider_lights_more_and_less() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        seen = []
        for key in (
            "alt+minus",
            "alt+equals_sign",
            "alt+equals_sign",
            "alt+equals_sign",
            "alt+equals_sign",
            "alt+equals_sign",
        ):
            await pilot.press(key)
            lit = screen.aiming.aim.lit
            seen.append((screen.aiming.aim.level.value, len(lit) if lit else 0))
        assert [level for level, _ in seen] == ["line", "block", "file", "directory", "repo", "repo"]
        assert seen[0][1] == 1
        assert [count for _, count in seen[2:]] == [17] * 4


async def test_the_mouse_moves_cursor_selection_and_slider() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.mouse_down(CodeView, offset=(20, 11))
        await pilot.hover(CodeView, offset=(22, 13))
        await pilot.mouse_up(CodeView, offset=(22, 13))
        assert screen.aiming.aim.lines == LineRange(12, 14)
        await pilot.click(Slider, offset=(38, 0))
        assert screen.aiming.aim.level is not AutonomyLevel.BLOCK
        assert screen.query_one(CodeView).selection == LineRange(12, 14)


async def test_shift_and_arrows_select_lines() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("down", "shift+down", "shift+down")
        assert screen.aiming.aim.lines == LineRange(2, 4)


async def test_the_answer_is_seen_while_it_comes_and_escape_ends_it_with_the_text_kept() -> None:
    recorded = (STARTED, ReasoningStreamed(1, "hm " * 40), *[TextStreamed(1, f"word{n} ") for n in range(50)])
    session = RecordedSession(events=recorded, delay=0.01, ends=False)
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"do it", "enter")
        await until(pilot, lambda: "word3" in text_of(pilot))
        assert "reasoning, about" in text_of(pilot)
        assert "hm hm" not in text_of(pilot)
        assert "esc cancels" in text_of(pilot)
        await pilot.press("alt+r")
        await until(pilot, lambda: "hm hm" in text_of(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: not screen.bridge.is_busy)
        assert session.closed_streams == 1
        assert screen.query_one(Prompt).text == "do it"
        assert not screen.query_one(AnswerPane).display


@pytest.mark.fault("O67")
async def test_keys_typed_while_busy_decide_nothing_and_what_is_sent_waits() -> None:
    session = RecordedSession(events=(STARTED, *[TextStreamed(1, "x ")] * 50), delay=0.01, ends=False)
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"do it", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        type_blindly(pilot, "a", "y", *["enter"] * 10)
        await until(pilot, lambda: screen.sending.queue.entries)
        assert screen.bridge.is_busy
        assert screen.query_one(Prompt).text == ""
        type_blindly(pilot, "escape")
        await until(pilot, lambda: not screen.bridge.is_busy)
        await until_done(pilot)
        await until_open(pilot)
        assert len(session.requests) == 1
        assert [entry.text for entry in screen.sending.queue.entries] == ["ay"]
        assert screen.sending.queue.is_paused
        assert screen.query_one(Prompt).text == "do it", "what was cancelled is in the box again"
        type_blindly(pilot, "y", *["enter"] * 10)
        await until(pilot, lambda: "enter again sends: do ity" in text_of(pilot))
        assert len(session.requests) == 1, "what is typed on blindly behind a cancellation is no request"
        assert not screen.deciding.is_reviewing
        await until_certain(pilot)
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: len(session.requests) == 2)
        assert session.requests[1].text == "do it"
        assert [entry.text for entry in screen.sending.queue.entries] == ["ay"]


async def test_a_yes_typed_behind_escape_before_the_stream_has_closed_sends_nothing_and_is_kept() -> None:
    session = RecordedSession(events=(STARTED, *[TextStreamed(1, "x ")] * 50), delay=0.01, ends=False)
    session.closing = asyncio.Event()
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"do it", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        type_blindly(pilot, "escape", "y", "enter")
        await until(pilot, lambda: screen.query_one(Prompt).text == "y")
        await until_done(pilot)
        session.closing.set()
        await until(pilot, lambda: not screen.bridge.is_busy)
        await until_done(pilot)
        assert len(session.requests) == 1
        assert screen.sending.queue.entries == []
        assert screen.query_one(Prompt).text == "y"
        await pilot.press("backspace", "up")
        assert screen.query_one(Prompt).text == "do it"


async def test_alt_with_a_letter_in_the_request_types_the_letter_and_cancels_nothing() -> None:
    session = RecordedSession(events=(STARTED, TextStreamed(1, "x ")), ends=False)
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"do it", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        for key in ("alt+y", "alt+d", "alt+f"):
            pilot.app.post_message(events.Key(key, None))
        await until(pilot, lambda: screen.query_one(Prompt).text == "y")
        await until_done(pilot)
        assert screen.bridge.is_busy


async def test_an_escape_with_a_letter_at_once_behind_it_cancels_too() -> None:
    session = RecordedSession(events=(STARTED, *[TextStreamed(1, "x ")] * 50), delay=0.01, ends=False)
    session.closing = asyncio.Event()
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"do it", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        screen.set_focus(screen.parts.code)
        pilot.app.post_message(events.Key("alt+y", None))  # what Textual makes of escape and y that come together
        type_blindly(pilot, "enter")
        await until_done(pilot)
        session.closing.set()
        await until(pilot, lambda: not screen.bridge.is_busy)
        await until_done(pilot)
        assert len(session.requests) == 1
        assert screen.sending.queue.entries == []
        assert screen.query_one(Prompt).text == "do it"


async def test_an_escape_with_a_letter_behind_it_that_comes_a_moment_too_late_sends_nothing() -> None:
    session = RecordedSession(events=(STARTED, *answered(shop_review())))
    session.held = asyncio.Event()  # however slow the machine is, the answer comes when the next request is being typed
    # A clock that is ahead: what comes is not seen yet for as long as the test takes.
    app = CopilotApp(session, blinks=False, clock=lambda: time.monotonic() + 100)
    async with app.run_test(size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"do it", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        await pilot.press("g", "o")
        session.held.set()
        await until(pilot, lambda: screen.deciding.is_reviewing and not screen.requesting.is_following)
        await until_done(pilot)
        late = events.Key("alt+y", None)
        app.post_message(late)
        await until(pilot, lambda: screen.query_one(Prompt).text == "goy")
        assert app.gate.holds(late.time + 1), "the enter behind it only says what the next one sends"


async def test_an_escape_that_closes_help_or_a_list_cancels_nothing_and_holds_no_request_back() -> None:
    session = RecordedSession(events=(STARTED, *[TextStreamed(1, "x ")] * 50), delay=0.01, ends=False)
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"do it", "enter")
        await until(pilot, lambda: screen.bridge.is_busy)
        await pilot.press("f1")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 2)
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await pilot.press(*"next", "enter")
        await until(pilot, lambda: [entry.text for entry in screen.sending.queue.entries] == ["next"])
        await pilot.press(*"see @cart")
        await until(pilot, lambda: screen.completing.is_open)
        await pilot.press("escape", "enter")
        await until(pilot, lambda: len(screen.sending.queue.entries) == 2)
        assert screen.bridge.is_busy
        assert "Not sent" not in text_of(pilot)


async def test_a_plan_is_changed_before_its_edits_start() -> None:
    steps = (PlanStep("a.py", "first"), PlanStep("b.py", "second"), PlanStep("c.py", "third"))
    session = RecordedSession(events=(PlanProposed(steps, waits=True), *[TextStreamed(9, "")] * 200), delay=0.01)
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("alt+equals_sign", "alt+equals_sign", "escape", *"do it", "enter")
        await until(pilot, lambda: len(pilot.app.screen_stack) > 1)
        await until_open(pilot)
        await pilot.press("x", "down", "K", "e", *"!", "enter")
        await pilot.press("down", "e", *" not this")
        assert "enter keep   esc leave as it was" in text_of(pilot)
        await pilot.press("escape", "g")
        await until(pilot, lambda: bool(session.plans))
        assert session.plans == [(PlanStep("b.py", "second!"), PlanStep("c.py", "third"))]


async def test_history_comes_back_with_the_up_key() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        prompt = screen.query_one(Prompt)
        for text in ("/level file", "/level line"):
            await pilot.press(*[{"/": "slash", " ": "space"}.get(letter, letter) for letter in text], "enter")
        assert screen.aiming.aim.level is AutonomyLevel.LINE
        await pilot.press(*"new", "up")
        assert prompt.text == "/level line"
        await pilot.press("up")
        assert prompt.text == "/level file"
        await pilot.press("down", "down")
        assert prompt.text == "new"


async def test_ctrl_j_makes_a_second_line_and_enter_sends_both() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", "a", "ctrl+j", "b", "enter")
        await until(pilot, lambda: session.requests)
        assert session.requests[0].text == "a\nb"


async def test_nothing_goes_out_without_a_file_below_directory_level() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await pilot.press(*"do it", "enter")
        await pilot.pause()
        assert session.requests == []
        assert screen_of(pilot).query_one(Prompt).text == "do it"


async def test_files_lie_over_the_code_on_a_narrow_terminal_and_beside_it_on_a_wide_one() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: bool(screen.marks))
        assert not is_shown(screen)
        await pilot.press("f2")
        assert is_shown(screen)
        assert screen.place is Place.FILES
        await pilot.resize_terminal(140, 40)
        await pilot.pause()
        assert is_shown(screen)
        assert not screen.query_one(FilesPane).has_class("-over")


def is_shown(screen: MainScreen) -> bool:
    return screen.query_one(FilesPane).display


async def test_a_tiny_terminal_gets_one_sentence_and_comes_back() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(50, 12)) as pilot:
        await pilot.pause()
        assert "too small" in text_of(pilot)
        assert "slider" not in text_of(pilot)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "too small" not in text_of(pilot)


async def test_help_and_palette_show_what_is_possible_here_and_do_it() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(120, 40)) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: "Here: typing" in text_of(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await pilot.press("ctrl+p", *"morema", "enter")
        await until(pilot, lambda: screen_of(pilot).aiming.aim.level is AutonomyLevel.FILE)


async def test_a_request_sent_before_the_repository_is_open_goes_out_when_it_is() -> None:
    session = RecordedSession()
    session.slow_opening = asyncio.Event()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await pilot.press(*["alt+equals_sign"] * 3, *"go", "enter")
        await until(pilot, lambda: "still being opened" in text_of(pilot))
        assert session.requests == []
        session.slow_opening.set()
        await until(pilot, lambda: [request.text for request in session.requests] == ["go"])


async def test_a_repository_that_cannot_be_opened_says_why_and_stays() -> None:
    async with app_over(RecordedSession(problem="This folder is no git repository: run git init.")).run_test(
        size=(80, 24)
    ) as pilot:
        await until(pilot, lambda: "no git repository" in text_of(pilot))
        await pilot.press(*"text")
        assert screen_of(pilot).query_one(Prompt).text == "text"


async def test_a_file_that_is_gone_is_said_in_a_sentence() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = screen_of(pilot)
        await until(pilot, lambda: bool(screen.marks))
        del session.files["shop/tax.py"]
        screen.open_file("shop/tax.py")
        await until(pilot, lambda: "not there any more" in text_of(pilot))


async def test_a_model_is_chosen_for_one_role_while_the_session_runs() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("f7")
        await until(pilot, lambda: "which role?" in text_of(pilot))
        await pilot.press(*"plan", "enter")
        await until(pilot, lambda: "which model answers?" in text_of(pilot))
        await pilot.press(*"open", "enter")
        await until(pilot, lambda: bool(session.chosen))
        assert session.chosen == [("openai", "", Role.PLAN)]


async def test_what_went_wrong_stays_until_the_person_goes_on_typing() -> None:
    failed = RequestFailed("nothing answers there: start the server", 69)
    session = RecordedSession(events=(failed,))
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", *"do it", "enter")
        await until(pilot, lambda: "nothing answers there" in text_of(pilot))
        (shown,) = pilot.app._notifications
        assert shown.time_left > 60
        await until_open(pilot)
        await pilot.press("!")
        await until(pilot, lambda: "nothing answers there" not in text_of(pilot))
        assert "do it!" in text_of(pilot)


async def test_a_line_behind_the_letters_is_gone_to() -> None:
    async with app_over(RecordedSession()).run_test(size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py:14")
        assert screen.aiming.aim.path == "shop/cart.py"
        assert screen.aiming.aim.line == 14
        await open_file(pilot, "cart.py:9999")
        await until(pilot, lambda: screen.aiming.aim.line == screen.aiming.aim.line_count)


@pytest.mark.parametrize(("budget", "warns"), [(1_000, True), (24_000, False), (0, False)])
async def test_a_level_that_is_too_much_for_a_small_model_is_told_before_the_call(budget: int, warns: bool) -> None:
    session = RecordedSession(overview=PlainOverview("shop", context_budget=budget))
    async with app_over(session).run_test(size=(160, 40)) as pilot:
        await open_file(pilot, "cart.py")
        assert "small model" not in text_of(pilot)
        await pilot.press("alt+equals_sign")
        await pilot.pause()
        assert ("small model: take line or block · may change" in text_of(pilot)) is warns
