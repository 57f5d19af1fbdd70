"""The guided tour on a real terminal, with no model at all: from its first step to its last, then taken up again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from copilot_tui.config import Folders
from copilot_tui.tour.steps import BASKET, PRICE, STEPS
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
    terminal.press("g")
    wait_for_step(terminal, "accept repo")
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


def test_a_tour_that_was_left_is_taken_up_at_its_chapter(
    quiet: dict[str, str], tmp_path: Path, folders: Folders
) -> None:
    with Terminal(DEMO, quiet, tmp_path) as terminal:
        wait_for_step(terminal, "open")
        for step in STEPS[1:9]:
            terminal.press("\x1b[21~")  # f10 goes on without the step
            wait_for_step(terminal, step.name)
        terminal.press("ctrl+q")
        assert terminal.end() == 0
    project = project_of(tmp_path)
    listed = subprocess.run(
        [*DEMO, "--json"], env=quiet, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    assert json.loads(listed.stdout)["next"] == STEPS[8].name
    with Terminal(DEMO, quiet, tmp_path) as terminal:
        wait_for_step(terminal, "open block")
        assert project_of(tmp_path) == project
        open_file(terminal, "basket")
        wait_for_step(terminal, "block")
        terminal.press("escape")
        terminal.wait_for("ctrl+j newline")  # the guide says "enter sends" as well
        terminal.type("something else")
        terminal.press("enter")
        terminal.wait_for("only the requests of the tour")
        terminal.press("ctrl+q")
        assert terminal.end() == 0
    assert sorted(path.name for path in folders.state.iterdir()) == ["tour.json"], (
        "the person's own history is not touched"
    )
