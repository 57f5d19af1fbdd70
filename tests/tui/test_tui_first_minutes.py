"""The first minutes: an empty home, no key, and nothing but the README's own commands, to the first accepted hunk that landed."""

import json
import re
import time
from pathlib import Path

import pytest

from copilot_tui.config import Folders
from copilot_tui.models.library import InstalledModel, models_folder, put_model
from tests.support.program import make_repository
from tests.support.terminal import Terminal

ROOT = Path(__file__).parents[2]
MOST_SECONDS = 180.0
CALC = "def add(a, b):\n    return a - b\n\n\ndef mul(a, b):\n    return a * b\n"


def first_command() -> list[str]:
    """The first command that the README gives, with its place for a repository."""
    readme = (ROOT / "README.md").read_text("utf-8")
    found = re.search(r"^    (\S.*)$", readme, re.MULTILINE)
    assert found is not None
    return found[1].split()


@pytest.mark.xdist_group("local model")
def test_from_the_first_command_to_the_first_hunk_that_landed(
    tmp_path: Path, environment: dict[str, str], folders: Folders, local_model: InstalledModel
) -> None:
    # The download is not part of the time: the weights lie where the first command would have put them.
    models = models_folder(environment, folders)
    models.mkdir(parents=True)
    weights = models / "smollm2.gguf"
    weights.symlink_to(local_model.path)
    put_model(models, InstalledModel(local_model.name, local_model.title, weights, local_model.size))
    root = make_repository(tmp_path / "repository", {"calc.py": CALC})
    program, target, repository = first_command()
    assert (program, target, repository.partition("=")[0]) == ("make", "run", "REPO")
    # `-o`: what is installed is not installed again where the checkout was touched after it.
    command = [program, "--no-print-directory", "-o", ".venv/.installed", target, f"REPO={root}"]
    begun = time.monotonic()
    with Terminal(command, environment, ROOT) as terminal:
        terminal.wait_for("who answers?", 60)
        assert "MB, is here" in terminal.text
        terminal.settle(0.2)
        terminal.press("enter")
        terminal.wait_for("answers from now on")
        terminal.press("ctrl+f")
        terminal.wait_for("open a file")
        terminal.type("calc")
        terminal.settle(0.2)
        terminal.press("enter")
        terminal.wait_for("return a - b")
        terminal.press("down")
        terminal.wait_for("may change line 2")
        terminal.press("alt+minus")
        terminal.wait_for("budget 1 line")
        terminal.press("escape")
        terminal.wait_for("enter send")
        terminal.type("make add return the sum a + b")
        terminal.press("enter")
        terminal.wait_for("y accept", 90)
        terminal.settle()
        terminal.press("y", "q")
        terminal.wait_for("a apply")
        terminal.press("a")
        terminal.wait_for("U takes it back")
        assert time.monotonic() - begun < MOST_SECONDS
        assert (root / "calc.py").read_text() == CALC.replace("a - b", "a + b")
        terminal.press("ctrl+q")
        assert terminal.end() == 0
    assert json.loads((models / "models.json").read_text())[0]["name"] == "smollm2"
    assert 'profile = "local"' in folders.settings_file.read_text()
    with Terminal(command, environment, ROOT) as terminal:
        terminal.wait_for("What may change is lit")
        terminal.settle(0.8)
        assert "who answers?" not in terminal.text, "who has chosen is not asked again"
        terminal.press("ctrl+q")
        assert terminal.end() == 0
