"""What is accepted goes into the index: from a fresh review and a resumed one, by the command and in the interface."""

import json
import os
import sys
from pathlib import Path

from tests.review.test_review_command import CART, FEES, git, numbers, repository, review
from tests.support.terminal import Terminal

__all__ = ["repository"]  # the fixture is this module's too
SECOND = CART.replace("- tax", "+ tax")  # the second hunk of FEES alone


def begun_and_left(repository: Path, home: Path, *keys: str, end: str = "ctrl+q") -> None:
    """A review of the uncommitted changes in which some keys were pressed."""
    command = [sys.executable, "-m", "copilot_tui", "review", "--repo", str(repository)]
    with Terminal(command, dict(os.environ), repository, (100, 30)) as terminal:
        terminal.wait_for("y accept")
        terminal.settle()
        terminal.press(*keys)
        terminal.wait_until(
            lambda: any(f'"decided": {len(keys)}' in file.read_text() for file in home.rglob("*.json")),
            "decisions kept",
        )
        terminal.press(end)
        terminal.end()


def test_a_resumed_review_is_staged(repository: Path, home: Path) -> None:
    (repository / "shop/cart.py").write_text(FEES)
    begun_and_left(repository, home, "x", "y")
    ended = review(repository, "--resume", "--stage", "--json")
    assert ended.status == 0, ended.stderr
    assert ended.json["staged"] == ["shop/cart.py"]
    assert git(repository, "show", ":shop/cart.py") == SECOND
    assert (repository / "shop/cart.py").read_text() == FEES, "no file is written"
    assert review(repository, "--resume", "--stage").status == 0, "to stage the same again changes nothing"


def test_what_was_committed_meanwhile_is_not_staged_from_an_older_review(repository: Path, home: Path) -> None:
    (repository / "shop/cart.py").write_text(FEES)
    begun_and_left(repository, home, "x", "y")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "all of it")
    ended = review(repository, "--resume", "--stage")
    assert ended.status != 0
    assert "shop/cart.py was committed since this review began" in ended.stderr
    assert git(repository, "diff", "--cached", "--name-only") == ""


def test_a_patch_is_applied_and_staged(repository: Path) -> None:
    (repository / "shop/cart.py").write_text(FEES)
    patch = git(repository, "diff")
    git(repository, "checkout", "-q", "--", ".")
    wanted = numbers(review(repository, "-", "--json", text=patch), "shop/cart.py")[1]
    ended = review(repository, "-", "--accept", str(wanted), "--stage", "--json", text=patch)
    assert ended.status == 0, ended.stderr
    assert (ended.json["staged"], ended.json["landed"]["files"][0]["path"]) == (["shop/cart.py"], "shop/cart.py")
    assert git(repository, "show", ":shop/cart.py") == (repository / "shop/cart.py").read_text() == SECOND


def test_the_finish_of_uncommitted_changes_stages_and_the_review_goes_on(repository: Path, home: Path) -> None:
    (repository / "shop/cart.py").write_text(FEES)
    command = [sys.executable, "-m", "copilot_tui", "review", "--repo", str(repository)]
    with Terminal(command, dict(os.environ), repository, (100, 30)) as terminal:
        terminal.wait_for("y accept")
        terminal.settle()
        terminal.press("x", "y", "q")
        terminal.wait_for("a put back")
        terminal.press("s")
        terminal.wait_for("Staged: 1 file.")
        assert git(repository, "show", ":shop/cart.py") == SECOND
        assert (repository / "shop/cart.py").read_text() == FEES
        terminal.press("q")
        terminal.wait_for("a put back")
        terminal.press("a")
        terminal.wait_for("Put back in 1 file.")
        terminal.press("ctrl+q")
        terminal.end()
    assert (repository / "shop/cart.py").read_text() == SECOND
    assert git(repository, "diff") == ""
    kept = review(repository, "--unfinished", "--json")
    assert json.loads(kept.stdout)["unfinished"] == [], "what has landed is not kept any longer"
