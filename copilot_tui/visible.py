"""Foreign text made safe to show: what could drive a terminal or hide from the eye becomes a visible mark.

Invariant: the result of `visible` has no control, bidirectional, zero-width, Tag or surrogate character, except the line feeds and
tabs that the caller asks to keep. It is for showing only: never write it to a file.
"""

import re

_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ZERO_WIDTH = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2028\u2029"
_MORE_ZERO_WIDTH = "\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
_TAGS = "\U000e0000-\U000e0fff\ufff9-\ufffb"
_CONTROL = "\x00-\x1f\x7f-\x9f"
_SURROGATES = "\ud800-\udfff"

HIDDEN = re.compile(f"[{_CONTROL}{_BIDIRECTIONAL}{_ZERO_WIDTH}{_MORE_ZERO_WIDTH}{_TAGS}{_SURROGATES}]")
INVISIBLE = re.compile(f"[{_BIDIRECTIONAL}{_ZERO_WIDTH}{_MORE_ZERO_WIDTH}{_TAGS}]")

_SURROGATE = re.compile(f"[{_SURROGATES}]")


def _mark(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)  # the control pictures: ␀ to ␟
    if code == 0x7F:
        return "\u2421"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"  # a byte that was no UTF-8, as surrogateescape keeps it
    return f"<U+{code:04X}>"


def visible(text: str, keep: str = "") -> str:
    r"""`text` with each hidden character as a mark (`␛`, `<U+202E>`, `\xff`); the characters of `keep` stay as they are."""
    if text.isascii() and text.isprintable():
        return text  # most of what is shown, and far cheaper to know
    return HIDDEN.sub(lambda match: match.group() if match.group() in keep else _mark(match), text)


def decode_visible(data: bytes, keep: str = "") -> str:
    r"""Bytes of unknown encoding as text to show; a byte that is no UTF-8 becomes `\xff`."""
    return visible(data.decode("utf-8", "surrogateescape"), keep)


def without_surrogates(text: str) -> str:
    r"""`text` with each byte that was no UTF-8 as `\xff`, so that it can be encoded."""
    return _SURROGATE.sub(_mark, text)


def count_invisible(text: str) -> dict[str, int]:
    """How often each bidirectional, zero-width or Tag character stands in `text`, by its `U+XXXX` name."""
    counts: dict[str, int] = {}
    for match in INVISIBLE.finditer(text):
        name = f"U+{ord(match.group()):04X}"
        counts[name] = counts.get(name, 0) + 1
    return counts


def without_invisible(text: str) -> str:
    """`text` with bidirectional, zero-width and Tag characters taken out: what a prompt may hold."""
    return text if text.isascii() else INVISIBLE.sub("", text)
