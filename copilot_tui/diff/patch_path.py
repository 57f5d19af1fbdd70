"""Names of files as patches write them: quoted, with prefixes, two on a line.

Invariant: what `unified.quote_path` wrote is read back as it was.
"""

import re

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\([0-7]{1,3}|.)")
_LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
_PREFIX = re.compile(r"[abciow]/")  # git's own, and those of diff.mnemonicPrefix


def unquoted(text: str) -> str:
    """The name without C quotes around it."""
    found = _QUOTED.fullmatch(text)
    if found is None:
        return text
    raw = bytearray()
    at = 0
    for escape in _ESCAPE.finditer(found[1]):
        raw += found[1][at : escape.start()].encode("utf-8", "surrogateescape")
        code = _LETTERS.get(escape[1])
        raw.append((int(escape[1], 8) & 0xFF) if code is None and escape[1].isdigit() else code or ord("?"))
        at = escape.end()
    raw += found[1][at:].encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "surrogateescape")


def stripped(old: str, new: str) -> tuple[str, str]:
    """Both names without git's prefixes, where both have one."""
    if _PREFIX.match(old) and _PREFIX.match(new) and (old[:2] != new[:2] or old == new):
        return old[2:], new[2:]
    return old, new


def paths_of_git_line(text: str) -> tuple[str, str]:
    """The two names of a `diff --git` line, without prefixes; with blanks in an unquoted name both are taken to be the same."""
    quoted = _QUOTED.match(text)
    if quoted is not None:
        old, new = quoted[0], text[quoted.end() + 1 :]
    elif text.endswith('"') and ' "' in text:
        old, new = text[: text.index(' "')], text[text.index(' "') + 1 :]
    else:
        middle = len(text) // 2
        if text[middle : middle + 1] == " " and text[:middle].partition("/")[2] == text[middle + 1 :].partition("/")[2]:
            old, new = text[:middle], text[middle + 1 :]
        else:
            old, _, new = text.partition(" ")
    old, new = unquoted(old), unquoted(new)
    return (old, new) if old == new else stripped(old, new)
