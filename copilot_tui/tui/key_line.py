"""The bottom line: the keys that are possible now, from the action table; each can be clicked.

Invariant: it shows only actions of the present place, as many as fit, and the last one (help) always.
"""

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.visual import Visual
from textual.widget import Widget

from copilot_tui.tui.actions import Place, possible
from copilot_tui.tui.key_table import KeyTable


class KeyLine(Widget):
    """`enter send   ctrl+j newline   alt+- alt+= slider   ...   f1 help`."""

    DEFAULT_CSS: ClassVar[str] = (
        "KeyLine { height: 1; width: 1fr; padding: 0 1; color: $foreground 60%; background: $background; }"
    )

    @dataclass
    class Wanted(Message):
        """The person clicked an action."""

        identifier: str

    def __init__(self, *, is_blank: bool = False) -> None:
        super().__init__()
        self._is_blank = is_blank  # no key does anything yet
        self._shown = (Place.PROMPT, "")
        self._table = KeyTable()

    def use(self, table: KeyTable) -> None:
        """Show these keys from now on."""
        self._table = table
        self.refresh()

    def begin(self) -> None:
        """The keys act from now on."""
        self._is_blank = False
        self.refresh()

    def show(self, place: Place, progress: str = "") -> None:
        """Show what is possible there; `progress` is how much of a review is decided."""
        if (place, progress) != self._shown:
            self._shown = (place, progress)
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002
        """One line."""
        return 1

    def _words(self) -> list[tuple[list[tuple[str, str]], str]]:
        """Each word with its keys: (key as shown, action) pairs."""
        if self._is_blank:
            return []
        place, progress = self._shown
        words: dict[str, list[tuple[str, str]]] = {}
        actions = possible(place)
        named = {"finish": f"finish {progress}"}
        if (
            place is Place.PROMPT and progress
        ):  # a review came while the person typed, or they went to the request from it
            named["switch"] = f"review {progress}"
            actions = tuple(sorted(actions, key=lambda action: action.identifier not in {"send", "switch"}))
        for action in actions:
            short = named.get(action.identifier, action.short)
            if short:
                words.setdefault(short, []).append((self._table.shown(action.identifier), action.identifier))
        return [(keys, short) for short, keys in words.items()]

    def _fitting(self) -> tuple[list[tuple[list[tuple[str, str]], str]], str]:
        """As many words as fit, from the left, and what stands between them; the last one stays."""
        words = self._words()
        widths = [_content(*word).cell_length for word in words]
        while len(words) > 2 and sum(widths) + 2 * (len(words) - 1) > self.size.width:
            words.pop(-2)
            widths.pop(-2)
        return words, "   " if sum(widths) + 3 * (len(words) - 1) <= self.size.width else "  "

    def render(self) -> Visual:
        """The words that fit."""
        words, gap = self._fitting()
        return Content(gap).join([_content(*word) for word in words])

    def on_click(self, event: events.Click) -> None:
        """Do what stands under the mouse; where a word has two keys, what the key under it does."""
        place = event.get_content_offset(self)
        words, gap = self._fitting()
        start = 0
        for keys, short in words:
            end = start + _content(keys, short).cell_length
            if place is not None and start <= place.x < end:
                starts = [start + len(" ".join([shown for shown, _ in keys[:count]])) for count in range(1, len(keys))]
                self.post_message(self.Wanted(keys[sum(place.x > one for one in starts)][1]))
            start = end + len(gap)


def _content(keys: list[tuple[str, str]], short: str) -> Content:
    return Content.assemble((" ".join(shown for shown, _ in keys), "bold $text-primary"), f" {short}")
