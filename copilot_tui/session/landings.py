"""What landed in one repository: listed, shown, taken back and landed again, with a line in the log for each.

The verbs wait for the disk: an interface calls them in a thread.

Invariant: the log says what the journal says; where the journal did not change, nothing is written.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from copilot_tui.diff.unified import format_patch
from copilot_tui.session.log import SessionLog
from copilot_tui.workspace.receipt import Receipt
from copilot_tui.workspace.repository import Repository
from copilot_tui.workspace.revert import history, landed_changes, redo, revert


class Landings:
    """The landings of a repository; the journal with their bytes lies in the person's state folder."""

    def __init__(self, repository: Repository, state_folder: Path, log: SessionLog) -> None:
        self._repository = repository
        self._state_folder = state_folder
        self._log = log

    def list(self) -> tuple[Receipt, ...]:
        """All of them, newest first."""
        return history(self._repository, self._state_folder)

    def patch(self, number: int) -> bytes:
        """What a landing changed, as a standard patch; raises `LandingError` if there is no such landing."""
        return format_patch(landed_changes(self._repository, self._state_folder, number))

    def take_back(self, number: int | None = None) -> Receipt:
        """Take a landing back, the newest that stands if no number is given; raises `LandingError`, and then nothing was changed."""
        return self._logged(partial(revert, number=number))

    def land_again(self) -> Receipt:
        """Land again what was undone last; raises `LandingError`."""
        return self._logged(redo)

    def _logged(self, step: Callable[[Repository, Path], Receipt]) -> Receipt:
        before = self._standing()
        receipt = step(self._repository, self._state_folder)
        after = self._standing()
        for number in sorted(before - after):
            self._log.undo(number)
        for number in sorted(after - before):
            self._log.redo(number)
        return receipt

    def _standing(self) -> set[int]:
        return {receipt.number for receipt in self.list() if not receipt.undone}
