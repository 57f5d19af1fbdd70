"""One text as the index keeps it: on which lines each term stands.

Invariant: line numbers count from 1 and split on LF; terms of lines that define something stand a second time, behind `=`;
the lines that are too long to be read to their end stand under `LONG_LINES`, and a file without text under what it is instead.
"""

import re
from array import array
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from copilot_tui.context.words import WORD, terms_of_word

if TYPE_CHECKING:
    Numbers = array[int]
else:
    Numbers = array

MOST_BYTES = 1_000_000
MOST_LINE = 2_000  # characters of one line that are indexed
MOST_DEFINING = 12  # words of a line that defines something
LONG_LINES = "!long"  # as no term is written
BINARY, POINTER = "!binary", "!pointer"  # the same
MARKS = (LONG_LINES, BINARY, POINTER)
_FIRST_LINE = array("I", [1]).tobytes()
DEFINES = re.compile(
    r"^\s*(?:(?:export|default|pub(?:\([a-z]+\))?|public|private|protected|internal|static|final|abstract|async|inline|virtual|"
    r"override|const|unsafe|extern|sealed|open|data|local|declare)\s+)*"
    r"(?:def|class|func|fun|fn|function|struct|enum|interface|type|impl|trait|module|namespace|object|protocol|macro_rules!|"
    r"#\s*define)\b"
    r"|^[A-Za-z_][\w\s*&<>:,]*\([^;]*$"
    r"|^\s+(?:(?:public|private|protected|static|final|async|override|virtual)\s+)+[\w<>\[\],.? ]+\([^;]*$"
    r"|^\s*(?:export\s+)?(?:const|let|var)\s+\w+\s*=\s*(?:async\s*)?(?:\(|function)"
    r"|^\s*[\w.]+\s*=\s*function\b"
)
# How a line begins that `DEFINES` matches, if it neither stands at the margin with a bracket nor holds `function`.
_BEGINNINGS = (
    "export", "default", "pub", "private", "protected", "internal", "static", "final", "abstract", "async", "inline", "virtual",
    "override", "const", "unsafe", "extern", "sealed", "open", "data", "local", "declare", "def", "class", "fun", "fn", "struct",
    "enum", "interface", "type", "impl", "trait", "module", "namespace", "object", "protocol", "macro_rules!", "#", "let", "var",
)  # fmt: skip


def is_defining(line: str, bare: str) -> bool:
    """Whether a line reads like the first of a definition; `bare` is the line without the blanks at its beginning."""
    return (
        bare.startswith(_BEGINNINGS) or (len(bare) == len(line) and "(" in line) or "function" in line
    ) and DEFINES.match(line[:200]) is not None


class Document(NamedTuple):
    """Term to the numbers of its lines; `sums[n]`: how many words the first n lines hold; both as the bytes of arrays of unsigned ints.

    `size`: how many words the text has.
    """

    lines: dict[str, bytes]
    sums: bytes
    size: int


def is_binary(data: bytes) -> bool:
    """Whether a file holds something else than text."""
    return b"\0" in data[:8000]


def is_pointer(data: bytes) -> bool:
    """Whether a file only points to one that Git LFS keeps elsewhere."""
    return data.startswith(b"version https://git-lfs.github.com/spec/")


def marked_document(mark: str) -> Document:
    """The index of a file without text: `mark` says what it is instead, `BINARY` or `POINTER`."""
    return Document({mark: _FIRST_LINE}, array("I", [0, 0]).tobytes(), 0)


def make_document(text: str) -> Document:
    """The index of a text."""
    by_word: defaultdict[str, list[int]] = defaultdict(list)
    defining: defaultdict[str, list[int]] = defaultdict(list)
    sums = [0]
    total = 0
    long = array("I")
    find, add_sum = WORD.findall, sums.append
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MOST_LINE:
            long.append(number)
            line = line[:MOST_LINE]  # noqa: PLW2901
        words = find(line)
        if words:
            total += len(words)
            for word in words:
                by_word[word].append(number)
            if is_defining(line, line.lstrip()):
                for word in words[:MOST_DEFINING]:
                    defining[word].append(number)
        add_sum(total)
    lines = {LONG_LINES: long.tobytes()} if long else {}
    _add_terms(lines, "", by_word)
    _add_terms(lines, "=", defining)
    return Document(lines, array("I", sums).tobytes(), total)


def _add_terms(lines: dict[str, bytes], mark: str, found: dict[str, list[int]]) -> None:
    joined: dict[str, list[int]] = {}
    own: set[str] = set()  # terms whose list is no word's
    for word, numbers in found.items():
        for term in terms_of_word(word):
            if term not in joined:
                joined[term] = numbers
            elif term in own:
                joined[term] += numbers
            else:
                own.add(term)
                joined[term] = joined[term] + numbers
    for term, numbers in joined.items():
        lines[mark + term] = array("I", numbers).tobytes()
