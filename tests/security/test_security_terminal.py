"""No byte of a file, a name, a commit, an answer or an error reaches the terminal as more than text."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from copilot_tui.visible import HIDDEN
from tests.support import replies
from tests.support.program import environment_for, make_repository
from tests.support.pty_run import run_on_terminal
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer
from tests.support.team import Team, block

# Clipboard, title, link, clear, cursor report, device control, reset, C1, bell, backspace, carriage return, overriding direction.
ATTACKS = (
    "\x1b]52;c;QUJD\x07", "\x1b]0;owned\x07", "\x1b]8;;http://evil.invalid\x1b\\x\x1b]8;;\x1b\\", "\x1b[2J", "\x1b[6n", "\x1bP+q\x1b\\",
    "\x1bc", "\x9b2J", "\x07", "\x08\x08", "\r", "\u202e", "\u2066", "\U000e0041", "\u200b", "[/red]", "[@click=app.quit]y[/]",
)  # fmt: skip
ATTACK = "".join(ATTACKS)
NAME = "evil\x1b]0;owned\x07\x1b[2J.py"
LINE = f'text = "{ATTACK}"\n'
COMMAND = (sys.executable, "-m", "copilot_tui")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Files, names, a commit's subject and its author that try to drive the terminal."""
    root = make_repository(
        tmp_path / "repository", {"a.py": LINE + "x = 1\n", "AGENTS.md": ATTACK + "\n", NAME: "x = 1\n"}
    )
    (root / "a.py").write_text(LINE + "x = 2\n", newline="")
    identity = {**os.environ, "GIT_AUTHOR_NAME": f"Eve{ATTACK}".replace("\r", ""), "GIT_COMMITTER_NAME": "Eve"}
    subprocess.run(["git", "commit", "-qam", f"Begin {ATTACK}"], cwd=root, env=identity, check=True)
    return root


def written(repository: Path, server: ScriptedServer, *words: str) -> str:
    environment = {**environment_for(server.base_url), "PYTHONPATH": str(Path(__file__).parents[2])}
    _, data = run_on_terminal([*COMMAND, *words], environment, repository)
    text = data.decode("utf-8", "surrogateescape")
    assert text.strip(), "the command said something"
    assert "Traceback" not in text
    return text


def check_harmless(text: str) -> None:
    # A program may use colour: what sets it, and nothing else, may begin with an escape.
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    found = sorted({f"U+{ord(char):04X}" for char in HIDDEN.findall(plain)} - {"U+000A", "U+0009"})
    assert found == []


def evil(path: str) -> str:
    return block(path, "x = 2\n", f"x = 3  # {ATTACK.replace(chr(13), '')}\n")


@pytest.mark.fault("O28", "O29", "O30")
@pytest.mark.parametrize("form", ["text", "--json", "--events", "--patch"])
def test_a_proposal(repository: Path, server: ScriptedServer, form: str) -> None:
    answer = f"{ATTACK}\n{evil('a.py')}\n{evil(f'no{ATTACK}.py')}"
    notes = f'{{"met": false, "gap": "{ATTACK[:30]}", "hunks": []}}'.replace("\x1b", "\\u001b").replace(
        "\x07", "\\u0007"
    )
    server.otherwise = Team(edits={"": answer}, critique=notes)
    words = [] if form == "text" else [form]
    text = written(repository, server, "propose", f"Do it {ATTACK}", "--at", "a.py", *words)
    check_harmless(text)


@pytest.mark.fault("O28", "O29")
@pytest.mark.parametrize(
    "words",
    [
        ("context", f"text {ATTACK}"),
        ("context", "text", "--json"),
        ("doctor",),
        ("undo", "--list"),
        ("undo",),
        ("redo",),
        ("models", "list"),
        ("models", "remove", f"x{ATTACK}"),
        ("propose", "x", "--at", f"no{ATTACK}.py"),
        ("propose", "x", "--at", NAME, "--level", f"l{ATTACK}"),
        ("replay", f"no{ATTACK}"),
        (f"word{ATTACK}",),
        ("apply", "--input", f"no{ATTACK}"),
    ],
    ids=lambda words: " ".join(words)[:24].replace("\x1b", "ESC").replace("\x07", "").replace("]", ""),
)
def test_the_other_commands(repository: Path, server: ScriptedServer, words: tuple[str, ...]) -> None:
    check_harmless(written(repository, server, *words))


@pytest.mark.fault("O28", "O29")
@pytest.mark.parametrize("options", [(), ("--json",)])
def test_an_applied_answer(repository: Path, server: ScriptedServer, tmp_path: Path, options: tuple[str, ...]) -> None:
    answer = tmp_path / "answer.txt"
    answer.write_text(evil("a.py") + evil(f"no{ATTACK}.py") + evil(NAME), newline="")
    check_harmless(written(repository, server, "apply", "--input", str(answer), *options))
    check_harmless(written(repository, server, "undo", "--list"))


@pytest.mark.fault("O29")
@pytest.mark.parametrize(
    "reply",
    [
        replies.error(400, f"no {ATTACK}"),
        replies.error(404, f"model {ATTACK} not found"),
        replies.body(503, ATTACK.encode(), {"Retry-After": "999"}),
        replies.body(200, b"<html>" + ATTACK.encode()),
        replies.answer(ATTACK),
    ],
    ids=["400", "404", "503", "page", "answer"],
)
@pytest.mark.parametrize(
    "command", [("models", "test"), ("ask", "What?"), ("propose", "x", "--at", "a.py:2")], ids=lambda c: c[0]
)
def test_what_an_endpoint_says(
    repository: Path, server: ScriptedServer, reply: Reply, command: tuple[str, ...]
) -> None:
    def answer(_: RecordedRequest) -> Reply:
        return reply

    server.otherwise = answer
    check_harmless(written(repository, server, *command))
