"""The box in which a hunk is edited in place.

Invariant: only the key for it gives a text back; escape gives none.
"""

from typing import ClassVar

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import TextArea

from copilot_tui.tui.review.hunk_editor import HunkEditor
from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace


class EditSheet(Sheet[str]):
    """Gives the edited text of a hunk; the cursor stands on line `cursor` (from 0) of it."""

    place = SheetPlace.EDIT
    keys: ClassVar[tuple[KeyWord, ...]] = ("edit.save", ("esc", "leave it as it was"))
    BINDINGS: ClassVar = [
        Binding("escape", "leave", show=False, priority=True)
    ]  # before the box, which would leave itself
    DEFAULT_CSS: ClassVar[str] = """
    EditSheet {
        & > #sheet { width: 96%; max-width: 200; }
        & TextArea {
            height: auto; min-height: 3; max-height: 65vh; border: none; padding: 0; background: $surface; scrollbar-size: 1 1;
        }
        & TextArea:focus { border: none; }
    }
    """

    def __init__(self, path: str, text: str, first_line: int, cursor: int = 0) -> None:
        super().__init__()
        self.heading = f"edit {one_line(path, 60)} from line {first_line}"
        self._words = text
        self._first_line = first_line
        self._path = path
        self._cursor = cursor

    def body(self) -> list[Widget]:
        """The editor."""
        box = HunkEditor.of(self._path, self._words, self._first_line)
        box.theme = "vscode_dark" if self.app.current_theme.dark else "github_light"
        box.move_cursor((self._cursor, 0))
        return [box]

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(TextArea).focus()

    def action_save(self) -> None:
        """Give the text back."""
        self.dismiss(self.query_one(TextArea).text)
