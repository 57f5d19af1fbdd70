"""Lines that stand for other lines: `...`, `// ... existing code ...`, `# rest of the file unchanged`.

Invariant: what is recognised here is never written to a file, unless the file's own text has it.
"""

import re

_LEAD = r"\s*(?:#+|//+|/\*+|\*|--|;+|%+|<!--|\{/\*|\(\*|\"{3}|'{3})?\s*"
_TAIL = r"\s*(?:\*+/\}?|-->|\*\)|\"{3}|'{3})?\s*"
_WORDS = (
    r"(?:rest|remain\w*|existing|unchanged|previous|other|same|omitted|elided|truncated|snip\w*|before|above|below|code|lines?|etc|"
    r"as is|implementation|content|methods?|functions?|imports?)"
)
_DOTS = re.compile(
    _LEAD
    + r"[\[(<]?(?:\.{3,}|…)(?:"
    + _TAIL
    + r"|[^.…]{0,80}\b"
    + _WORDS
    + r"\b.{0,80}|.{0,80}(?:\.{3,}|…)[\])>]?"
    + _TAIL
    + r")",
    re.IGNORECASE | re.DOTALL,
)
_SAID = re.compile(
    r"\s*(?:#+|//+|/\*+|\*|--|;+|%+|<!--|\{/\*)\s*[\[(]?\s*(?:the\s+)?(?:rest|remain(?:der|ing)|existing|other|previous|all other)\b"
    r".{0,60}\b(?:unchanged|(?:stays?|remains?)\s+(?:the\s+)?(?:same|unchanged)|as before|as is|omitted"
    r"|(?:goes|go) here|code|same)\b.{0,20}",
    re.IGNORECASE | re.DOTALL,
)
_BARE = re.compile(r"\s*(?:\.{3}|…)\s*")
_LONGEST = 200


def is_elision(line: bytes) -> bool:
    """Whether the line stands for lines that the model left out."""
    if len(line) > _LONGEST:
        return False
    text = line.decode("utf-8", "surrogateescape")
    return bool(_DOTS.fullmatch(text) or _SAID.fullmatch(text))


def first_written_elision(lines: list[bytes], added: set[int], own: frozenset[bytes]) -> bytes | None:
    """The first of the `added` lines that stands for others; None where there is none.

    `lines` is the new text as far as it is known, `added` holds indexes into it, `own` the stripped lines that the file itself has. A bare
    `...` that is the body of a Python block is code: it stands deeper than a line above that ends with a colon.
    """
    for index in sorted(added):
        line = lines[index]
        if not is_elision(line) or line.strip() in own:
            continue
        if _BARE.fullmatch(line.decode("utf-8", "surrogateescape")) and _is_python_body(lines, index):
            continue
        return line
    return None


def _is_python_body(lines: list[bytes], index: int) -> bool:
    above = next((line for line in reversed(lines[:index]) if line.strip()), b"")
    code = above.split(b"  #")[0].rstrip()
    ends_block = code.endswith((b":", b'"""', b"'''"))
    return ends_block and _indent(lines[index]) > (_indent(above) if code.endswith(b":") else 0)


def _indent(line: bytes) -> int:
    return len(line) - len(line.lstrip())
