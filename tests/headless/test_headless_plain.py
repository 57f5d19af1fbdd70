"""Plain mode: a whole request in lines of words, through standard input and output."""

import io
from pathlib import Path

import pytest

from tests.headless.conftest import Copilot
from tests.support.program import CART, Ended
from tests.support.replies import answer
from tests.support.scripted_server import ScriptedServer

NEW = "```python\n    def total(self, tax=0):\n        return sum(self.items) - tax\n```\n"


@pytest.fixture
def talk(copilot: Copilot, monkeypatch: pytest.MonkeyPatch) -> Copilot:
    """`talk("line", "line")` types these lines in plain mode."""

    def run(*lines: str) -> Ended:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return copilot("--plain")

    return run


def test_a_request_is_decided_and_landed_in_words(talk: Copilot, server: ScriptedServer, shop: Path) -> None:
    server.then(answer(NEW))
    ended = talk("at shop/cart.py:8-9", "make the tax optional", "a", "apply", "quit")
    assert ended.status == 0
    said = ended.stdout.splitlines()
    assert "Aimed at shop/cart.py, lines 8 to 9, level block." in said
    assert any(line.startswith("Hunk 1 of 1, shop/cart.py, edit, not decided") for line in said)
    assert "removed line 8:     def total(self, tax):" in said
    assert "added line 8:     def total(self, tax=0):" in said
    assert "Accepted." in said
    assert "Applied to shop/cart.py. undo takes it back." in said
    assert "def total(self, tax=0):" in (shop / "shop/cart.py").read_text()


def test_nothing_is_drawn_and_no_line_needs_a_colour(talk: Copilot, server: ScriptedServer) -> None:
    server.then(answer(NEW))
    ended = talk("at shop/cart.py:8-9", "make the tax optional", "n", "help", "r", "leave", "where", "help")
    assert "\x1b" not in ended.stdout
    assert not {chr(code) for code in range(0x2500, 0x25FF)} & set(ended.stdout)
    assert "Rejected." in ended.stdout
    assert "The proposal stays; review goes back to it." in ended.stdout


def test_a_decision_is_taken_back_and_so_is_a_landing(talk: Copilot, server: ScriptedServer, shop: Path) -> None:
    server.then(answer(NEW))
    ended = talk("at shop/cart.py:8-9", "make it 0", "r", "u", "u", "rest", "apply", "undo", "redo", "undo", "quit")
    assert "Not done: There is no decision to take back." in ended.stdout
    assert ended.stdout.count("Taken back") == 3
    assert (shop / "shop/cart.py").read_text() == CART


def test_a_question_is_answered_with_its_places_and_a_follow_up_is_told(talk: Copilot, server: ScriptedServer) -> None:
    server.then(answer("It is taken off in shop/cart.py:9, see shop/rates.py:3."), answer("So it is."))
    ended = talk("? where is the tax", "? really", "quit")
    assert "Place: shop/cart.py, line 9: return sum(self.items) - tax." in ended.stdout
    assert "Wrong place: shop/rates.py, line 3 is not there; do not rely on what is said of it." in ended.stdout
    assert "The person asked: where is the tax" in server.requests[-1].prompt


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("at nowhere.py", "Not done: There is no nowhere.py: check the path."),
        ("at shop/cart.py:0", "Not done: 'shop/cart.py:0' names no lines"),
        ("level house", "Not done: 'house' is no level: the levels are line, block, file, directory, repo."),
        ("level line", "Not done: The level line needs lines: type at PATH:LINE-LINE first."),
        ("review", "Not done: There is no proposal yet: ask for a change first."),
        ("undo", "Not done: "),
        ("", "Type what should change, or help."),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_the_talk_goes_on(talk: Copilot, line: str, said: str) -> None:
    ended = talk(line, "where")
    assert ended.status == 0
    assert said in ended.stdout
    assert "Aimed at" in ended.stdout


def test_the_settings_or_the_environment_choose_it(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("quit\n"))
    monkeypatch.setenv("COPILOT_TUI_PLAIN", "true")
    assert "in plain mode" in copilot(".").stdout
