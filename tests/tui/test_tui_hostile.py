"""Nothing of a repository or of a model's answer reaches the terminal as an escape sequence, or the screen as markup."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import replies
from tests.support.program import environment_for, make_repository
from tests.support.replies import Reply
from tests.support.scripted_server import RecordedRequest, ScriptedServer
from tests.support.team import block, role_of
from tests.support.terminal import Terminal

PAYLOADS = {
    "clipboard": "\x1b]52;c;Q0FOQVJZ\x07",
    "title": "\x1b]0;CANARY\x07",
    "link": "\x1b]8;;http://canary.invalid\x07here\x1b]8;;\x07",
    "clear": "\x1b[2J",
    "report": "\x1b[6n",
    "device": "\x1bP+q544e\x1b\\",
    "reset": "\x1bc",
    "c1": "\u009b31m",
    "bell": "\x07",
    "back": "a\b\b\bb",
    "return": "over\rwrite",
    "right to left": "\u202egnp.exe",
}
MARKUP = "[/oops] [@click=app.quit]press[/] [link=http://canary.invalid]x[/link] [bold"
LINKS = "[docs](file:///etc/passwd) [run](javascript:alert) [http://one.invalid](http://two.invalid)"
CODE = 'value = a[0]["k"]  # [/] [red]\n' + "".join(
    f"{name.replace(' ', '_')} = '{text}'\n" for name, text in PAYLOADS.items()
)
NAMED = "[/red]x[bold.py"
EVIL_NAME = "esc\x1b[2Jape\x07\u202e.py"

# What Textual itself writes (colours, cursor places, modes and their queries, keyboard protocol, pointer shape), and our own titles.
OWN = re.compile(
    r"\x1b\[[0-9;:]*m|\x1b\[[0-9;]*H|\x1b\[\?[0-9;]+[hl]|\x1b\[\?[0-9]+\$p|\x1b\[[<>=?][0-9;]*u|\x1b\[\?u|\x1b\[>[0-9;]*q|"
    r"\x1b\[[0-9]* q|\x1b\]22;[a-z-]*(?:\x07|\x1b\\)|\x1b\[c|\x1b\[14t|\x1b\[16t|\x1b\[18t|\x1b\[\?25[hl]|"
    r"\x1b\[2[23];2t|\x1b\]2;(?:… )?(?:copilot-tui|a proposal to review|no proposal came|cancelled) · [^\x00-\x1f\x7f-\x9f]*\x07|"
    r"\x1b\]9;copilot-tui in [^\x00-\x1f\x7f-\x9f]*\x07\x07|"
    r"\x1b\[[34]8;2;[0-9;]*"  # a colour that a slow terminal got in two writes
)
DRIVING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\u202a-\u202e\u2066-\u2069]")


def hostile(request: RecordedRequest) -> Reply:
    """Every role answers with payloads wherever it may write words."""
    words = f"{MARKUP} {LINKS} {''.join(PAYLOADS.values())}"
    role = role_of(request)
    if role == "edit":
        change = block(
            "evil.py", 'value = a[0]["k"]  # [/] [red]\n', f'value = a[1]["k"]  # [/] [red]{PAYLOADS["clear"]}\n'
        )
        return replies.answer(f"{words}\n\n{change}", every=0.005)
    if role == "critique":
        hunk = {"hunk": 1, "why": words, "risk": "high", "because": words}
        return replies.answer(json.dumps({"met": False, "gap": words, "hunks": [hunk]}))
    if role == "summarize":
        return replies.answer(json.dumps({"title": words, "hunks": [], "commit": words}))
    return replies.answer(words)


def assert_clean(terminal: Terminal) -> None:
    written = terminal.raw.decode("utf-8", "replace")
    found = DRIVING.search(OWN.sub("", written))
    assert found is None, repr(OWN.sub("", written)[max(0, found.start() - 80) : found.start() + 40])
    assert "\x1b]52" not in written
    assert "\x1b]8" not in written


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = make_repository(tmp_path / "re\x1b[2Jpo", {"evil.py": CODE, NAMED: "x = 1\n", EVIL_NAME: CODE})
    subprocess.run(["git", "checkout", "--quiet", "-b", "main\u202ebold"], cwd=root, check=True)
    return root


def look_at_files(terminal: Terminal) -> None:
    terminal.wait_for("What may change is lit")
    terminal.wait_for("main<U+202E>bold")
    terminal.wait_for("red]x[bold.py")
    terminal.press("ctrl+f")
    terminal.wait_for("open a file")
    terminal.wait_for("esc␛[2Jape␇<U+202E>.py")
    terminal.type("evil")
    terminal.settle(0.3)
    terminal.press("enter")
    terminal.wait_for('value = a[0]["k"]  # [/] [red]')
    terminal.wait_for("clipboard = '␛]52;c;Q0FOQVJZ␇'")
    terminal.wait_for("c1 = '<U+009B>31m'")
    terminal.wait_for("return = 'over␍write'")


def ask_for_a_change(terminal: Terminal) -> None:
    terminal.wait_gone("enter send")
    terminal.press("escape")
    terminal.wait_for("enter send")
    terminal.settle(0.3)
    terminal.type("/level file")
    terminal.wait_for("> /level file")
    terminal.press("enter")
    terminal.wait_for("may change evil.py")
    terminal.type("[bold]change[/] it")
    terminal.wait_for("> [bold]change[/] it")
    terminal.press("ctrl+o")
    terminal.wait_for("what the model will see")
    terminal.wait_for("32k tokens")
    terminal.press("ctrl+o")
    terminal.wait_for("v read")
    terminal.press("v")
    terminal.wait_for("esc back")
    terminal.wait_for("scroll")
    terminal.press("escape")
    terminal.wait_gone("scroll")
    terminal.press("ctrl+o")
    terminal.wait_gone("what the model will see")
    terminal.press("enter")
    terminal.wait_for("y accept")
    terminal.settle()
    assert "why    [/oops] [@click=app.quit]press[/] [link=" in terminal.text
    assert 'value = a[1]["k"]  # [/] [red]␛[2J' in terminal.text


def look_at_the_answer_and_apply(terminal: Terminal) -> None:
    terminal.press("f4")
    terminal.wait_for("the answer as it came")
    terminal.wait_for("[docs](file:///etc/passwd)")
    terminal.wait_for("[http://one.invalid](http://two.invalid)")
    terminal.press("escape")
    terminal.wait_gone("the answer as it came")
    terminal.press("f3")
    terminal.wait_for("calls to models")
    terminal.press("escape")
    terminal.wait_gone("calls to models")
    terminal.press("e")
    terminal.wait_for("hidden characters")
    terminal.press("y")
    terminal.wait_for("finish 1/1")
    terminal.press("q")
    terminal.wait_for("a apply")
    terminal.settle()
    terminal.press("a")
    terminal.wait_for("U takes it back")
    terminal.press("C")
    terminal.wait_for("commit what landed")
    terminal.settle(1.0)
    terminal.press("escape")
    terminal.wait_gone("commit what landed")
    terminal.press("f2")
    terminal.settle(0.3)


@pytest.mark.fault("O28", "O29", "O30", "O31")
def test_payloads_are_shown_as_marks_and_nothing_drives_the_terminal(repository: Path, server: ScriptedServer) -> None:
    server.otherwise = hostile
    command = [sys.executable, "-m", "copilot_tui", str(repository)]
    with Terminal(command, environment_for(server.base_url), repository, (120, 40)) as terminal:
        look_at_files(terminal)
        ask_for_a_change(terminal)
        look_at_the_answer_and_apply(terminal)
        terminal.press("ctrl+q")
        assert terminal.end() == 0
        assert_clean(terminal)


@pytest.mark.parametrize("name", PAYLOADS)
def test_the_check_itself_sees_every_payload(name: str) -> None:
    text = PAYLOADS[name].replace("\r", "\x0b")  # a bare return moves the cursor only; the screen shows its mark
    assert DRIVING.search(OWN.sub("", text)) is not None
