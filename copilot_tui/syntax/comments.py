"""The first line of what a comment or a text says of a definition.

Invariant: only the lines right above a definition and the beginning of its body are looked at, as bytes.
"""

import re

MOST_DOC = 200  # characters
_LINE_MARKS = (b"//", b"#", b"--", b";")
_MOST_ABOVE = 60  # lines
_ATTRIBUTE = (b"#[", b"#!", b"#define", b"#include", b"#if", b"#end", b"#else", b"#pragma", b"#undef", b"#region")
_TEXT = re.compile(rb"""[rRbBuU]{0,2}(\"\"\"|'''|"|')""")
_QUOTES = frozenset((b'"', b"'", b"r", b"R", b"u", b"U", b"b", b"B"))
_SIGNS = b"\"'#/*!-;"


def text_of_body(data: bytes, body: int) -> str:
    """The first line of the text that begins the body at this byte; nothing where it begins with something else."""
    if data[body : body + 1] not in _QUOTES:
        return ""
    found = _TEXT.match(data, body)
    return _plain(data[found.end() : found.end() + 4 * MOST_DOC]) if found is not None else ""


def doc_comment(data: bytes, start: int) -> str:
    """The first line of the comment right above the line of this byte."""
    end = data.rfind(b"\n", 0, start)
    if end < 0:
        return ""
    begin = data.rfind(b"\n", 0, end) + 1
    line = data[begin:end].strip()
    if line[-2:] == b"*/":
        opened = data.rfind(b"/*", 0, end)
        return _plain(data[opened : min(end, opened + 4 * MOST_DOC)]) if opened >= 0 else ""
    first = b""
    for _ in range(_MOST_ABOVE):
        if not line.startswith(_LINE_MARKS) or line.startswith(_ATTRIBUTE):
            break
        first, end = line, begin - 1
        if end <= 0:
            break
        begin = data.rfind(b"\n", 0, end) + 1
        line = data[begin:end].strip()
    return _plain(first) if first else ""


def _plain(raw: bytes) -> str:
    """The first line that says something, without the signs of a comment."""
    for line in raw.split(b"\n"):
        bare = line.strip().strip(_SIGNS).strip()
        if bare:
            return bare[: 4 * MOST_DOC].decode("utf-8", "replace")[:MOST_DOC]
    return ""
