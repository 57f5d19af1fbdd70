"""What the person prefers: keys, theme, level, nothing that moves, title and notification."""

from typing import Any

import pytest
from textual.pilot import Pilot

from copilot_tui.autonomy.level import AutonomyLevel
from copilot_tui.review.changed_file import Decision
from copilot_tui.session.preferences import Preferences
from copilot_tui.tui.actions import all_actions, find_action
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.attention import Attention, notification_sequence, title_sequence
from copilot_tui.tui.code_view import CodeView
from copilot_tui.tui.files_pane import FilesPane
from copilot_tui.tui.gate import Gate
from copilot_tui.tui.help_sheet import HelpSheet
from copilot_tui.tui.history_sheet import HistorySheet
from copilot_tui.tui.key_names import key_named, shown_key
from copilot_tui.tui.key_table import KeyTable, read_keys
from copilot_tui.tui.prompt import Prompt
from tests.tui.recorded_session import RecordedSession
from tests.tui.review_samples import shop_review
from tests.tui.test_tui_screen import open_file, screen_of, text_of, until


def app_with(**preferences: Any) -> CopilotApp:
    session = RecordedSession()
    session.preferences = Preferences(**preferences)
    return CopilotApp(session, blinks=False)


async def opened(pilot: Pilot[Any]) -> None:
    await until(pilot, lambda: bool(screen_of(pilot).marks))


def test_every_key_is_written_as_it_is_shown_and_read_back() -> None:
    for action in all_actions():
        for key in action.keys:
            assert key_named(shown_key(key)) == key


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"acept": "a"}, "keys.acept is no action: did you mean accept?"),
        ({"zzzz": "a"}, "keys.zzzz is no action: `copilot-tui docs review-keys` names them all"),
        ({"send": "f10"}, "keys.send is ignored: its key is read by the line that you type in and cannot be changed"),
        ({"history": "escape"}, "keys.history is ignored: esc is needed for leaving and sending"),
        ({"context": "c"}, "keys.context is ignored: c is what you type in a request"),
        ({"find": "up"}, "keys.find is ignored: up is what you type in a request"),
        ({"commit": "down"}, "keys.commit is ignored: down is the key of move-down there: give move-down another one"),
        (
            {"move-down": "y"},
            "keys.move-down is ignored: y is the key of accept, try.agree and trust.yes there: give each",
        ),
        ({"history": "C"}, "keys.history is ignored: C is the key of commit there: give commit another one"),
    ],
)
def test_a_wish_that_cannot_be_followed_is_said_and_left_out(wishes: dict[str, str], said: str) -> None:
    table, sentences = read_keys(wishes)
    assert not table.own
    assert [sentence.startswith(said) for sentence in sentences] == [True]


def test_keys_change_places_where_both_are_named() -> None:
    table, sentences = read_keys({"history": "C", "commit": "H, alt+c"})
    assert sentences == ()
    assert table.own == {"history": ("C",), "commit": ("H", "alt+c")}
    assert table.shown("commit") == "H"


def test_no_table_that_comes_of_wishes_has_one_key_for_two_actions_at_a_place() -> None:
    names = [action.identifier for action in all_actions()]
    for shift in range(1, 12):
        wishes = {
            name: shown_key((all_actions()[(at + shift) % len(names)].keys or ("f12",))[0])
            for at, name in enumerate(names)
        }
        table, _ = read_keys(wishes)
        for action in all_actions():
            for other in all_actions():
                if action is not other and action.places & other.places:
                    assert not set(table.keys(action)) & set(table.keys(other)), (action.identifier, other.identifier)


async def test_a_moved_key_acts_and_is_shown_and_the_old_one_does_nothing() -> None:
    async with app_with(keys={"history": "alt+h"}).run_test(size=(160, 40)) as pilot:
        await open_file(pilot, "cart.py")
        await until(pilot, lambda: "alt+h history" in text_of(pilot))
        await pilot.press("H")
        await pilot.pause()
        assert len(pilot.app.screen_stack) == 1
        await pilot.press("alt+h")
        await until(pilot, lambda: isinstance(pilot.app.screen, HistorySheet))
        await pilot.press("escape", "f1")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpSheet))
        assert "alt+h" in text_of(pilot)


def test_a_key_that_was_given_something_to_decide_waits_for_the_gate_as_every_other() -> None:
    gate = Gate()
    gate.shut()
    assert not gate.blocks("f6", 0.0)
    gate.moved = read_keys({"accept": "f6", "theme": "f12"})[0].moved
    assert gate.blocks("f6", 0.0)
    assert not gate.blocks("f1", 0.0)


async def test_the_preferred_level_theme_and_stillness_hold_from_the_start() -> None:
    async with app_with(level=AutonomyLevel.FILE, theme="high-contrast", motion=False).run_test() as pilot:
        await opened(pilot)
        screen = screen_of(pilot)
        assert screen.aiming.aim.level is AutonomyLevel.FILE
        assert pilot.app.theme == "high-contrast"
        assert pilot.app.animation_level == "none"
        assert not screen.query_one(Prompt).cursor_blink


async def test_a_theme_that_is_not_there_is_said() -> None:
    async with app_with(theme="pink", keys={"acept": "a"}).run_test(notifications=True, size=(160, 40)) as pilot:
        await until(pilot, lambda: "There is no theme" in text_of(pilot))
        assert "keys.acept is no action" in text_of(pilot), "one notice does not take the place of another"
        assert pilot.app.theme == "textual-dark"


async def test_the_commit_box_opens_after_a_landing_where_it_is_preferred() -> None:
    session = RecordedSession()
    session.preferences = Preferences(commit_after_landing=True)
    async with CopilotApp(session, blinks=False).run_test(size=(100, 30)) as pilot:
        await opened(pilot)
        receipt = session.landings
        receipt.add("a", 0.0, b"")
        screen_of(pilot).landing._landed(receipt.list()[0])
        await until(pilot, lambda: "Make the tax optional" in text_of(pilot))


def test_the_title_says_what_goes_on_and_is_given_back() -> None:
    written: list[str] = []
    attention = Attention(written.append, lambda: True)
    attention.working()
    attention.end()
    assert written == [], "nothing is written before it begins"
    attention.begin("shop")
    attention.working()
    attention.ended("a proposal to review", 2.0)
    attention.end()
    assert written == [
        "\x1b[22;2t",
        "\x1b]2;copilot-tui · shop\x07",
        "\x1b]2;… copilot-tui · shop\x07",
        "\x1b]2;a proposal to review · shop\x07",
        "\x1b[23;2t",
    ]


@pytest.mark.parametrize(("seconds", "has_focus", "notifies"), [(2, True, False), (2, False, True), (20, True, True)])
def test_a_person_who_looks_elsewhere_or_waited_long_is_called(seconds: float, has_focus: bool, notifies: bool) -> None:
    written: list[str] = []
    attention = Attention(written.append, lambda: has_focus)
    attention.begin("shop")
    attention.ended("no proposal came", seconds)
    assert (notification_sequence("copilot-tui in shop: no proposal came") in written) is notifies


@pytest.mark.parametrize("make", [title_sequence, notification_sequence])
def test_a_name_cannot_end_the_sequence_that_it_stands_in(make: Any) -> None:
    sequence = make("a\x07\x1b\\\x9c\x1b]0;evil\x07\nb" + "c" * 1000)
    inner = sequence.removesuffix("\x07").removesuffix("\x07")[4:]
    assert not any(ord(character) < 32 or 127 <= ord(character) < 160 for character in inner)
    assert len(inner) <= 120


def test_the_table_without_wishes_is_the_action_table() -> None:
    found = find_action("history")
    assert found is not None
    assert KeyTable().keys(found) == found.keys


async def test_the_keys_that_move_can_be_given_to_other_actions_and_others_take_their_place() -> None:
    keys = {
        "move-down": "n",
        "move-up": "P",
        "next-undecided": "j",
        "previous-undecided": "k",
        "reject-numbered": "f1 f2",
    }
    keys |= {"help": "alt+1", "files": "alt+2", "sessions.name": "N", "trust.no": "N"}
    assert read_keys(keys)[1] == ()
    async with app_with(keys=keys).run_test(size=(120, 30)) as pilot:
        await opened(pilot)
        screen = screen_of(pilot)
        screen.deciding.show(shop_review())
        await until(pilot, lambda: screen.deciding.pane is not None and screen.deciding.pane.has_focus)
        pane = screen.deciding.pane
        assert pane is not None
        pane.edge(last=False)
        await pilot.press("n")
        assert pane.cursor == 1, "n goes a row down now"
        await pilot.press("down")
        assert pane.cursor == 1, "and down, which was not named, does nothing any more"
        await pilot.press("P")
        assert pane.cursor == 0
        await pilot.press("f2")
        assert pane.review.state(pane.review.units[1]) is Decision.REJECTED, (
            "the second key of the numbers is number two"
        )


async def test_moving_keys_reach_the_code_and_the_files_too() -> None:
    async with app_with(keys={"move-down": "ctrl+n", "last-row": "ctrl+e"}).run_test(size=(120, 30)) as pilot:
        await open_file(pilot, "cart.py")
        code = pilot.app.screen.query_one(CodeView)
        await pilot.press("ctrl+n", "ctrl+n", "down")
        assert code.cursor == 3
        files = pilot.app.screen.query_one(FilesPane)
        files.focus()
        await pilot.press("ctrl+e")
        assert files.cursor == len(files.rows) - 1
