"""Server-sent events from bytes, in pieces of any size.

Invariant: no line and no event grows past `MOST_BYTES`; what the bytes mean never depends on where they were cut into pieces.

The rules are those of the HTML standard, section 9.2.6: lines end with CR LF, LF or CR, an empty line ends an event, a line
that begins with a colon is a comment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_BYTES = 16 * 1024 * 1024
_LINE_END = re.compile(rb"\r\n|\n|\r")


class EventTooLarge(Exception):  # noqa: N818 - says what is the case; the link turns it into a sentence
    """A line or an event without end: the sender is no server of events, or means harm."""


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event: its data lines joined by line feeds, and its type, which is mostly empty."""

    data: bytes
    type: str = ""


class EventDecoder:
    """Takes pieces of bytes and gives the events that they complete."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._held = 0
        self._data: list[bytes] = []
        self._size = 0
        self._type = ""
        self._ended_with_return = False
        self._at_start = True

    def feed(self, piece: bytes) -> Iterator[ServerEvent]:
        """The events that end within `piece`; raises `EventTooLarge`."""
        if self._ended_with_return:
            # A CR ended the last piece: an LF that follows belongs to the same line end.
            self._ended_with_return = False
            piece = piece.removeprefix(b"\n")
        if not piece:
            return
        self._ended_with_return = piece.endswith(b"\r")
        start = 0
        for match in _LINE_END.finditer(piece):
            yield from self._take_line(self._line(piece[start : match.start()]))
            start = match.end()
        if start < len(piece):
            self._pieces.append(piece[start:])
            self._held += len(piece) - start
            if self._held > MOST_BYTES:
                raise EventTooLarge

    def rest(self) -> ServerEvent | None:
        """The event that the end of the stream left unended, if its data line came whole; the standard drops it, servers mean it."""
        if self._held:
            for event in self._take_line(self._line(b"")):
                return event
        return next(self._take_line(b""), None)

    def _line(self, end: bytes) -> bytes:
        if not self._pieces:
            return end
        line = b"".join((*self._pieces, end))
        self._pieces.clear()
        self._held = 0
        return line

    def _take_line(self, line: bytes) -> Iterator[ServerEvent]:
        if self._at_start:
            self._at_start = False
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line:
            if self._data:
                event = ServerEvent(b"\n".join(self._data), self._type)
                self._data = []
                self._size = 0
                self._type = ""
                yield event
            else:
                self._type = ""
            return
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._size += len(value)
            if self._size > MOST_BYTES:
                raise EventTooLarge
            self._data.append(value)
        elif name == b"event":
            self._type = value.decode("utf-8", "replace")
