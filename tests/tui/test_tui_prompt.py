"""The request line: history over starts, completion of mentions and commands, and what cannot be sent."""

import time

import pytest
from textual import events

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.autonomy.request import LineRange
from copilot_tui.context.mentions import NamedPlace
from copilot_tui.tui.code_view import CodeView
from copilot_tui.tui.completion import fitting_commands, fitting_names, fitting_paths, token_before
from copilot_tui.tui.completion_list import CompletionList
from copilot_tui.tui.prompt import MOST_CHARACTERS, Prompt
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import answered, shop_review
from tests.tui.test_tui_screen import app_over, open_file, screen_of, text_of, until

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize(
    ("line", "sign", "letters"),
    [("see @", "@", ""), ("see @car", "@", "car"), ('@"a fi', "", ""), ("/", "/", ""), ("/the", "/", "the")],
)
def test_a_token_is_what_stands_before_the_cursor(line: str, sign: str, letters: str) -> None:
    token = token_before(line, is_first_line=True)
    assert (token.sign, token.letters) == (sign, letters) if token is not None else sign == ""


@pytest.mark.parametrize("line", ["me@example.com", "@car ", "a /b", "see `@x", "@@x", "/a b"])
def test_no_token_stands_there(line: str) -> None:
    assert token_before(line, is_first_line=True) is None


def test_paths_fit_by_letters_and_by_likeness() -> None:
    paths = ["docs/cartoons.md", "shop/cart.py", "shop/checkout.py", "web/cart_view.py"]
    assert [one.insert for one in fitting_paths("cart", paths)] == [
        "@shop/cart.py",
        "@docs/cartoons.md",
        "@web/cart_view.py",
    ]
    assert fitting_paths("chekcout", paths)[0].insert == "@shop/checkout.py"
    assert fitting_paths("", paths, ["web/cart_view.py"])[0].insert == "@web/cart_view.py"
    assert fitting_paths("cart", ["a cart.py"])[0].insert == '@"a cart.py"'


def test_a_name_of_several_places_is_put_in_with_its_file() -> None:
    places = [
        NamedPlace("get", "a.py", LineRange(1, 2), "function"),
        NamedPlace("get", "b.py", LineRange(3, 4), "function"),
        NamedPlace("Cart.get", "c d.py", LineRange(5, 6), "function"),
    ]
    assert [one.insert for one in fitting_names(places)] == ["@a.py:get", "@b.py:get", "@Cart.get"]


def test_commands_that_begin_with_the_letters_come_first() -> None:
    commands = [("refind", ""), ("find", ""), ("files", "")]
    assert [one.insert for one in fitting_commands("fi", commands)][:2] == ["/find", "/files"]
    assert len(fitting_commands("", commands)) == 3


def test_a_folder_is_offered_before_what_lies_in_it() -> None:
    paths = ["shop/web/a.py", "shop/cart.py", "docs/webhooks.md"]
    assert [one.insert for one in fitting_paths("web", paths)][:2] == ["@shop/web/", "@shop/web/a.py"]
    assert [one.insert for one in fitting_paths("shop/", paths)][:2] == ["@shop/", "@shop/cart.py"]


@pytest.mark.parametrize("size", SIZES)
async def test_a_mention_is_chosen_under_the_request(size: tuple[int, int]) -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=size) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"as @check")
        listed = screen.query_one(CompletionList)
        await until(pilot, lambda: any("function in" in one.note for one in listed.candidates))
        assert "shop/web/checkout.py" in text_of(pilot)
        assert listed.size.height <= 6
        assert screen.query_one(Prompt).has_focus
        await pilot.press("down", "tab")
        assert screen.query_one(Prompt).text == "as @checkout "
        assert not listed.is_open
        assert screen.query_one(Prompt).has_focus
        await pilot.press(*"@cart.", "tab", "enter")
        await until(pilot, lambda: session.requests)
        assert session.requests[0].text == "as @checkout @shop/cart.py"


async def test_escape_closes_the_list_until_another_mention_begins() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        listed = screen.query_one(CompletionList)
        await pilot.press("escape", *"@ca")
        await until(pilot, lambda: listed.is_open)
        await pilot.press("escape", *"rt")
        await pilot.pause(0.1)
        assert not listed.is_open
        assert screen.query_one(Prompt).text == "@cart"
        await pilot.press(*" @ta")
        await until(pilot, lambda: listed.is_open)
        await pilot.press(*"x.py ")
        assert not listed.is_open


async def test_the_diff_and_what_changed_are_offered_first_and_a_click_takes() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        listed = screen.query_one(CompletionList)
        await pilot.press("escape", "@")
        await until(pilot, lambda: listed.is_open)
        assert [one.insert for one in listed.candidates][:3] == ["@diff", "@shop/cart.py", "@shop/tax.py"]
        await pilot.pause()
        await pilot.click(CompletionList, offset=(4, 2))
        assert screen.query_one(Prompt).text == "@shop/tax.py "
        assert screen.query_one(Prompt).has_focus


async def test_a_command_that_is_typed_faster_than_the_list_can_follow_is_the_one_that_was_typed() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", "slash", *"them")
        await until(pilot, lambda: screen.query_one(CompletionList).is_open)
        screen.query_one(Prompt).insert("es")  # the list hears of it later
        assert not screen.completing.take_key("enter"), "enter is the box's: /themes stands there, and not /theme"
        assert screen.query_one(Prompt).text == "/themes"


@pytest.mark.parametrize("size", SIZES)
async def test_a_slash_lists_the_actions_and_enter_does_the_chosen_one(size: tuple[int, int]) -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=size) as pilot:
        screen = await open_file(pilot, "cart.py")
        listed = screen.query_one(CompletionList)
        await pilot.press("escape", "/")
        await until(pilot, lambda: listed.is_open)
        assert {"/find", "/theme", "/level", "/quit"} <= {one.insert for one in listed.candidates}
        assert "/accept" not in {one.insert for one in listed.candidates}, "nothing is reviewed"
        await pilot.press(*"call", "enter")
        await until(pilot, lambda: len(pilot.app.screen_stack) > 1)
        assert "calls" in text_of(pilot)
        assert screen.query_one(Prompt).text == ""


async def test_in_a_review_its_actions_are_listed_too() -> None:
    session = RecordedSession(events=answered(shop_review()))
    async with app_over(session).run_test(notifications=True, size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"go", "enter")
        await until(pilot, lambda: screen.deciding.is_reviewing)
        assert "accept" in {name for name, _ in screen.acting.commands()}


async def test_a_command_that_there_is_not_gets_one_sentence_and_stays() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"/xthemesx", "enter")
        await until(pilot, lambda: "did you mean /themes?" in " ".join(text_of(pilot).split()))
        assert screen.query_one(Prompt).text == "/xthemesx"
        assert not session.requests
        screen.query_one(Prompt).put(" /etc/hosts is read twice")
        await pilot.press("enter")
        await until(pilot, lambda: session.requests)
        assert session.requests[0].text == "/etc/hosts is read twice"


async def test_the_level_is_said_in_words_too() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"/level file", "enter")
        assert screen.aiming.aim.level is AutonomyLevel.FILE
        await pilot.press(*"/level house", "enter")
        await until(pilot, lambda: "The levels are" in text_of(pilot))


async def test_the_history_goes_over_starts_and_is_found_by_letters() -> None:
    session = RecordedSession(events=answered(shop_review()))
    session.desk.history = ["make it blue", "make it\nred", "rename the cart"]
    async with app_over(session).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        prompt = screen.query_one(Prompt)
        await until(pilot, lambda: prompt.earlier)
        await pilot.press("escape", *"draft", "up")
        assert prompt.text == "rename the cart"
        await pilot.press("up")
        assert prompt.text == "make it\nred"
        await pilot.press("up")
        assert prompt.text == "make it\nred", "the cursor only went up a line"
        await pilot.press("up", "down", "down", "down", "down")
        assert prompt.text == "draft"
        await pilot.press("ctrl+r", *"blue")
        await until(pilot, lambda: "what you sent before" in text_of(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: prompt.text == "make it blue")
        assert prompt.has_focus
        await pilot.press("enter")
        await until(pilot, lambda: session.desk.history[-1] == "make it blue")
        assert prompt.earlier[-1] == "make it blue"
        assert prompt.earlier.count("make it blue") == 1


async def test_nothing_typed_says_what_could_be() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("escape", *"   ", "enter")
        await until(pilot, lambda: "Type what should change" in text_of(pilot))


async def test_a_paste_keeps_its_lines_and_loses_what_drives_a_terminal() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"ab", "left")
        pilot.app.post_message(events.Paste("one\r\ntwo\tx\x1b]0;y\x07\x00"))
        await until(pilot, lambda: "two" in screen.query_one(Prompt).text)
        text = screen.query_one(Prompt).text
        assert text.startswith("aone\ntwo\tx")
        assert text.endswith("b")
        assert not set(text) & {"\x1b", "\x07", "\x00", "\r"}


async def test_a_paste_of_a_megabyte_is_left_out_and_the_text_stays() -> None:
    async with app_over(RecordedSession()).run_test(notifications=True, size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await pilot.press("escape", *"mine")
        begun = time.process_time()
        pilot.app.post_message(events.Paste("x = 1\n" * 170_000))
        await until(pilot, lambda: "too long for a request" in " ".join(text_of(pilot).split()))
        assert time.process_time() - begun < 10
        assert screen.query_one(Prompt).text == "mine"
        pilot.app.post_message(events.Paste("y" * (MOST_CHARACTERS - 10)))
        await until(pilot, lambda: len(screen.query_one(Prompt).text) == MOST_CHARACTERS - 6)
        await pilot.press("escape", "tab")
        assert isinstance(screen.focused, (CodeView, Prompt))
        assert screen_of(pilot) is screen


async def test_what_was_sent_with_enter_goes_out_also_where_another_text_has_come_into_the_box_meanwhile() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(size=(120, 40)) as pilot:
        screen = await open_file(pilot, "cart.py")
        prompt = screen.query_one(Prompt)
        prompt.put("make it 0")
        prompt.post_message(Prompt.Sent(prompt.text, time.monotonic()))
        prompt.put("from the history")
        await until(pilot, lambda: session.requests)
        assert ([one.text for one in session.requests], prompt.text) == (["make it 0"], "from the history")


async def test_what_cannot_be_sent_is_not_lost_where_another_text_has_come_into_the_box_meanwhile() -> None:
    session = RecordedSession()
    async with app_over(session).run_test(size=(120, 40)) as pilot:
        prompt = screen_of(pilot).query_one(Prompt)
        await until(pilot, lambda: bool(screen_of(pilot).marks))
        prompt.put("make it 0")
        prompt.post_message(Prompt.Sent(prompt.text, time.monotonic()))  # no file is open
        prompt.put("from the history")
        await until(pilot, lambda: "make it 0" in prompt.earlier)
        assert (session.requests, prompt.text) == ([], "from the history")
