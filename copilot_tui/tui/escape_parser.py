"""Escape told from alt by time, in terminals that write alt with a letter as escape and the letter; and pasted text told from keys.

Invariants: the two bytes of alt with a sign come together; a sign that comes behind an escape by itself was typed behind it. Nothing of a
pasted text is a key, whatever it holds and however it is cut into reads.

Textual 8.2 waits a tenth of a second behind an escape, and takes a letter that comes within it for alt with the letter; an escape within
a pasted text is a key to it, and so is what follows.
"""

import sys
from collections.abc import Iterable

from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.events import Key
from textual.message import Message

from copilot_tui.tui.keyboard import is_taught

_ESCAPE = "\x1b"
_OPENING = "OP]_^\\"  # signs that sequences go on with which have more signs, as answers of terminals do


class EscapeParser(XTermParser):
    """Textual's parser, to which an escape at the end of what was read is one where a sign comes next."""

    def __init__(self, debug: bool = False) -> None:
        self._ends_with_escape = False
        self._pasted = _Pasted()
        super().__init__(debug)

    def feed(self, data: str) -> Iterable[Message]:
        """Take what was read at once; nothing where there is no more to read."""
        text = self._pasted.without_escapes(data)
        if data and not text:
            return
        is_waiting = (
            self._ends_with_escape and self._timeout_time is not None
        )  # else the time is over, and it was given out
        if is_waiting and (is_taught(f"{_ESCAPE}{text[:1]}") or _is_typed(text)):
            self._timeout_time = 0.0
            yield from self.tick()
        self._ends_with_escape = text.endswith(_ESCAPE)
        yield from super().feed(text)

    def tick(self) -> Iterable[Message]:
        """What an escape and its sign are when nothing has come behind them for a while: Textual gives the sign alone."""
        found = list(super().tick())
        for message in found:
            if isinstance(message, Key):
                is_alt = message.key.startswith("alt+")
                if is_alt:
                    message.character = None  # as of all others
                elif len(found) == 1 and message.key != "escape":
                    yield Key("escape", _ESCAPE)
            yield message


class _Pasted:
    """Where a pasted text begins and ends in what is read."""

    def __init__(self) -> None:
        self._is_open = False
        self._before = ""  # the last signs that were read, of which the beginning of a paste may be one
        self._held = ""  # the last signs of a pasted text, of which its end may be one

    def without_escapes(self, data: str) -> str:
        """What was read, without the escapes of pasted texts; what may be the end of one is given with what comes next."""
        found: list[str] = []
        while data:
            found_part, data = self._inside(data) if self._is_open else self._outside(data)
            found.append(found_part)
        return "".join(found)

    def _outside(self, data: str) -> tuple[str, str]:
        seen = self._before + data
        at = seen.find(BRACKETED_PASTE_START)
        if at < 0:
            self._before = seen[-len(BRACKETED_PASTE_START) + 1 :]
            return data, ""
        self._is_open = True
        end = at + len(BRACKETED_PASTE_START) - len(self._before)
        self._before = ""
        return data[:end], data[end:]

    def _inside(self, data: str) -> tuple[str, str]:
        seen = self._held + data
        text, end, rest = seen.partition(BRACKETED_PASTE_END)
        self._held = ""
        if end:
            self._is_open = False
        else:
            sizes = range(len(BRACKETED_PASTE_END) - 1, 0, -1)
            size = next((size for size in sizes if seen.endswith(BRACKETED_PASTE_END[:size])), 0)
            text, self._held = seen[: len(seen) - size], seen[len(seen) - size :]
        return text.replace(_ESCAPE, "") + end, rest


def _is_typed(text: str) -> bool:
    """Whether what came by itself behind an escape is no part of a sequence: signs, digits, enter, ctrl with a letter."""
    first = text[:1]
    if first in _OPENING:
        return len(text) == 1  # a sequence comes whole, or is cut in two
    return first not in {"[", _ESCAPE}


def tell_escape_from_alt() -> None:
    """Let Textual read the terminal by this parser; call it before the application runs."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver  # noqa: PLC0415  (there is none on Windows)

        linux_driver.XTermParser = EscapeParser  # type: ignore[attr-defined]
