"""The request: a few lines of text, sent by enter, with a history.

Invariant: the text is never lost: it stays until a request was taken, and what was sent can be called back with the up key.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.widgets import TextArea

from copilot_tui.visible import visible

MOST_CHARACTERS = 100_000  # of a request: more is no request, and would hold up every key
_MOST_REMEMBERED = 500


class Prompt(TextArea):
    """A text area in which enter sends and ctrl+j starts a new line."""

    DEFAULT_CSS: ClassVar[str] = """
    Prompt {
        height: auto; max-height: 8; min-height: 1; width: 1fr; border: none; padding: 0; background: $background;
        scrollbar-size-vertical: 1;
        &:focus { border: none; }
        & .text-area--cursor-line { background: $background; }
    }
    """

    @dataclass
    class Sent(Message):
        """The person sent the request; `text` is what stands in the box, perhaps nothing; `pressed`: when, by the clock of events."""

        text: str
        pressed: float

    @dataclass
    class PasteRefused(Message):
        """A paste of so many characters was left out."""

        characters: int

    def __init__(self, *, blinks: bool = True) -> None:
        super().__init__(
            placeholder="what should change?",
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            id="prompt",
        )
        self.cursor_blink = blinks
        self.takes_key: Callable[[str], bool] = lambda _: False  # what completion does with a key before the box does
        self._history: list[str] = []
        self._recalled: int | None = None
        self._draft = ""

    @property
    def earlier(self) -> tuple[str, ...]:
        """What was typed, oldest first."""
        return tuple(self._history)

    def begin_with(self, earlier: Iterable[str]) -> None:
        """Take what was typed in earlier starts."""
        self._history = [*earlier, *self._history][-_MOST_REMEMBERED:]

    def remember(self, text: str) -> None:
        """Add a request to the history, and empty the box where it holds just that."""
        if text in self._history:
            self._history.remove(text)
        self._history.append(text)
        del self._history[:-_MOST_REMEMBERED]
        self._recalled = None
        if self.text.strip() == text.strip():
            self.clear()

    def put(self, text: str) -> None:
        """Put a text into the box, the cursor at its end."""
        self._recalled = None
        self.text = text
        self.move_cursor(self.document.end)
        self.focus()

    async def _on_key(self, event: events.Key) -> None:
        handled = True
        if self.takes_key(event.key):
            pass
        elif event.key == "enter":
            self.post_message(self.Sent(self.text, event.time))
        elif event.key in {"ctrl+j", "alt+enter", "shift+enter", "newline"}:
            self.insert("\n")
        elif event.key == "up" and self.cursor_at_first_line and self._history:
            self._recall(-1)
        elif event.key == "down" and self.cursor_at_last_line and self._recalled is not None:
            self._recall(1)
        else:
            handled = False
        if handled:
            event.stop()
            event.prevent_default()
        else:
            if event.is_printable:
                self.app.clear_notifications()
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        """Take a paste without what drives a terminal; one that no request can hold is left out and said."""
        event.stop()
        event.prevent_default()
        text = visible(event.text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n\t")
        if len(text) + len(self.text) > MOST_CHARACTERS:
            self.post_message(self.PasteRefused(len(text)))
            return
        self.replace(text, *self.selection, maintain_selection_offset=False)

    def _recall(self, step: int) -> None:
        if self._recalled is None:
            self._draft = self.text
            self._recalled = len(self._history)
        at = self._recalled + step
        if at < 0:
            return
        if at >= len(self._history):
            self._recalled = None
            self.text = self._draft
        else:
            self._recalled = at
            self.text = self._history[at]
        self.move_cursor(self.document.end)
