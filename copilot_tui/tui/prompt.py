"""The request: a few lines of text, sent by enter, with a history.

Invariant: the text is never lost: it stays until a request was taken, and what was sent can be called back with the up key.
"""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.message import Message
from textual.widgets import TextArea

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
        """The person sent the request."""

        text: str

    def __init__(self, *, blinks: bool = True) -> None:
        super().__init__(
            placeholder="what should change?",
            soft_wrap=True,
            show_line_numbers=False,
            highlight_cursor_line=False,
            id="prompt",
        )
        self.cursor_blink = blinks
        self._history: list[str] = []
        self._recalled: int | None = None
        self._draft = ""

    def remember(self, text: str) -> None:
        """Add a request to the history and empty the box."""
        if not self._history or self._history[-1] != text:
            self._history.append(text)
            del self._history[:-_MOST_REMEMBERED]
        self._recalled = None
        self.clear()

    async def _on_key(self, event: events.Key) -> None:
        handled = True
        if event.key == "enter":
            text = self.text.strip()
            if text:
                self.post_message(self.Sent(text))
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
