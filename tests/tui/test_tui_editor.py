"""A hunk edited in the person's own editor, on a real terminal: what comes back lands, and nothing else was written."""

import sys
from pathlib import Path

from tests.support.program import CART, environment_for, make_repository
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block
from tests.support.terminal import Terminal

FIX = block("shop/cart.py", "        return sum(self.items) - tax\n", "        return sum(self.items) + tax\n")


def test_the_editor_gets_the_new_text_at_the_line_and_gives_it_back(tmp_path: Path, server: ScriptedServer) -> None:
    root = make_repository(tmp_path / "repository")
    server.otherwise = Team(edits={"": FIX})
    seen = tmp_path / "seen"
    editor = tmp_path / "editor.py"
    editor.write_text(
        "import pathlib, sys\n"
        "path = pathlib.Path(sys.argv[2])\n"
        f"pathlib.Path({str(seen)!r}).write_text(' '.join(sys.argv[1:]))\n"
        "path.write_bytes(path.read_bytes().replace(b'+ tax', b'* (1 + tax)'))\n"
    )
    environment = {**environment_for(server.base_url), "EDITOR": f"{sys.executable} {editor}"}
    with Terminal([sys.executable, "-m", "copilot_tui", str(root)], environment, root, (100, 30)) as terminal:
        terminal.wait_for("What may change is lit")
        terminal.type("/level repo")
        terminal.wait_for("> /level repo")
        terminal.press("enter")
        terminal.wait_for("may change any file")
        server.otherwise = Team(plan=[("shop/cart.py", "Add the tax.")], edits={"shop/cart.py": FIX})
        terminal.type("add the tax")
        terminal.wait_for("> add the tax")
        terminal.press("enter")
        terminal.wait_for("nothing is edited yet")
        terminal.settle()
        terminal.press("g")
        terminal.wait_for("y accept")
        terminal.settle()
        terminal.press("E")
        terminal.wait_for("* (1 + tax)")
        terminal.wait_for("✎")
        line, path = seen.read_text().split()
        assert line == "+9"
        assert not Path(path).exists(), "the copy is gone"
        assert (root / "shop/cart.py").read_text() == CART, "nothing is written before apply"
        terminal.settle(0.3)
        terminal.press("q")
        terminal.wait_for("a apply")
        terminal.settle(0.3)
        terminal.press("a")
        terminal.wait_for("U takes it back")
        assert (root / "shop/cart.py").read_text() == CART.replace("- tax", "* (1 + tax)")
        terminal.press("ctrl+q")
        assert terminal.end() == 0
