"""A person reviews real changes of a real repository on a real terminal: a commit, line by line; and files that change meanwhile."""

import os
import sys
from pathlib import Path

from tests.review.test_review_command import CART, FEES, change, git, repository
from tests.support.program import work_tree
from tests.support.terminal import Terminal

__all__ = ["repository"]  # the fixture is this module's too


def reviewed(repository: Path, *arguments: str, size: tuple[int, int] = (110, 44)) -> Terminal:
    command = [sys.executable, "-m", "copilot_tui", "review", "--repo", str(repository), *arguments]
    return Terminal(command, dict(os.environ), repository, size)


def test_a_commit_is_decided_by_hunk_line_and_item_and_only_the_rejected_is_put_back(repository: Path) -> None:
    change(repository)
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "fees")
    after = work_tree(repository)
    with reviewed(repository, "HEAD~1..HEAD") as terminal:
        terminal.wait_for("y accept")
        terminal.wait_for("delete")
        terminal.settle()
        terminal.press("x", "y", "y", "u", "u", "ctrl+r")  # the deletion is rejected, the rename accepted
        terminal.wait_for("○ 4")
        terminal.press("/")
        terminal.wait_for("r:high")
        terminal.type("f:cart tax")
        terminal.press("enter")
        terminal.wait_gone("enter done")
        terminal.press("enter", "j")
        terminal.wait_for("acts on line")
        terminal.press("d")
        terminal.wait_for("◐")
        terminal.press("escape")
        terminal.wait_gone("acts on line")
        terminal.press("q")
        terminal.wait_for("a put back")
        terminal.press("a")
        terminal.wait_for("Put back in 2 files.")
        assert (repository / "gone.py").read_text() == "bye\n"
        terminal.press("U")
        terminal.wait_for("Taken back")
        terminal.wait_until(lambda: work_tree(repository) == after, "what was put back is taken away again")
        terminal.press("ctrl+q")
        assert terminal.end() == 0
    assert work_tree(repository) == after


def test_a_file_that_changes_underneath_is_shown_anew_with_the_decisions_that_still_fit(repository: Path) -> None:
    (repository / "shop/cart.py").write_text(FEES)
    with reviewed(repository) as terminal:
        terminal.wait_for("y accept")
        terminal.settle()
        terminal.press("x", "y")
        terminal.wait_for("finish 2/2")
        (repository / "shop/cart.py").write_text(FEES.replace("list()", "[0]"))
        terminal.press("q")
        terminal.wait_for("a put back")
        terminal.press("a")
        terminal.wait_for("Nothing was written: shop/cart.py changed since")
        terminal.wait_for("self.items = [0]")
        terminal.wait_for("finish 1/2")
        terminal.press("n", "x", "q")
        terminal.wait_for("a put back")
        terminal.press("a")
        terminal.wait_for("Put back in 1 file.")
    assert (repository / "shop/cart.py").read_text() == CART.replace("- tax", "+ tax")


def test_a_terminal_that_changes_its_size_keeps_place_and_decisions(repository: Path) -> None:
    change(repository)
    with reviewed(repository, size=(60, 16)) as terminal:
        terminal.wait_for("y accept")
        terminal.settle()
        terminal.press("y", "x")
        terminal.wait_for("✓ 1  ✗ 1")
        for size in ((40, 10), (160, 50), (60, 16)):
            terminal.resize(*size)
            terminal.wait_for("too small" if size == (40, 10) else "✓ 1  ✗ 1")
        terminal.press("u")
        terminal.wait_for("✓ 1  ✗ 0")
        terminal.press("ctrl+q")
        assert terminal.end() == 0
