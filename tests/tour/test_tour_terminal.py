"""The guided tour on a real terminal, with no model at all: from its first step to its last, then taken up again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from copilot_tui.config import Folders
from copilot_tui.tour.steps import BASKET, PRICE, STEPS
from tests.support.program import environment_for
from tests.support.replies import answer
from tests.support.scripted_server import ScriptedServer
from tests.support.team import Team, block
from tests.support.terminal import Terminal

DEMO = [sys.executable, "-m", "copilot_tui", "demo"]


@pytest.fixture
def quiet(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """A person with no model, whose temporary folder is the test's."""
    (tmp_path / "tmp").mkdir()
    return {**environment, "TMPDIR": str(tmp_path / "tmp")}


def project_of(tmp_path: Path) -> Path:
    (project,) = (tmp_path / "tmp").glob("copilot-tui-tour-*/teashop")
    return project


def failing_tests(project: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-B", "-m", "unittest"], cwd=project, capture_output=True, text=True, check=False
    )
    last = done.stderr.strip().splitlines()[-1]
    return sum(int(part.rpartition("=")[2]) for part in last.strip(")").partition("(")[2].split(", ") if "=" in part)


def wait_for_step(terminal: Terminal, name: str) -> None:
    number = next(index for index, step in enumerate(STEPS, start=1) if step.name == name)
    terminal.wait_for(f"tour {number}/{len(STEPS)} ")


def open_file(terminal: Terminal, letters: str) -> None:
    terminal.press("ctrl+f")
    terminal.wait_for("open a file")
    terminal.type(letters)
    terminal.settle(0.2)
    terminal.press("enter")


def send(terminal: Terminal) -> None:
    terminal.press("escape")
    terminal.wait_for("ctrl+j newline")  # the guide says "enter sends" as well
    terminal.press("enter")


def land(terminal: Terminal) -> None:
    terminal.press("q")
    terminal.wait_for("a apply")
    terminal.press("a")


def take_line(terminal: Terminal) -> None:
    open_file(terminal, "price")
    wait_for_step(terminal, "line")
    terminal.press(*["down"] * 8)
    wait_for_step(terminal, "slider")
    terminal.press("alt+minus")
    wait_for_step(terminal, "ask")
    terminal.wait_for("> make it return cents + tax")
    send(terminal)
    wait_for_step(terminal, "accept")
    terminal.settle()
    terminal.press("y")
    wait_for_step(terminal, "land")
    land(terminal)
    wait_for_step(terminal, "open block")


def take_block(terminal: Terminal) -> None:
    open_file(terminal, "basket")
    wait_for_step(terminal, "block")
    terminal.press(*["down"] * 17)
    terminal.press("alt+equals")
    wait_for_step(terminal, "ask block")
    send(terminal)
    wait_for_step(terminal, "accept block")
    terminal.settle()
    for key, step in (("y", "reject"), ("x", "undo"), ("u", "reject again"), ("x", "land block")):
        terminal.press(key)
        wait_for_step(terminal, step)
    land(terminal)
    wait_for_step(terminal, "repo")


def take_repo(terminal: Terminal) -> None:
    terminal.press(*["alt+equals"] * 3)
    wait_for_step(terminal, "ask repo")
    send(terminal)
    wait_for_step(terminal, "plan")
    assert "nothing is edited yet" in terminal.text
    terminal.settle()
    assert len([line for line in terminal.text.splitlines() if f"tour 17/{len(STEPS)} " in line]) == 2
    assert "g go on" in terminal.text, "the guide stands beside the keys of the sheet, not over them"
    terminal.press("g")
    terminal.wait_for(f"tour 18/{len(STEPS)} ")
    terminal.settle()
    terminal.press("y", "y", "y")
    wait_for_step(terminal, "land repo")
    land(terminal)
    wait_for_step(terminal, "take back")


def test_the_whole_tour_without_any_model(quiet: dict[str, str], tmp_path: Path) -> None:
    with Terminal(DEMO, quiet, tmp_path) as terminal:
        wait_for_step(terminal, "open")
        assert "recorded answers" in terminal.text
        project = project_of(tmp_path)
        assert failing_tests(project) == 3
        take_line(terminal)
        assert "return cents + tax" in (project / PRICE).read_text()
        assert failing_tests(project) == 2
        take_block(terminal)
        assert "print" not in (project / BASKET).read_text()
        assert failing_tests(project) == 1
        take_repo(terminal)
        assert failing_tests(project) == 0
        terminal.press("U")
        terminal.wait_for("That was the tour")
        assert failing_tests(project) == 1
        terminal.press("ctrl+q")
        assert terminal.end() == 0
    assert not project.exists(), "a tour that was taken leaves nothing behind"


def skip_to(terminal: Terminal, name: str, first: int) -> None:
    """Go on without the steps from number `first` on, by f10."""
    last = next(index for index, step in enumerate(STEPS) if step.name == name)
    for number in range(first + 1, last + 2):
        terminal.press("\x1b[21~")
        terminal.wait_for(f"tour {number}/{len(STEPS)} ")


def test_a_model_of_the_persons_own_answers_the_whole_tour(
    quiet: dict[str, str], tmp_path: Path, server: ScriptedServer
) -> None:
    with Terminal(DEMO, environment_for(server.base_url, quiet), tmp_path) as terminal:
        terminal.wait_for("· scripted answers")
        project = project_of(tmp_path)
        server.then(answer("```python\n    return cents + tax\n```\n"))
        take_line(terminal)
        skip_to(terminal, "repo", 7)
        limit = block("shop/shipping.py", "PRICE = 490\n", "PRICE = 490\nFREE_FROM = 5000\n")
        server.otherwise = Team(plan=[("shop/shipping.py", "Name the limit.")], edits={"shop/shipping.py": limit})
        terminal.press(*["alt+equals"] * 4)
        wait_for_step(terminal, "ask repo")
        send(terminal)
        terminal.wait_for("nothing is edited yet")
        assert "recorded" not in terminal.text
        terminal.settle()
        terminal.press("g")
        terminal.wait_for(f"tour 18/{len(STEPS)} ")
        terminal.settle()
        terminal.press("y")
        wait_for_step(terminal, "land repo")
        land(terminal)
        wait_for_step(terminal, "take back")
        assert "FREE_FROM" in (project / "shop/shipping.py").read_text()
        terminal.press("U")
        terminal.wait_for("That was the tour")
        assert "FREE_FROM" not in (project / "shop/shipping.py").read_text()
        terminal.press("ctrl+q")
        assert terminal.end() == 0


@pytest.mark.xdist_group("local model")
def test_the_tiny_model_answers_the_chapter_that_it_is_up_to_and_a_tour_that_was_left_is_taken_up(
    quiet: dict[str, str], tmp_path: Path, local_models_folder: Path, folders: Folders
) -> None:
    quiet = {**quiet, "COPILOT_TUI_MODELS": str(local_models_folder)}
    with Terminal(DEMO, quiet, tmp_path) as terminal:
        terminal.wait_for("· SmolLM2 135M answers")
        assert "recorded answers" not in terminal.text
        take_line(terminal)
        terminal.wait_for("· recorded answers")
        terminal.wait_for("edit recorded answers")
        assert "SmolLM2" not in terminal.text
        project = project_of(tmp_path)
        assert "return cents + tax" in (project / PRICE).read_text()
        skip_to(terminal, STEPS[8].name, 7)
        terminal.press("ctrl+q")
        assert terminal.end() == 0
    listed = subprocess.run(
        [*DEMO, "--json"], env=quiet, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    assert json.loads(listed.stdout)["next"] == STEPS[8].name
    with Terminal([*DEMO, "--recorded"], quiet, tmp_path) as terminal:
        wait_for_step(terminal, "open block")
        assert project_of(tmp_path) == project
        open_file(terminal, "basket")
        wait_for_step(terminal, "block")
        terminal.press("escape")
        terminal.wait_for("ctrl+j newline")  # the guide says "enter sends" as well
        terminal.type("something else")
        terminal.press("enter")
        terminal.wait_for("only the requests of the tour")
        terminal.settle()
        skip_to(terminal, "take back", 8)
        terminal.press("tab", "U")
        terminal.wait_for("That was the tour")
        assert failing_tests(project) == 3
        terminal.press("ctrl+q")
        assert terminal.end() == 0
    assert sorted(path.name for path in folders.state.iterdir()) == ["tour.json"], (
        "the person's own history is not touched"
    )
