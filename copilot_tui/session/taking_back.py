"""Undo and redo of landings with a line in the log for each landing that they take back or bring back.

Invariant: the log says what the journal says; where the journal did not change, nothing is written.
"""

from collections.abc import Callable
from pathlib import Path

from copilot_tui.session.log import SessionLog
from copilot_tui.workspace.receipt import Receipt
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revert import history


def logged(
    step: Callable[[Repository, Path], Receipt], repository: Repository, state_folder: Path, log: SessionLog
) -> Receipt:
    """Do `step` (`revert` or `redo`); raises `LandingError`."""
    before = _standing(repository, state_folder)
    receipt = step(repository, state_folder)
    after = _standing(repository, state_folder)
    for number in sorted(before - after):
        log.undo(number)
    for number in sorted(after - before):
        log.redo(number)
    return receipt


def _standing(repository: Repository, state_folder: Path) -> set[int]:
    return {receipt.number for receipt in history(repository, state_folder) if not receipt.undone}
