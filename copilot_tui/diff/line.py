r"""Lines as bytes: a text is split on LF only, and each line carries its own terminator.

Invariant: `b"".join(line.raw for line in split_lines(data)) == data` for any bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import NamedTuple


class LineKind(StrEnum):
    """What a line of a hunk is: in both texts, only in the old one, or only in the new one."""

    CONTEXT = " "
    REMOVED = "-"
    ADDED = "+"


@dataclass(frozen=True, slots=True)
class LineRange:
    """Lines `first` to `last`, 1-based and inclusive."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if not 1 <= self.first <= self.last:
            raise ValueError(f"a line range goes from 1 upwards, not from {self.first} to {self.last}")

    def __len__(self) -> int:
        return self.last - self.first + 1

    @property
    def behind_path(self) -> str:
        """As it stands behind a path: `:9`, or `:15-17`."""
        return f":{self.first}" if self.first == self.last else f":{self.first}-{self.last}"


class Line(NamedTuple):
    r"""One line of a hunk: its bytes without terminator, and the terminator (`\n`, `\r\n`, or empty at the end of a file).

    A named tuple, because a large diff makes hundreds of thousands of them: it is made in a third of a dataclass's time.
    """

    kind: LineKind
    text: bytes
    terminator: bytes = b"\n"

    @property
    def raw(self) -> bytes:
        """The line as it stands in the file."""
        return self.text + self.terminator


def split_raw(data: bytes) -> list[bytes]:
    """The lines of `data` with their terminators, split on LF only; empty bytes have no line."""
    return BytesIO(data).readlines()


def split_terminator(raw: bytes) -> tuple[bytes, bytes]:
    r"""A raw line as (text, terminator), the terminator being `\r\n`, `\n` or nothing."""
    if raw.endswith(b"\r\n"):
        return raw[:-2], b"\r\n"
    if raw.endswith(b"\n"):
        return raw[:-1], b"\n"
    return raw, b""


def make_line(kind: LineKind, raw: bytes) -> Line:
    """A raw line of a file as a `Line` of that kind."""
    text, terminator = split_terminator(raw)
    return Line(kind, text, terminator)


def make_lines(kind: LineKind, raws: Sequence[bytes]) -> list[Line]:
    """Raw lines of a file as `Line`s of that kind."""
    return [
        Line(kind, raw[:-1]) if raw.endswith(b"\n") and not raw.endswith(b"\r\n") else make_line(kind, raw)
        for raw in raws
    ]
