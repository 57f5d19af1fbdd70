"""The first line of what a comment or a text says of a definition.

Invariant: only the lines right above a definition and the beginning of its body are looked at, as bytes.
"""

import re

MOST_DOC = 200  # characters
_LINE_MARKS = (b"//", b"#", b"--", b";")
_MOST_ABOVE = 60  # lines
_ATTRIBUTE = (b"#[", b"#!", b"#define", b"#include", b"#if", b"#end", b"#else", b"#pragma", b"#undef", b"#region")
_TEXT = re.compile(rb"""[rRbBuU]{0,2}(\"\"\"|'''|"|')""")
_SIGNS = "\"'#/*!-;"


def doc_comment(data: bytes, start: int, body: int) -> str:
    """The first line of the comment above byte `start`, or of the text that begins the body at byte `body` (-1: none)."""
    if body >= 0 and data[body : body + 1] in b"\"'rRuUbB" and (found := _TEXT.match(data, body)) is not None:
        return _plain(data[found.end() : found.end() + 4 * MOST_DOC])
    end = data.rfind(b"\n", 0, start)
    if end < 0 or data[end + 1 : start].strip():
        return ""
    first = b""
    for _ in range(_MOST_ABOVE):
        begin = data.rfind(b"\n", 0, end) + 1
        line = data[begin:end].strip()
        if line.endswith(b"*/"):
            opened = data.rfind(b"/*", 0, end)
            return _plain(data[opened:end]) if opened >= 0 else ""
        if not line.startswith(_LINE_MARKS) or line.startswith(_ATTRIBUTE):
            break
        first = line
        if begin == 0:
            break
        end = begin - 1
    return _plain(first)


def _plain(raw: bytes) -> str:
    """The first line that says something, without the signs of a comment."""
    for line in raw[: 4 * MOST_DOC].decode("utf-8", "replace").split("\n"):
        bare = line.strip().strip(_SIGNS).strip()
        if bare:
            return bare[:MOST_DOC]
    return ""
