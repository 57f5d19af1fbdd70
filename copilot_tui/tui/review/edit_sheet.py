"""The box in which a hunk is edited in place.

Invariant: only ctrl+s gives a text back; escape gives none.
"""

from pathlib import PurePosixPath
from typing import ClassVar

from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import TextArea

from copilot_tui.tui.safety import one_line
from copilot_tui.tui.sheet import Sheet

_LANGUAGES = {
    "py": "python", "js": "javascript", "mjs": "javascript", "go": "go", "rs": "rust", "java": "java", "sh": "bash",
    "html": "html", "css": "css", "json": "json", "yaml": "yaml", "yml": "yaml", "toml": "toml", "md": "markdown",
}  # fmt: skip


class EditSheet(Sheet[str]):
    """Gives the edited text of a hunk."""

    keys: ClassVar[tuple[tuple[str, str], ...]] = (("ctrl+s", "accept as edited"), ("esc", "leave it as it was"))
    BINDINGS: ClassVar = [
        Binding("ctrl+s,alt+enter", "save", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]
    DEFAULT_CSS: ClassVar[str] = """
    EditSheet {
        & > #sheet { width: 96%; max-width: 200; }
        & TextArea { height: auto; min-height: 3; max-height: 60vh; border: none; padding: 0; background: $surface; }
        & TextArea:focus { border: none; }
    }
    """

    def __init__(self, path: str, text: str, first_line: int) -> None:
        super().__init__()
        self.heading = f"edit {one_line(path, 60)} from line {first_line}"
        self._words = text
        self._first_line = first_line
        self._language = _LANGUAGES.get(PurePosixPath(path).suffix.removeprefix(".").lower())

    def body(self) -> list[Widget]:
        """The editor."""
        box = TextArea.code_editor(self._words, soft_wrap=False, tab_behavior="indent", id="text")
        box.line_number_start = self._first_line
        if self._language in box.available_languages:
            box.language = self._language
        box.theme = "vscode_dark" if self.app.current_theme.dark else "github_light"
        box.cursor_blink = False
        return [box]

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one(TextArea).focus()

    def action_save(self) -> None:
        """Give the text back."""
        self.dismiss(self.query_one(TextArea).text)
