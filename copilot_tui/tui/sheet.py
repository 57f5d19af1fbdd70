"""A sheet over the screen: title, body, one line of keys. Help, calls, context, plan, commit and finish are sheets.

Invariant: escape always leaves a sheet and decides nothing.
"""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from copilot_tui.tui.key_words import KeyWords
from copilot_tui.tui.notices import clear_information

_Answer = TypeVar("_Answer")


class Sheet(ModalScreen[_Answer]):
    """The frame of a sheet; a subclass gives `body` and `keys` ((key, word) pairs)."""

    heading: str = ""
    keys: ClassVar[tuple[tuple[str, str], ...]] = (("esc", "back"),)
    DEFAULT_CSS: ClassVar[str] = """
    Sheet {
        align: center middle; background: $background 55%;
        & > #sheet {
            width: 90%; max-width: 110; height: auto; max-height: 90%;
            background: $surface; border: round $primary 70%; border-title-color: $text-primary; border-title-style: bold; padding: 0 1;
        }
        & RowList { background: $surface; height: auto; max-height: 60vh; }
        & #keys { height: 1; width: 1fr; margin-top: 1; color: $foreground 60%; }
        & .words { height: auto; width: 1fr; }
        & VerticalScroll { height: auto; max-height: 60vh; scrollbar-size-vertical: 1; }
    }
    """
    BINDINGS: ClassVar = [
        Binding("escape", "leave", "Back", show=False),
        Binding("ctrl+q", "app.quit", "Quit", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Frame, body, keys."""
        with Vertical(id="sheet") as frame:
            frame.border_title = self.heading
            yield from self.body()
            yield KeyWords(self.words())

    def on_mount(self) -> None:
        """Free the line of keys; a subclass that has a handler of its own has this one as well."""
        clear_information(self.app)

    def body(self) -> "list[Widget]":
        """The widgets between title and keys."""
        return []

    def words(self) -> tuple[tuple[str, str], ...]:
        """The keys with their words; a sheet whose keys depend on what it shows gives its own."""
        return self.keys

    def dismiss(self, result: _Answer | None = None) -> AwaitComplete:
        """Leave with an answer; of two keys that leave, typed faster than the sheet can go, the second one does nothing."""
        return super().dismiss(result) if self in self.app.screen_stack else AwaitComplete()

    def action_leave(self) -> None:
        """Go back without an answer."""
        self.dismiss(None)
