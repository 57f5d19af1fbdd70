r"""A file's lines as bytes, and the keys by which quoted lines find them.

Invariant: `FileText(data).bom` plus all lines and terminators joined is `data`, for any bytes; lines are split on LF only.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cached_property

from copilot_tui.visible import INVISIBLE

BOM = b"\xef\xbb\xbf"

_LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"),
        **dict.fromkeys(
            "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000", " "
        ),
        "\u2026": "...",
    }
)
_BLANKS = re.compile(r"[ \t]+")


def fold(line: bytes) -> bytes:
    """The line without outer blanks and with look-alike characters (quotes, dashes, spaces, composed letters) made one."""
    if line.isascii():
        return line.strip().replace(b"`", b"'")
    text = unicodedata.normalize("NFC", line.decode("utf-8", "surrogateescape")).translate(_LOOK_ALIKES)
    return INVISIBLE.sub("", text).strip().encode("utf-8", "surrogatepass")


Key = Callable[[bytes], bytes]

# The line without outer, or without trailing blanks: methods, because they are called for every line of a file.
strip: Key = bytes.strip
rstrip: Key = bytes.rstrip


def same(line: bytes) -> bytes:
    """The line itself."""
    return line


class KeyedLines:
    """Lines under one key, with an index from key to line numbers (0-based)."""

    def __init__(self, keys: list[bytes]) -> None:
        self.keys = keys
        self.positions: dict[bytes, list[int]] = {}
        for number, text in enumerate(self.keys):
            self.positions.setdefault(text, []).append(number)

    def starts(self, pattern: list[bytes], limit: int) -> list[int]:
        """Where `pattern` (keys) stands as consecutive lines, overlapping places included; at most `limit` places."""
        if not pattern or len(pattern) > len(self.keys):
            return []
        rarest = min(range(len(pattern)), key=lambda index: len(self.positions.get(pattern[index], ())))
        found = []
        for position in self.positions.get(pattern[rarest], ()):
            start = position - rarest
            if start >= 0 and self.keys[start : start + len(pattern)] == pattern:
                found.append(start)
                if len(found) == limit:
                    break
        return found


class FileText:
    """One file's bytes as lines; keyed views of them are made when first asked for."""

    def __init__(self, data: bytes) -> None:
        self.bom = BOM if data.startswith(BOM) else b""
        self.lines = data[len(self.bom) :].split(b"\n")
        self.terminators = [b"\n"] * (len(self.lines) - 1)
        if self.lines[-1]:
            self.terminators.append(b"")
        else:
            self.lines.pop()
        if b"\r" in data:
            self._take_carriage_returns()
        self._keyed: dict[Key, KeyedLines] = {}
        # Without look-alikes in it, a file's folded lines are its stripped ones: one index serves both.
        self._folds_to_strip = data.isascii() and b"`" not in data

    def _take_carriage_returns(self) -> None:
        for number, line in enumerate(self.lines):
            if line.endswith(b"\r") and self.terminators[number]:
                self.lines[number] = line[:-1]
                self.terminators[number] = b"\r\n"

    def __len__(self) -> int:
        return len(self.lines)

    def keyed(self, key: Key) -> KeyedLines:
        """The lines under `key`."""
        if key is fold and self._folds_to_strip:
            key = strip
        if key not in self._keyed:
            keys = self.lines if key is same else list(map(key, self.lines))
            # Where a key changes nothing, the plain lines' index serves it too.
            self._keyed[key] = self.keyed(same) if key is not same and keys == self.lines else KeyedLines(keys)
        return self._keyed[key]

    @cached_property
    def filled(self) -> list[int]:
        """The numbers of the lines that are not blank."""
        return [number for number, line in enumerate(self.lines) if line.strip()]

    @cached_property
    def filled_lines(self) -> KeyedLines:
        """The lines that are not blank, folded; positions are indexes into `filled`."""
        folded = self.keyed(fold)
        if len(self.filled) == len(self.lines):
            return folded
        return KeyedLines([folded.keys[number] for number in self.filled])

    @cached_property
    def main_terminator(self) -> bytes:
        r"""The terminator that most lines have; `\n` for a file without any."""
        return b"\r\n" if self.terminators.count(b"\r\n") * 2 > len([one for one in self.terminators if one]) else b"\n"

    @cached_property
    def is_utf8(self) -> bool:
        """Whether all lines are valid UTF-8."""
        try:
            b"\n".join(self.lines).decode("utf-8")
        except UnicodeDecodeError:
            return False
        return True

    @cached_property
    def stripped(self) -> frozenset[bytes]:
        """All lines without outer blanks."""
        return frozenset(line.strip() for line in self.lines)
