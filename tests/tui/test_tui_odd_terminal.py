"""Terminals and surroundings that are not as they should be: the program says so in words, or works all the same."""

import os
import sys
from pathlib import Path

import pytest

from copilot_tui.cli import main
from tests.support.program import environment_for, make_repository, run_program
from tests.support.terminal import Terminal


def test_bytes_that_are_no_text_end_nothing(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repository")
    command = [sys.executable, "-m", "copilot_tui", str(root)]
    with Terminal(command, environment_for("http://127.0.0.1:9/v1"), root) as terminal:
        terminal.wait_for("What may change is lit")
        terminal.send(b"caf\xe9 \xff\xc3")
        terminal.type("and on")
        terminal.wait_for("caf\ufffd \ufffd\ufffdand on")
        terminal.press("ctrl+q")
        assert terminal.end() == 0


def test_a_terminal_that_calls_itself_dumb_gets_words(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repository")
    command = ["env", "TERM=dumb", sys.executable, "-m", "copilot_tui", str(root)]
    with Terminal(command, environment_for("http://127.0.0.1:9/v1"), root) as terminal:
        terminal.wait_for("help")
        assert b"\x1b[?1049h" not in terminal.raw


def test_a_locale_without_utf8_changes_no_name(tmp_path: Path) -> None:
    root = make_repository(tmp_path / "repository", {"größe.py": "def größe():\n    return 1\n"})
    environment = {**environment_for("http://127.0.0.1:9/v1"), "LC_ALL": "C", "PYTHONUTF8": "0"}
    environment["PYTHONCOERCECLOCALE"] = "0"
    ended = run_program("context", "größe", "--at", "größe.py:1", repository=root, environment=environment)
    assert ended.status == 0, ended.stderr
    assert "größe.py" in ended.stdout


def test_without_a_home_there_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(_: int) -> None:
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr("pwd.getpwuid", nobody)
    assert main(["doctor"]) == 64
    assert capsys.readouterr().err == (
        "copilot-tui: there is no home folder for this user: set HOME to a folder that can be written\n"
    )
    assert "HOME" not in os.environ
