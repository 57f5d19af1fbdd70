"""The commit box: the proposed message, the person's to edit.

Invariant: nothing is committed but by the key for it, with exactly the message that stands in the box; who leaves finds what they typed
when they come back.
"""

from collections.abc import Callable
from typing import ClassVar

from textual.widget import Widget
from textual.widgets import TextArea

from copilot_tui.tui.sheet import KeyWord, Sheet
from copilot_tui.tui.sheet_actions import SheetPlace


class CommitSheet(Sheet[str]):
    """Gives the message to commit with."""

    heading = "commit what landed"
    place = SheetPlace.COMMIT
    keys: ClassVar[tuple[KeyWord, ...]] = ("commit.commit", ("esc", "back"))
    DEFAULT_CSS: ClassVar[str] = """
    CommitSheet TextArea { height: 10; border: none; background: $surface; padding: 0; }
    CommitSheet TextArea:focus { border: none; }
    """

    def __init__(self, typed: str, keep: Callable[[str], None]) -> None:
        """`typed`: what the person typed before; `keep` takes what they typed where they leave without a commit."""
        super().__init__()
        self._typed = typed
        self._keep = keep
        self._proposed = ""

    def body(self) -> list[Widget]:
        """The message."""
        box = TextArea(
            self._typed,
            placeholder="a message is being proposed …",
            soft_wrap=True,
            highlight_cursor_line=False,
            id="message",
        )
        box.cursor_blink = False
        return [box]

    def on_mount(self) -> None:
        """Type at once, after what was proposed while the sheet opened."""
        box = self.query_one(TextArea)
        box.focus()
        box.move_cursor(box.document.end)
        if self._proposed:
            self.propose(self._proposed)

    def propose(self, message: str) -> None:
        """Take the proposed message, unless the person already typed one or left."""
        self._proposed = message
        for box in self.query(TextArea):
            if not box.text:
                box.text = message
                box.move_cursor(box.document.end)

    def action_leave(self) -> None:
        """Go back without a commit; a message that is not just the proposed one is kept."""
        message = self.query_one(TextArea).text.strip()
        self._keep("" if message == self._proposed.strip() else message)
        self.dismiss(None)

    def action_commit(self) -> None:
        """Commit with what stands in the box."""
        message = self.query_one(TextArea).text.strip()
        if message:
            self.dismiss(message)
