"""The main job, end to end: the real program on a real terminal, with the real local model and with a scripted endpoint."""

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil
import pytest

from tests.support import replies
from tests.support.program import CART, CHECKOUT, environment_for, make_repository
from tests.support.replies import Reply
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block
from tests.support.terminal import Terminal

CALC = "def add(a, b):\n    return a - b\n\n\ndef mul(a, b):\n    return a * b\n"
FIXED = CALC.replace("a - b", "a + b")
FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")
CALL = block("web/checkout.py", "    return cart.total(0)\n", "    return cart.total(tax=0)\n")


def program(root: Path, environment: Mapping[str, str], size: tuple[int, int] = (80, 24)) -> Terminal:
    return Terminal([sys.executable, "-m", "copilot_tui", str(root)], environment, root, size)


def open_file(terminal: Terminal, name: str, first_line: str) -> None:
    terminal.wait_for("What may change is lit")
    terminal.press("ctrl+f")
    terminal.wait_for("open a file")
    terminal.type(name)
    terminal.settle(0.3)
    terminal.press("enter")
    terminal.wait_for(first_line)
    terminal.wait_gone("enter send")  # the code has the focus now


def ask(terminal: Terminal, text: str) -> None:
    terminal.press("escape")
    terminal.wait_for("enter send")
    terminal.type(text)
    terminal.wait_for(text[-20:])
    terminal.press("enter")


def accept_and_apply(terminal: Terminal, *keys: str) -> None:
    terminal.wait_for("y accept", 90)
    terminal.settle()
    terminal.press(*(keys or ("y",)), "q")
    terminal.wait_for("a apply")
    terminal.press("a")
    terminal.wait_for("U takes it back")


@pytest.mark.xdist_group("local model")
@pytest.mark.parametrize(
    ("size", "keys"), [((80, 24), ("alt+minus",)), ((200, 60), ("alt+up",))], ids=["line", "block"]
)
def test_a_person_asks_the_local_model_accepts_and_takes_back(
    tmp_path: Path, local_models_folder: Path, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    root = make_repository(tmp_path / "repository", {"calc.py": CALC})
    environment = {**os.environ, "COPILOT_TUI_MODELS": str(local_models_folder)}
    with program(root, environment, size) as terminal:
        open_file(terminal, "calc", "return a - b")
        assert "tiny demo model" in terminal.text
        terminal.press("down")
        terminal.wait_for("may change line 2 of calc.py; budget 80 lines")
        terminal.press(*keys)
        terminal.wait_for("budget 1 line" if keys == ("alt+minus",) else "may change add, 2 lines of calc.py")
        ask(terminal, "make add return the sum a + b")
        accept_and_apply(terminal)
        assert (root / "calc.py").read_text() == FIXED
        children = psutil.Process(terminal.process.pid).children(recursive=True)
        terminal.press("U")
        terminal.wait_for("Taken back")
        assert (root / "calc.py").read_text() == CALC
        terminal.press("ctrl+q")
        assert terminal.end() == 0
        assert children, "the local model is a process of its own"
        assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
    assert sorted(path.name for path in root.iterdir()) == [".git", "calc.py"]


@pytest.mark.parametrize("level", ["file", "directory", "repo"])
def test_higher_levels_with_an_endpoint(tmp_path: Path, server: ScriptedServer, level: str) -> None:
    root = make_repository(tmp_path / "repository")
    server.otherwise = Team(
        plan=[("shop/cart.py", "Add the tax."), ("web/checkout.py", "Name the tax.")][: 1 + (level == "repo")],
        edits={"shop/cart.py": FIX + (CALL if level == "directory" else ""), "web/checkout.py": CALL, "": FIX + CALL},
    )
    with program(root, environment_for(server.base_url)) as terminal:
        open_file(terminal, "cart.py", "class Cart")
        ask(terminal, f"/level {level}")
        terminal.wait_gone(f"/level {level}")
        terminal.type("add the tax")
        terminal.press("enter")
        if level != "file":
            terminal.wait_for("plan: nothing is edited yet")
            terminal.settle()
            terminal.press("g")
        terminal.wait_for("y accept")
        if level != "repo":
            assert "withheld" in terminal.text
            assert "is outside the" in terminal.text, terminal.text
        accept_and_apply(terminal, "y", *(["y"] if level == "repo" else []))
        assert (root / "shop/cart.py").read_text() == CART.replace("- tax", "+ tax")
        named = CHECKOUT.replace("total(0)", "total(tax=0)")
        assert (root / "web/checkout.py").read_text() == (named if level == "repo" else CHECKOUT)
        terminal.press("U")
        terminal.wait_for("Taken back")
        assert (root / "shop/cart.py").read_text() == CART
        assert (root / "web/checkout.py").read_text() == CHECKOUT
        terminal.press("ctrl+q")
        assert terminal.end() == 0


def test_no_color_is_no_colour_anywhere_and_every_mark_is_still_there(tmp_path: Path, server: ScriptedServer) -> None:
    root = make_repository(tmp_path / "repository")
    server.otherwise = lambda request: replies.answer("        return sum(self.items) + tax")
    with program(root, {**environment_for(server.base_url), "NO_COLOR": "1"}) as terminal:
        open_file(terminal, "cart.py", "class Cart")
        terminal.press(*["down"] * 8)
        terminal.wait_for("may change line 9 of cart.py")
        ask(terminal, "add the tax")
        terminal.wait_for("y accept")
        terminal.settle()
        terminal.press("y")
        terminal.wait_for("q finish 1/1")
        assert re.search(r"-        return sum\(self.items\) - tax +✓ 1", terminal.text)
        terminal.press("ctrl+q")
        assert terminal.end() == 0
    colours = set(re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", terminal.raw))
    assert colours
    assert all(red == green == blue for red, green, blue in colours), "only greys"
    assert not re.search(rb"\x1b\[(?:1;)?(?:3|4|9)[1-6]m", terminal.raw), "none of the terminal's own colours"


FAULTS: list[tuple[str, Reply, str]] = [
    ("wrong key", replies.error(401, "Incorrect API key provided"), "key"),
    ("unknown model", replies.error(404, "The model scripted does not exist"), "model"),
    ("too many", replies.error(429, "Rate limit", {"retry-after": "0"}), "limit"),
    ("server fault", replies.error(500, "boom"), "500"),
    ("cut stream", replies.cut_by_reset(), "No usable change"),
    ("empty answer", replies.empty(), "empty"),
    ("length limit", replies.answer("half", finish="length"), "length limit"),
]


@pytest.mark.parametrize(("reply", "word"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_a_fault_of_the_endpoint_is_a_sentence_and_the_session_goes_on(
    tmp_path: Path, home: Path, server: ScriptedServer, reply: Reply, word: str
) -> None:
    root = make_repository(tmp_path / "repository")
    server.otherwise = lambda request: reply
    with program(root, environment_for(server.base_url), (120, 40)) as terminal:
        open_file(terminal, "cart.py", "class Cart")
        terminal.press(*["down"] * 8)
        terminal.wait_for("may change line 9 of cart.py")
        ask(terminal, "add the tax")
        terminal.wait_until(lambda: word in re.sub(r"\s+", " ", terminal.text), f"a sentence with {word}", 60)
        terminal.wait_for("> add the tax")  # the request comes back into the box when the last try has failed
        assert "Traceback" not in terminal.text
        assert ".." not in terminal.text
        assert not [*home.rglob("reviews/*/*.json")], "what brought nothing to decide is no unfinished review"
        assert (root / "shop/cart.py").read_text() == CART
        server.otherwise = lambda request: replies.answer("        return sum(self.items) + tax")
        terminal.settle()
        terminal.press("enter")
        accept_and_apply(terminal)
        assert (root / "shop/cart.py").read_text() == CART.replace("- tax", "+ tax")
        terminal.press("ctrl+q")
        assert terminal.end() == 0


@pytest.mark.parametrize("piped", [False, True], ids=["work tree", "patch on standard input"])
def test_changes_that_no_request_made_are_reviewed_with_the_same_keys(tmp_path: Path, piped: bool) -> None:
    root = make_repository(tmp_path / "repository")
    (root / "shop/cart.py").write_text(CART.replace("- tax", "+ tax"))
    (root / "web/checkout.py").write_text(CHECKOUT.replace("total(0)", "total(tax=0)"))
    ours = f"{sys.executable} -m copilot_tui review"
    command = ["sh", "-c", f"git diff | {ours} -" if piped else ours]
    with Terminal(command, environment_for("http://127.0.0.1:1/v1"), root, (120, 40)) as terminal:
        terminal.wait_for("y accept")
        assert ("the patch on standard input" if piped else "uncommitted changes") in terminal.text
        terminal.settle()
        terminal.send(b"eQ\x13")  # as fast as a terminal gives them
        terminal.wait_for("✎")
        terminal.press("u")
        terminal.wait_gone("✎")
        terminal.press("x", "y", "q")
        terminal.wait_for("a put back")
        terminal.settle()
        terminal.press("a")
        terminal.wait_for("U takes it back")
        assert (root / "shop/cart.py").read_text() == CART, "a rejected change is put back"
        assert "total(tax=0)" in (root / "web/checkout.py").read_text()
        terminal.press("U")
        terminal.wait_for("Taken back")
        assert (root / "shop/cart.py").read_text() == CART.replace("- tax", "+ tax")
        terminal.press("ctrl+q")
        assert terminal.end() == 0


def test_one_key_goes_through_several_candidates(tmp_path: Path, home: Path, server: ScriptedServer) -> None:
    settings = home / ".config" / "copilot-tui" / "config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text("best_of = 2\n")
    root = make_repository(tmp_path / "repository")
    server.then(
        replies.answer("        return sum(self.items) + tax"), replies.answer("        return tax + sum(self.items)")
    )
    with program(root, environment_for(server.base_url), (100, 30)) as terminal:
        open_file(terminal, "cart.py", "class Cart")
        terminal.press(*["down"] * 8)
        terminal.wait_for("may change line 9 of cart.py")
        ask(terminal, "add the tax")
        terminal.wait_for("y accept")
        terminal.settle()
        first, second = "+        return sum(self.items) + tax", "+        return tax + sum(self.items)"
        if second in terminal.text:
            first, second = second, first
        assert first in terminal.text
        terminal.press("b")
        terminal.wait_for(second)
        terminal.press("b")
        terminal.wait_for(first)
        terminal.press("ctrl+q")
        assert terminal.end() == 0
