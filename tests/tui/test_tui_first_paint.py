"""What is loaded when the first screen is painted: nothing that a person would wait for."""

import json
import subprocess
import sys
from pathlib import Path

HEAVY = (
    "openai",
    "httpx2",
    "pydantic",
    "jinja2",
    "git",
    "keyring",
    "rapidfuzz",
    "unidiff",
    "copilot_tui.syntax",
    "copilot_tui.session.driver",
    "copilot_tui.session.queued",
    "copilot_tui.models.link",
    "copilot_tui.context.engine",
    "copilot_tui.tui.review.pane",
    "copilot_tui.tui.review.messages",
    "copilot_tui.tui.code_view",
    "copilot_tui.tui.row_list",
    "copilot_tui.tui.port",
    "argparse",
    "tomllib",
)
SCRIPT = """
import asyncio, json, os, sys
from pathlib import Path
from copilot_tui.bootstrap import open_session
from copilot_tui.tui.app import CopilotApp
from copilot_tui.tui.main_screen import MainScreen
from copilot_tui.tui.opening import Opening

class Probe(Opening):
    def _complete(self):  # called when the first screen has been painted
        self._screen.app.exit(list(sys.modules))

class Screen(MainScreen):
    def __init__(self, session, gate):
        super().__init__(session, gate)
        self.opening = Probe(self, self.bridge, gate)

class App(CopilotApp):
    def get_default_screen(self):
        return Screen(self._session, self.gate)

app = App(open_session(Path(sys.argv[1]), os.environ, Path.home()))
print(json.dumps(app.run(headless=True)))
"""


def test_nothing_heavy_is_loaded_before_the_first_screen_is_painted(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    loaded = set(json.loads(done.stdout.splitlines()[-1]))
    assert "textual" in loaded
    # (Textual's own text area loads the small tree_sitter module; no grammar is loaded with it.)
    assert sorted(name for name in HEAVY if name in loaded) == []
    assert [name for name in loaded if name.startswith("tree_sitter_")] == []
