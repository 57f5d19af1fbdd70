"""Escape and what is typed at once behind it, which a terminal sends as it sends alt with a letter."""

import asyncio
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from copilot_tui.tui import awaited_sheets
from copilot_tui.tui.awaited_sheets import PATIENCE_SECONDS, AwaitedSheets
from copilot_tui.tui.escape_parser import EscapeParser
from copilot_tui.tui.key_names import key_named
from copilot_tui.tui.keyboard import character_of, teach_alt_keys
from copilot_tui.tui.prompt import Prompt
from tests.support.program import environment_for, make_repository
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_screen import app_over, open_file, until
from tests.tui.test_tui_terminal import open_file as open_on_terminal
from tests.tui.test_tui_terminal import program


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1badd", ["alt+a", "d", "d"]),
        ("\x1b/undo", ["alt+slash", "u", "n", "d", "o"]),
        ("\x1bFix", ["alt+shift+f", "i", "x"]),
        ("\x1bOP", ["f1"]),
        ("\x1b[A", ["up"]),
        ("\x1b-", ["alt+minus"]),
    ],
)
def test_what_follows_escape_at_once_is_one_key_and_nothing_is_swallowed(sent: str, keys: list[str]) -> None:
    teach_alt_keys()
    assert [event.key for event in XTermParser().feed(sent) if isinstance(event, events.Key)] == keys


@pytest.mark.parametrize(
    ("reads", "keys"),
    [
        (["\x1b", "y", "\r"], ["escape", "y", "enter"]),
        (["a\x1b", "yes"], ["a", "escape", "y", "e", "s"]),
        (["\x1b", "[A"], ["up"]),
        (["\x1b", "\r"], ["escape", "enter"]),
        (["\x1b", "\t"], ["escape", "tab"]),
        (["\x1b", "\x03"], ["escape", "ctrl+c"]),
        (["\x1b", "5"], ["escape", "5"]),
        (["\x1b", "é"], ["escape", "é"]),
        (["\x1b", "OP"], ["f1"]),
        (["\x1b[", "A"], ["up"]),
        (["\x1b", "\x1bx"], ["escape", "alt+x"]),
        (["\x1b", "|"], ["escape", "vertical_line"]),
        (["\x1b", ")"], ["escape", "right_parenthesis"]),
        (["\x1b", "-"], ["escape", "minus"]),
        (["\x1b", "="], ["escape", "equals_sign"]),
        (["\x1b", "O"], ["escape", "O"]),
        (["\x1b", "P", "l"], ["escape", "P", "l"]),
        (["\x1b", "_"], ["escape", "underscore"]),
        (["\x1b", "\x7f"], ["escape", "backspace"]),
        (["\x1b-"], ["alt+minus"]),
        (["\x1b|", "\x1b)"], ["alt+vertical_line", "alt+right_parenthesis"]),
    ],
)
def test_a_letter_that_comes_behind_escape_by_itself_is_no_alt_key(reads: list[str], keys: list[str]) -> None:
    teach_alt_keys()
    parser = EscapeParser()
    found = [event.key for read in reads for event in parser.feed(read) if isinstance(event, events.Key)]
    assert found == keys


def test_a_letter_that_comes_when_the_escape_was_given_out_already_is_a_letter() -> None:
    teach_alt_keys()
    parser = EscapeParser()
    list(parser.feed("\x1b"))
    found: list[str] = []
    while not found:
        found += [event.key for event in parser.tick() if isinstance(event, events.Key)]
    found += [event.key for event in parser.feed("y") if isinstance(event, events.Key)]
    assert found == ["escape", "y"]


@pytest.mark.parametrize(
    ("reads", "keys"),
    [
        (["\x1b"], ["escape"]),
        (["\x1b["], ["escape", "left_square_bracket"]),
        (["\x1b", "["], ["escape", "left_square_bracket"]),
        (["\x1b]"], ["escape", "right_square_bracket"]),
        (["\x1bO"], ["alt+shift+o"]),
        (["\x1bPlease"], ["alt+shift+p", "l", "e", "a", "s", "e"]),
    ],
)
def test_no_escape_is_lost_where_nothing_more_comes(reads: list[str], keys: list[str]) -> None:
    teach_alt_keys()
    parser = EscapeParser()
    assert [message for read in reads for message in parser.feed(read)] == []
    found: list[events.Key] = []
    while not found:
        found += [event for event in parser.tick() if isinstance(event, events.Key)]
    assert [event.key for event in found] == keys
    assert all(event.character is None for event in found if character_of(event.key))


PASTED = "one\x1b\r\x1byes \x1b[A\x1b" + "\x1bnx" * 20 + "\x1b[20"


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, len(PASTED) + 14), max_size=8))
def test_nothing_of_a_pasted_text_is_a_key_however_it_is_read(cuts: list[int]) -> None:
    teach_alt_keys()
    sent = f"a\x1b[200~{PASTED}\x1b[201~b"
    parser = EscapeParser()
    ends = [*sorted(cuts), len(sent)]
    found = [one for first, last in pairwise([0, *ends]) if last > first for one in parser.feed(sent[first:last])]
    assert [one.key for one in found if isinstance(one, events.Key)] == ["a", "b"]
    (pasted,) = [one.text for one in found if isinstance(one, events.Paste)]
    assert pasted == PASTED.replace("\x1b", "")
    assert parser._timeout_time is None


def test_two_pasted_texts_one_behind_the_other_are_two() -> None:
    parser = EscapeParser()
    found = list(parser.feed("\x1b[200~a\x1b[201~\x1b[200~\x1b\x1b[201~y"))
    assert [(type(one), getattr(one, "text", getattr(one, "key", ""))) for one in found] == [
        (events.Paste, "a"),
        (events.Paste, ""),
        (events.Key, "y"),
    ]


@pytest.mark.parametrize("character", ["h", "H", "/"])
def test_a_key_of_the_settings_is_named_as_the_terminal_gives_it(character: str) -> None:
    teach_alt_keys()
    (key,) = [one.key for one in XTermParser().feed(f"\x1b{character}") if isinstance(one, events.Key)]
    assert key_named(f"alt+{character}") == key


def test_only_keys_that_type_something_have_a_character() -> None:
    assert (character_of("alt+a"), character_of("alt+shift+f"), character_of("alt+slash")) == ("a", "F", "/")
    assert [character_of(key) for key in ("alt+minus", "alt+up", "a", "escape")] == [""] * 4


async def press_alt(pilot: Pilot[None], key: str) -> None:
    """As the parser gives the key out; the pilot would give it the character of its name."""
    event = events.Key(key, None)
    event.set_sender(pilot.app)
    assert pilot.app._driver is not None
    pilot.app._driver.send_message(event)
    await pilot.pause()


async def test_in_code_it_goes_to_the_request_and_in_the_request_it_moves_by_words() -> None:
    async with app_over(RecordedSession()).run_test(size=(80, 24)) as pilot:
        screen = await open_file(pilot, "cart.py")
        await press_alt(pilot, "alt+f")
        await pilot.press("i", "x")
        await until(pilot, lambda: screen.query_one(Prompt).text == "fix")
        await press_alt(pilot, "alt+f")  # within a text it is a word on, as some terminals write it
        await press_alt(pilot, "alt+b")
        await press_alt(pilot, "alt+r")
        await until(pilot, lambda: screen.query_one(Prompt).text == "rfix")


def written_in(box: TextArea | Input) -> str:
    """What stands in a box."""
    return box.text if isinstance(box, TextArea) else box.value


@pytest.mark.parametrize("kind", [TextArea, Input])
async def test_in_every_box_of_text_it_moves_by_words(kind: type[TextArea | Input]) -> None:
    async with app_over(RecordedSession()).run_test(size=(80, 24)) as pilot:
        box = kind()
        await pilot.app.screen.mount(box)
        box.focus()
        await pilot.press(*"two", "space", *"words")
        await press_alt(pilot, "alt+b")
        await pilot.press("X")
        await until(pilot, lambda: written_in(box) == "two Xwords")
        await press_alt(pilot, "alt+f")
        await pilot.press("Y")
        await until(pilot, lambda: written_in(box) == "two XwordsY")
        await press_alt(pilot, "alt+b")
        await press_alt(pilot, "alt+d")
        await until(pilot, lambda: written_in(box) == "two ")


def test_a_request_typed_at_once_behind_escape_is_whole(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repository", {"calc.py": "def add(a, b):\n    return a - b\n"})
    with program(root, environment_for("http://127.0.0.1:9")) as terminal:
        open_on_terminal(terminal, "calc", "return a - b")
        terminal.send(b"\x1bfix the sum, then rename it everywhere and say why")
        terminal.wait_for("fix the sum, then rename it everywhere and say why")
        terminal.press("ctrl+q")


def test_work_that_was_ended_before_it_began_holds_up_no_later_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(awaited_sheets, "monotonic", lambda: now)
    sheets, top = AwaitedSheets(), object()
    sheets.begin(top)  # nobody says what became of it
    now += PATIENCE_SECONDS + 0.1
    token = sheets.begin(top)
    assert sheets.holds(now)
    sheets.end(token, object())
    assert not sheets.holds(now)
    asyncio.run(asyncio.wait_for(sheets.wait(), PATIENCE_SECONDS / 2))
    assert not sheets.is_vain(now)
