"""Plain mode: a whole request in lines of words, through standard input and output."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.headless.conftest import Copilot
from tests.support.program import CART, Ended
from tests.support.replies import answer
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block
from tests.support.terminal import Terminal

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


TWO = "```python\n    def total(self, tax=0, extra=0):\n        return sum(self.items) - tax - extra\n```\n"


def test_single_lines_are_decided_and_read_out_with_what_was_said_of_each(
    talk: Copilot, server: ScriptedServer, shop: Path
) -> None:
    server.then(answer(TWO))
    ended = talk(
        "at shop/cart.py:8-9", "two more", "a added 8", "a removed line 8", "r added 9 to 10", "r removed 9", "apply"
    )
    said = ended.stdout.splitlines()
    assert "added line 8, accepted:     def total(self, tax=0, extra=0):" in said
    assert "added line 9, not decided:         return sum(self.items) - tax - extra" in said
    assert "Applied to shop/cart.py. undo takes it back." in said
    text = (shop / "shop/cart.py").read_text()
    assert "def total(self, tax=0, extra=0):\n        return sum(self.items) - tax\n" in text


def test_a_hunk_is_cut_in_two_a_line_typed_anew_and_each_step_taken_back(
    talk: Copilot, server: ScriptedServer, shop: Path
) -> None:
    server.then(answer(TWO))
    ended = talk(
        "at shop/cart.py:8-9", "two more", "split added 8", "a", "u", "u",
        "edit added 9", "        return sum(self.items) - tax + extra", "say", "apply",
    )  # fmt: skip
    said = ended.stdout.splitlines()
    assert "Cut in two: hunks 1 and 2." in said
    assert any(line.startswith("Hunk 1 of 2, shop/cart.py, edit, not decided") for line in said)
    assert "added line 8, of another hunk:     def total(self, tax=0, extra=0):" in said
    assert said.count("Taken back.") == 2
    assert "Taken as you wrote it, and accepted." in said
    assert "return sum(self.items) - tax + extra" in (shop / "shop/cart.py").read_text()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a added 70", "Not done: This hunk has no added line 70: say repeats its lines."),
        ("split removed 8", "Not done: The hunk begins with that line: there is nothing before it to cut off."),
        ("edit removed 8", "Not done: One added line can be typed anew: edit added 8. edit alone opens your editor."),
        (
            "edit",
            "Not done: An editor needs a terminal: edit added 8 takes the next line as the new text of that line.",
        ),
        ("accept what is good", "a added 8 accepts one line, r removed 8 to 10 rejects some,"),
        ("stage", "Not done: "),
    ],
)
def test_what_cannot_be_done_with_a_hunk_is_said_and_it_stays(
    talk: Copilot, server: ScriptedServer, line: str, said: str, shop: Path
) -> None:
    server.then(answer(NEW))
    ended = talk("at shop/cart.py:8-9", "make it 0", line, "say", "leave")
    assert said in ended.stdout
    assert ended.stdout.count("Hunk 1 of 1, shop/cart.py, edit, not decided") == 2
    assert (shop / "shop/cart.py").read_text() == CART


@pytest.mark.parametrize(
    ("words", "edited"),
    [
        (("change 1 make the tax optional", "go"), True),
        (("strike 1", "go", "stop"), False),
        (("move 1 to 1", "move 1 to 4", "what", "no"), False),
        ((), False),
    ],
)
def test_a_plan_is_agreed_on_before_anything_is_edited(
    talk: Copilot, server: ScriptedServer, words: tuple[str, ...], edited: bool
) -> None:
    fix = block("shop/cart.py", "    def total(self, tax):\n", "    def total(self, tax=0):\n")
    server.otherwise = Team(plan=[("shop/cart.py", "take the tax off")], edits={"shop/cart.py": fix})
    ended = talk("make the tax optional", *words)
    said = ended.stdout.splitlines()
    assert "This is the plan; nothing is edited yet." in said
    assert "Step 1, shop/cart.py: take the tax off" in said
    assert any(line.startswith("Hunk 1 of 1") for line in said) is edited
    if edited:
        assert "Step 1, shop/cart.py: make the tax optional" in said
        assert any("make the tax optional" in one.prompt for one in server.requests[1:])
    else:
        assert "The plan was stopped: nothing was changed." in ended.stdout


def test_steps_of_a_plan_are_put_into_another_order_and_a_step_that_is_not_there_is_said(
    talk: Copilot, server: ScriptedServer
) -> None:
    server.otherwise = Team(plan=[("shop/cart.py", "take the tax off"), ("shop/__init__.py", "say the version")])
    ended = talk("make the tax optional", "Move 2 to 1", "move 1 to 4", "STRIKE 3", "CHANGE 2 tell the version", "no")
    said = ended.stdout.splitlines()
    steps = [line for line in said if line.startswith("Step ")]
    assert steps == [
        "Step 1, shop/cart.py: take the tax off",
        "Step 2, shop/__init__.py: say the version",
        "Step 1, shop/__init__.py: say the version",
        "Step 2, shop/cart.py: take the tax off",
        "Step 1, shop/__init__.py: say the version",
        "Step 2, shop/cart.py: tell the version",
    ]
    assert said.count("There is no such step: they have the numbers 1 to 2.") == 2
    assert "The plan was stopped: nothing was changed." in ended.stdout


def test_an_edit_back_to_the_old_text_leaves_nothing_to_decide_and_is_taken_back(
    talk: Copilot, server: ScriptedServer, shop: Path
) -> None:
    server.then(answer(NEW))
    ended = talk(
        "at shop/cart.py:8-9", "make it 0", "edit added 8", "    def total(self, tax):",
        "n", "p", "a", "say", "a added 8", "edit", "rest", "apply", "u", "a", "apply",
    )  # fmt: skip
    assert ended.status == 0
    said = ended.stdout.splitlines()
    nothing = "Nothing is left to decide: the text is as it was before. u takes that back, discard gives it up."
    assert said.count(nothing) == 4, "behind the edit, n, p and say"
    assert said.count(f"Not done: {nothing}") == 4, "a, a added 8, edit and rest"
    assert "Taken back." in said
    assert "Applied to shop/cart.py. undo takes it back." in said
    assert "def total(self, tax=0):" in (shop / "shop/cart.py").read_text()


def test_a_review_of_uncommitted_changes_is_decided_in_words_and_left_for_later(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch, shop: Path
) -> None:
    (shop / "shop/cart.py").write_text(CART.replace("- tax", "+ tax").replace("self.items = []", "self.items = [0]"))
    monkeypatch.setattr("sys.stdin", io.StringIO("r added 3\nr removed 3\nleave\n"))
    ended = copilot("review", "--plain")
    assert "Hunk 1 of 1, shop/cart.py, edit, not decided." in ended.stdout
    assert "The proposal stays; review goes back to it." in ended.stdout
    monkeypatch.setattr("sys.stdin", io.StringIO("apply\n"))
    ended = copilot("--plain", "review", "--resume")
    assert "1 hunk in 1 file: 1 decided in part." in ended.stdout
    assert "Put back in shop/cart.py. undo takes it back." in ended.stdout
    assert "self.items = []" in (shop / "shop/cart.py").read_text()
    assert "+ tax" in (shop / "shop/cart.py").read_text()


def test_what_is_written_over_uncommitted_changes_lands_beside_what_is_put_back(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch, shop: Path
) -> None:
    work = CART.replace("- tax", "+ tax").replace("class Cart:", "class Basket:")
    (shop / "shop/cart.py").write_text(work)
    lines = ("n", "edit added 9", "        return sum(self.items) * tax", "p", "r", "apply", "undo", "redo")
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
    ended = copilot("review", "--plain")
    assert "Written to shop/cart.py. undo takes it back." in ended.stdout
    assert (shop / "shop/cart.py").read_text() == CART.replace("- tax", "* tax")
    assert "Taken back: shop/cart.py." in ended.stdout


def test_uncommitted_changes_that_are_written_back_to_the_old_text_are_put_back(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch, shop: Path
) -> None:
    (shop / "shop/cart.py").write_text(CART.replace("- tax", "+ tax"))
    monkeypatch.setattr("sys.stdin", io.StringIO("edit added 9\n        return sum(self.items) - tax\napply\n"))
    assert "Nothing is left to decide" in copilot("review", "--plain").stdout
    assert (shop / "shop/cart.py").read_text() == CART


@pytest.mark.parametrize("is_plain", [True, False])
def test_a_review_that_was_left_before_its_checks_had_ended_is_checked_when_it_is_taken_up(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch, shop: Path, home: Path, is_plain: bool
) -> None:
    (shop / "shop/cart.py").write_text(CART.replace("- tax", "- tax + None.of()").replace("= []", "= (]"))
    monkeypatch.setattr("sys.stdin", io.StringIO("r removed 3\nleave\n"))
    broken = "the file could be parsed here before and cannot after the change"
    assert broken in copilot("review", "--plain").stdout
    (kept,) = (file for file in home.rglob("*.json") if "is_unchecked" in file.read_text())
    head, _, body = kept.read_text().partition("\n")
    saved = json.loads(body)
    assert saved["findings"]
    tried = {"rule": "command", "path": "shop/cart.py", "lines": None, "severity": "error", "message": "it was tried"}
    kept.write_text(f"{head}\n{json.dumps({**saved, 'findings': [tried], 'notes': [], 'is_unchecked': True})}")
    monkeypatch.setattr("sys.stdin", io.StringIO("leave\n"))
    ended = copilot("--plain", "review", "--resume") if is_plain else copilot("review", "--resume")
    assert "not checked" not in ended.stdout
    assert broken in ended.stdout
    assert "it was tried" in ended.stdout, "what a command said stays beside it"


def test_the_editor_of_the_person_is_used_at_a_terminal(
    environment: dict[str, str], shop: Path, tmp_path: Path
) -> None:
    (shop / "shop/cart.py").write_text(CART.replace("- tax", "+ tax"))
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nsed -i 's/+ tax/+ tax * 2/' \"$2\"\n")
    editor.chmod(0o755)
    surroundings = {**environment, "COPILOT_TUI_PLAIN": "1", "EDITOR": str(editor)}
    with Terminal([sys.executable, "-m", "copilot_tui", "review"], surroundings, shop, (100, 30)) as terminal:
        terminal.wait_for("Hunk 1 of 1")
        terminal.type("edit")
        terminal.press("enter")
        terminal.wait_for("Taken as you wrote it")
        terminal.wait_for("+ tax * 2")
        terminal.type("leave")
        terminal.press("enter")
        terminal.wait_for("request:")
        terminal.type("quit")
        terminal.press("enter")
        assert terminal.end() == 0


def test_an_editor_that_is_no_command_is_one_sentence_and_the_review_stays(
    environment: dict[str, str], shop: Path
) -> None:
    (shop / "shop/cart.py").write_text(CART.replace("- tax", "+ tax"))
    surroundings = {**environment, "COPILOT_TUI_PLAIN": "1", "EDITOR": "vim 'x"}
    with Terminal([sys.executable, "-m", "copilot_tui", "review"], surroundings, shop, (100, 30)) as terminal:
        terminal.wait_for("or help:")  # what is typed before it is asked for stands elsewhere
        terminal.type("edit")
        terminal.press("enter")
        terminal.wait_for("Not done: EDITOR is no command: a quotation mark in it is not closed")
        terminal.type("leave")
        terminal.press("enter")
        terminal.wait_for("The proposal stays")
        terminal.type("quit")
        terminal.press("enter")
        assert terminal.end() == 0


def test_the_settings_or_the_environment_choose_it(
    copilot: Copilot, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("quit\n"))
    monkeypatch.setenv("COPILOT_TUI_PLAIN", "true")
    assert "in plain mode" in copilot(".").stdout
