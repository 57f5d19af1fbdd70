"""Escape told from alt by time, in terminals that write alt with a letter as escape and the letter.

Invariant: the two bytes of alt with a letter come together; a letter that comes behind an escape by itself was typed behind it.

Textual 8.2 waits a tenth of a second behind an escape, and takes a letter that comes within it for alt with the letter.
"""

import sys
from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.message import Message

from copilot_tui.tui.keyboard import is_taught


class EscapeParser(XTermParser):
    """Textual's parser, to which an escape at the end of what was read is one where a letter comes next."""

    _ends_with_escape = False

    def feed(self, data: str) -> Iterable[Message]:
        """Take what was read at once."""
        is_waiting = (
            self._ends_with_escape and self._timeout_time is not None
        )  # else the time is over, and it was given out
        if is_waiting and (is_taught(f"\x1b{data[:1]}") or _is_typed(data[:1])):
            self._timeout_time = 0.0
            yield from self.tick()
        self._ends_with_escape = data.endswith("\x1b")
        yield from super().feed(data)


def _is_typed(character: str) -> bool:
    """Whether no sequence goes on with this behind its escape: enter, tab, ctrl with a letter, digits, letters beyond ASCII."""
    return character.isdigit() or character > "\x7f" or (character < " " and character not in {"", "\x1b"})


def tell_escape_from_alt() -> None:
    """Let Textual read the terminal by this parser; call it before the application runs."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver  # noqa: PLC0415  (there is none on Windows)

        linux_driver.XTermParser = EscapeParser  # type: ignore[attr-defined]
