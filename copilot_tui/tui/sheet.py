"""A sheet over the screen: title, body, one line of keys. Help, calls, context, plan, commit and finish are sheets.

Invariant: escape always leaves a sheet and decides nothing; every other key is one of the action table, as the settings have it.
"""

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingsMap
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget

from copilot_tui.tui.key_table import KeyTable, keys_in_force
from copilot_tui.tui.key_words import KeyWords
from copilot_tui.tui.moving import move
from copilot_tui.tui.notices import clear_information
from copilot_tui.tui.sheet_actions import SheetPlace, find_sheet_action

_Answer = TypeVar("_Answer")
KeyWord = str | tuple[str, str]
"""One word of the line of keys: the name of a row of the action table; or such a name, or a key of every sheet, with its word."""
MOVING = "moving"
"""Stands in a key word for the keys that move up and down."""


class Sheet(ModalScreen[_Answer]):
    """The frame of a sheet; a subclass gives `body`, the line of `keys`, and its `place` where it has rows in the action table."""

    heading: str = ""
    place: ClassVar[SheetPlace | None] = None
    keys: ClassVar[tuple[KeyWord, ...]] = (("esc", "back"),)
    DEFAULT_CSS: ClassVar[str] = """
    Sheet {
        align: center middle; background: $background 55%;
        & > #sheet {
            width: 90%; max-width: 110; height: auto; max-height: 90%;
            background: $surface; border: round $primary 70%; border-title-color: $text-primary; border-title-style: bold; padding: 0 1;
        }
        & RowList { background: $surface; height: auto; max-height: 60vh; }
        & #keys { dock: bottom; height: 1; width: 1fr; margin-top: 1; color: $foreground 60%; }
        & .words { height: auto; width: 1fr; }
        & VerticalScroll { height: auto; max-height: 60vh; scrollbar-size-vertical: 1; }
        & > .-single RowList, & > .-single VerticalScroll { max-height: 100%; }
    }
    """
    BINDINGS: ClassVar = [
        Binding("escape", "leave", "Back", show=False),
        Binding("ctrl+q", "app.quit", "Quit", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Frame, body, keys."""
        own = {key: [binding] for key, binding in self.key_table.sheet_bindings(self.place).items()}
        self._bindings = BindingsMap.from_keys({**self._bindings.key_to_bindings, **own})
        with Vertical(id="sheet") as frame:
            frame.border_title = self.heading
            parts = self.body()
            frame.set_class(len(parts) == 1, "-single")  # it has all the room that there is
            yield from parts
            yield KeyWords(self.words())

    @property
    def key_table(self) -> KeyTable:
        """The keys in force."""
        return keys_in_force(self.app.screen_stack[:1])

    def on_mount(self) -> None:
        """Free the line of keys; a subclass that has a handler of its own has this one as well."""
        clear_information(self.app)

    def body(self) -> "list[Widget]":
        """The widgets between title and keys."""
        return []

    def key_line(self) -> tuple[KeyWord, ...]:
        """What the line of keys says; a sheet whose keys depend on what it shows gives its own."""
        return self.keys

    def words(self) -> tuple[tuple[str, str], ...]:
        """The keys in force with their words; neighbours of one word share it, and what has no key is left out."""
        words: list[tuple[str, str]] = []
        for key, word in map(self._word, self.key_line()):
            if words and key and words[-1][1] == word:
                words[-1] = (f"{words[-1][0]} {key}", word)
            elif key:
                words.append((key, word))
        return tuple(words)

    def _word(self, entry: KeyWord) -> tuple[str, str]:
        name, word = (entry, "") if isinstance(entry, str) else entry
        if name == MOVING:
            return self.key_table.moving, word
        row = find_sheet_action(name)
        return (self.key_table.in_line(name), word or row.short) if row is not None else (name, word)

    def dismiss(self, result: _Answer | None = None) -> AwaitComplete:
        """Leave with an answer; of two keys that leave, typed faster than the sheet can go, the second one does nothing."""
        return super().dismiss(result) if self in self.app.screen_stack else AwaitComplete()

    def action_go(self, identifier: str) -> None:
        """Move what has the focus, by the name of a moving action."""
        move(identifier, self.focused, None)

    def action_leave(self) -> None:
        """Go back without an answer."""
        self.dismiss(None)
