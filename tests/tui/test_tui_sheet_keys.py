"""The keys inside sheets: they come from one table, are shown from it, and are rebound in the settings."""

import importlib
import inspect
import pkgutil
from collections import Counter
from string import punctuation
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from copilot_tui import tui
from copilot_tui.session.preferences import Preferences
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.finder import Finder
from copilot_tui.tui.help_sheet import HelpSheet
from copilot_tui.tui.history_sheet import HistorySheet
from copilot_tui.tui.key_names import is_key, key_named, shown_key
from copilot_tui.tui.key_table import read_keys
from copilot_tui.tui.key_words import KeyWords
from copilot_tui.tui.row_list import RowList
from copilot_tui.tui.sheet import MOVING, Sheet
from copilot_tui.tui.sheet_actions import SHEET_TABLE, SheetPlace, possible_in
from copilot_tui.tui.tour_app import TourApp
from tests.tui.recorded_session import RecordedSession
from tests.tui.test_tui_history import session_with_landings
from tests.tui.test_tui_screen import open_file, text_of, until


def app_with(keys: dict[str, str], session: RecordedSession | None = None) -> CopilotApp:
    session = session or session_with_landings()
    session.preferences = Preferences(keys=keys)
    return CopilotApp(session, blinks=False)


async def open_history(pilot: Pilot[Any]) -> RowList:
    await open_file(pilot, "cart.py")
    await pilot.press("H")
    await until(pilot, lambda: "RATE = 0.3" in text_of(pilot))
    assert isinstance(pilot.app.screen, HistorySheet)
    return pilot.app.screen.query_one("#landings", RowList)


async def test_a_rebound_key_of_a_sheet_acts_and_is_shown_and_the_old_one_does_nothing() -> None:
    session = session_with_landings()
    async with app_with({"history.take_back": "t"}, session).run_test(size=(100, 40)) as pilot:
        await open_history(pilot)
        assert "t take back" in text_of(pilot)
        assert "u take back" not in text_of(pilot)
        await pilot.press("u")
        await pilot.pause()
        assert [receipt.undone for receipt in session.landings.receipts] == [False, False]
        await pilot.press("t")
        await until(pilot, lambda: "undone" in text_of(pilot))
        assert [receipt.undone for receipt in session.landings.receipts] == [False, True]
        await pilot.press("escape", "f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpSheet))
        rows = pilot.app.screen.query_one(RowList)
        (shown,) = [row for row in rows.rows if row.key == "history.take_back"]
        assert "".join(text for text, _ in shown.parts).split()[:3] == ["t", "Take", "back"]
        await pilot.press("end")
        assert "Next step" in text_of(pilot), "the sheets stand at the end of help"


async def test_a_click_on_the_word_of_a_rebound_key_does_what_the_key_does() -> None:
    session = session_with_landings()
    async with app_with({"history.take_back": "alt+-"}, session).run_test(size=(100, 30)) as pilot:
        await open_history(pilot)
        words = pilot.app.screen.query_one(KeyWords)
        at = "   ".join(" ".join(word) for word in words.words).index("alt+- take back")
        await pilot.click(KeyWords, offset=(at, 0))
        await until(pilot, lambda: "undone" in text_of(pilot))


async def test_long_keys_leave_out_words_before_the_one_that_leaves() -> None:
    keys = {"history.take_back": "ctrl+pageup", "history.land_again": "ctrl+pagedown", "move-up": "ctrl+home"}
    async with app_with(keys).run_test(size=(80, 24)) as pilot:
        await open_history(pilot)
        shown = text_of(pilot)
        assert "ctrl+pageup take back  esc back" in shown
        assert "ctrl+pagedown" not in shown
        words = pilot.app.screen.query_one(KeyWords)
        await pilot.click(KeyWords, offset=(len("ctrl+home ↓ landing  tab diff  ctrl+pageup take back  "), 0))
        await until(pilot, lambda: not words.is_attached)


async def test_who_moves_by_other_keys_moves_by_them_in_every_list() -> None:
    async with app_with({"move-down": "ctrl+n", "move-up": "ctrl+y, alt+k"}).run_test(size=(100, 30)) as pilot:
        landings = await open_history(pilot)
        assert "ctrl+y ctrl+n landing" in text_of(pilot)
        await pilot.press("down", "j")
        assert landings.cursor == 0, "the old keys do nothing"
        await pilot.press("ctrl+n")
        assert landings.cursor == 1
        await pilot.press("alt+k")
        assert landings.cursor == 0
        await pilot.press("escape", "ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, Finder))
        rows = pilot.app.screen.query_one(RowList)
        await pilot.press("ctrl+n", "down")
        assert rows.cursor == 2, "where letters are typed the arrows move as well"
        await pilot.press("escape", "f4")
        await until(pilot, lambda: "ctrl+y ctrl+n scroll" in text_of(pilot))


async def test_where_letters_are_typed_the_keys_that_move_are_those_of_the_settings() -> None:
    keys = {"finder.down": "ctrl+f", "finder.page_down": "alt+n"}  # ctrl+f moves in the box of letters
    async with app_with(keys).run_test(size=(100, 30)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, Finder))
        assert pilot.app.screen.query_one(KeyWords).words[0] == ("↑ ctrl+f", "move")
        rows = pilot.app.screen.query_one(RowList)
        await pilot.press("a", "ctrl+f", "ctrl+f", "up", "e", "ctrl+f")
        assert pilot.app.screen.query_one(Input).value == "ae"
        assert rows.cursor == 1
        await pilot.press("alt+n")
        assert rows.cursor > 5
        await pilot.press("pageup")
        assert rows.cursor <= 1


async def test_the_line_of_keys_stands_below_however_many_rows() -> None:
    async with app_with({}).run_test(size=(80, 40)) as pilot:
        await open_file(pilot, "cart.py")
        await pilot.press("ctrl+p")
        for height in (40, 24, 16):
            await pilot.resize_terminal(80, height)
            await until(pilot, lambda: "↑ ↓ move   enter choose   esc back" in text_of(pilot))
            lines = text_of(pilot).splitlines()
            at = next(number for number, line in enumerate(lines) if "↑ ↓ move" in line)
            assert "╰───" in lines[at + 1], "nothing is empty below it"


async def test_escape_and_the_key_to_end_leave_whatever_the_settings_say() -> None:
    async with app_with({"sheet.leave": "alt+q", "quit": "alt+x"}).run_test(size=(100, 30)) as pilot:
        await open_history(pilot)
        await pilot.press("q")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HistorySheet)
        await pilot.press("alt+q")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await pilot.press("H")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistorySheet))
        await pilot.press("escape")
        await until(pilot, lambda: len(pilot.app.screen_stack) == 1)
        await pilot.press("H")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistorySheet))
        await pilot.press("alt+x")
        await until(pilot, lambda: not pilot.app.is_running)


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (
            {"history.take_bakc": "t"},
            "keys.history.take_bakc is no action: did you mean history.take_back?",
        ),
        (
            {"history.take_back": "r"},
            "keys.history.take_back is ignored: r is the key of history.land_again there: give history.land_again another one",
        ),
        (
            {"history.take_back": "j"},
            "keys.history.take_back is ignored: j is the key of move-down there: give move-down another one",
        ),
        (
            {"move-down": "alt+n", "history.take_back": "alt+n"},
            "keys.move-down is ignored: alt+n is the key of history.take_back there: give history.take_back another one",
        ),
        (
            {"move-down": "n"},
            "keys.move-down is ignored: n is the key of next-undecided, sessions.name and trust.no there: give each of them another one",
        ),
        ({"history.take_back": "esc"}, "keys.history.take_back is ignored: esc leaves every sheet and cannot do anything else"),
        ({"trust.yes": "enter"}, "keys.trust.yes is ignored: enter chooses in every sheet and cannot do anything else"),
        ({"trust.yes": "ctrl+q"}, "keys.trust.yes is ignored: ctrl+q ends the program in every sheet and cannot do anything else"),
        ({"commit.commit": "c"}, "keys.commit.commit is ignored: c is what you type there: take one with ctrl, alt or f1 to f12"),
        ({"finder.up": "k"}, "keys.finder.up is ignored: k is what you type there: take one with ctrl, alt or f1 to f12"),
        (
            {"finder.up": "pagedown"},
            "keys.finder.up is ignored: pagedown is the key of page-down and finder.page_down there: give each of them another one",
        ),
        ({"edit.save": "up"}, "keys.edit.save is ignored: up is what you type there: take one with ctrl, alt or f1 to f12"),
        ({"find": "f10"}, "keys.find is ignored: f10 is the key of tour.next there: give tour.next another one"),
        ({"models.test": "bananas"}, "keys.models.test is ignored: bananas is no key: keys are written as a, ctrl+a, alt+a, f5 or space"),
    ],
)  # fmt: skip
def test_a_wish_for_a_sheet_that_cannot_be_followed_is_one_sentence_that_names_both(
    wishes: dict[str, str], said: str
) -> None:
    table, sentences = read_keys(wishes)
    assert sentences == (said,)
    assert len(table.own) == len(wishes) - 1


def test_keys_of_one_sheet_change_places_and_other_sheets_are_no_matter() -> None:
    table, sentences = read_keys({"history.take_back": "r", "history.land_again": "u", "queue.take_out": "y"})
    assert sentences == ()
    assert (table.shown("history.take_back"), table.shown("queue.take_out")) == ("r", "y")
    assert read_keys({"plan.go_on": "g", "first-row": "home, g"})[1] == (), "what is so anyway is no clash"


def test_every_row_for_sheets_has_words_a_place_and_a_name_of_its_own() -> None:
    names = Counter(action.identifier for action in SHEET_TABLE)
    assert max(names.values()) == 1
    for action in SHEET_TABLE:
        assert action.title, action
        assert action.help.endswith("."), action
        assert action.places, action
        assert action.keys, action
        assert [key_named(shown_key(key)) for key in action.keys] == list(action.keys)


def test_every_sign_and_every_named_key_is_one_and_nothing_else() -> None:
    assert [
        word
        for word in [*punctuation, "alt+-", "ctrl+é", "§", "f12", "shift+tab", "space"]
        if not is_key(key_named(word))
    ] == []
    assert [word for word in ("bananas", "ctr+a", "f99", "", "alt+", "ctrl+alt") if is_key(key_named(word))] == []


def test_a_letter_is_named_as_terminals_send_it_and_what_cannot_be_seen_is_no_key() -> None:
    written = {"ctrl+A": "ctrl+a", "Ctrl+A": "ctrl+a", "shift+u": "U", "Shift+U": "U", "alt+A": "alt+shift+a", "U": "U"}
    assert {word: key_named(word) for word in written} == written
    assert read_keys({"history.take_back": "shift+r"})[0].shown("history.take_back") == "R"
    assert read_keys({"history.take_back": "shift+k", "move-up": "up"})[0].shown("history.take_back") == "K"
    assert read_keys({"finish.export": "shift+d"})[1] == (
        "keys.finish.export is ignored: D is the key of finish.discard there: give finish.discard another one",
    )
    assert [word for word in ("\x1b", "\x07", "\u202e", "\u200b", "shift+ß\x1b") if is_key(key_named(word))] == []


def sheets() -> dict[SheetPlace, type[Any]]:
    """Each place with the class that reads its rows."""
    found: dict[SheetPlace, type[Any]] = {SheetPlace.TOUR: TourApp}
    for module in pkgutil.walk_packages(tui.__path__, f"{tui.__name__}."):
        for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(one, Sheet) and one.place is not None:
                found[one.place] = one
    return found


def test_every_row_is_done_by_its_sheets_and_no_sheet_binds_or_names_keys_of_its_own() -> None:
    classes = sheets()
    assert set(classes) == set(SheetPlace)
    for row in SHEET_TABLE:
        for place in row.places:
            assert hasattr(classes[place], f"action_{row.verb.partition('(')[0]}"), row
    always = {"esc", "enter", "tab", MOVING}
    for place, sheet in classes.items():
        if issubclass(sheet, Sheet):
            assert {one.key for one in sheet.__dict__.get("BINDINGS", [])} <= {"escape"}, sheet
            named = [one if isinstance(one, str) else one[0] for one in sheet.keys]
            assert {name for name in named if name not in always} <= {row.identifier for row in possible_in(place)}


@pytest.mark.parametrize("place", list(SheetPlace))
def test_no_key_means_two_things_in_one_sheet(place: SheetPlace) -> None:
    keys = Counter(key for action in possible_in(place) for key in action.keys)
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("shift", [1, 2, 5])
def test_no_wishes_give_one_key_to_two_actions_of_a_sheet(shift: int) -> None:
    wishes = {
        action.identifier: shown_key(SHEET_TABLE[(at + shift) % len(SHEET_TABLE)].keys[0])
        for at, action in enumerate(SHEET_TABLE)
    }
    table, _ = read_keys(wishes)
    for place in SheetPlace:
        keys = Counter(key for action in possible_in(place) for key in table.keys(action))
        assert [key for key, count in keys.items() if count > 1] == []
