"""What has room on the terminal: the list of files beside the code or over it, and a sentence where nothing fits.

Invariant: nothing is lost by a small terminal; what is folded away comes back by one key, or with the room.
"""

from typing import TYPE_CHECKING

from copilot_tui.tui.prompt import Prompt

if TYPE_CHECKING:
    from textual.geometry import Size

    from copilot_tui.tui.main_screen import MainScreen

_FILES_BESIDE = 96  # columns from which on the files stand beside the code
SMALLEST = (60, 16)


class Folding:
    """Folds the files away and back."""

    def __init__(self, screen: "MainScreen") -> None:
        self._screen = screen
        self._wants_files: bool | None = None

    def fit(self, size: "Size") -> None:
        """Fold the files on a narrow terminal; say so on a tiny one."""
        is_small = size.width < SMALLEST[0] or size.height < SMALLEST[1]
        self._screen.set_class(is_small, "-small")
        if is_small:
            self._screen.parts.complete()  # the sentence that says so is among them
        self.place_files()

    @property
    def is_narrow(self) -> bool:
        """Whether the files have no room beside the code."""
        return self._screen.app.size.width < _FILES_BESIDE

    def place_files(self) -> None:
        """Put the files where they have room; before they are in place there is nothing to do."""
        over = self.is_narrow
        if self._screen.parts.is_complete:
            files = self._screen.parts.files
            files.set_class(over, "-over")
            files.display = (not over) if self._wants_files is None else self._wants_files

    def fold(self) -> None:
        """Fold the files away again where they lie over the code."""
        if self._screen.parts.files.has_class("-over"):
            self._wants_files = None
            self.place_files()

    def toggle(self) -> None:
        """Show or fold the files."""
        files = self._screen.parts.files
        self._wants_files = not files.display
        self.place_files()
        (files if files.display else self._screen.query_one(Prompt)).focus()
