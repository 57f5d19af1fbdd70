"""Foreign text made safe to show: what could drive a terminal or hide from the eye becomes a visible mark.

Invariant: the result of `visible` has no control, bidirectional, zero-width, Tag or surrogate character, except the line feeds and
tabs that the caller asks to keep. It is for showing only: never write it to a file.

What an emoji is written with hides nothing: a selector behind a pictograph or before a keycap, a joiner between two pictographs. It
is shown as a mark, as a terminal may count its cells wrongly, but it is neither told of as invisible nor taken out of a prompt.
"""

import re

_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_ZERO_WIDTH = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u2028\u2029"
_MORE_ZERO_WIDTH = "\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0"
_JOINER = "\u200d"
_SELECTORS = "\ufe0e\ufe0f"
_TAGS = "\U000e0000-\U000e0fff\ufff9-\ufffb"
_CONTROL = "\x00-\x1f\x7f-\x9f"
_SURROGATES = "\ud800-\udfff"
_ALWAYS_INVISIBLE = f"{_BIDIRECTIONAL}{_ZERO_WIDTH}{_MORE_ZERO_WIDTH}{_TAGS}"
_PICTOGRAPHS = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_STRAY_SELECTOR = f"(?<![{_PICTOGRAPHS}])[{_SELECTORS}](?!\u20e3)"
_STRAY_JOINER = f"(?<![{_PICTOGRAPHS}])(?<![{_PICTOGRAPHS}][{_SELECTORS}]){_JOINER}|{_JOINER}(?![{_PICTOGRAPHS}])"

HIDDEN = re.compile(f"[{_CONTROL}{_ALWAYS_INVISIBLE}{_JOINER}{_SELECTORS}{_SURROGATES}]")
INVISIBLE = re.compile(f"[{_ALWAYS_INVISIBLE}{_JOINER}{_SELECTORS}]")
_HIDES_SOMETHING = re.compile(f"[{_ALWAYS_INVISIBLE}]|{_STRAY_SELECTOR}|{_STRAY_JOINER}")

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
    """How often each bidirectional, zero-width or Tag character stands in `text`, by its `U+XXXX` name; those of emoji do not count."""
    counts: dict[str, int] = {}
    for match in _HIDES_SOMETHING.finditer(text) if _may_hide(text) else ():
        name = f"U+{ord(match.group()):04X}"
        counts[name] = counts.get(name, 0) + 1
    return counts


def without_invisible(text: str) -> str:
    """`text` with bidirectional, zero-width and Tag characters taken out, but for those of emoji: what a prompt may hold."""
    return _HIDES_SOMETHING.sub("", text) if _may_hide(text) else text


def _may_hide(text: str) -> bool:
    """Whether a closer look is worth while, which takes some five times as long as this one."""
    return not text.isascii() and INVISIBLE.search(text) is not None
